import { useEffect, useRef, useState } from 'react'
import { ask } from '../../live/call.ts'
import { useCommands } from '../../live/commands.tsx'
import { useLiveEvents } from '../../live/live-context.tsx'
import type { Refused } from '../../problem.ts'
import { Avatar, AvatarGroup } from '../../ui/avatar.tsx'
import { words } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { SidePanel } from '../../ui/side-panel.tsx'
import { PartError, Skeleton } from '../../ui/states.tsx'
import { EntityStatus } from '../status-badge.tsx'
import { ConflictNote } from './conflict-note.tsx'
import { useDesk } from './desk-context.ts'
import { doing } from './desk-row.tsx'
import { asksFirst, isClosed } from './orders.ts'
import { PanelActions } from './panel-actions.tsx'
import { PanelDetails } from './panel-details.tsx'
import { PrioritySign } from './priority-sign.tsx'
import { Refresher } from './refresher.ts'
import { type Detail, type Item, itemKey, type Kind, orderOf } from './types.ts'
import { usePresence } from './use-presence.ts'
import { sentenceOf } from './use-work.ts'

/** What is known of a card without asking, so that it is there with the key press. */
function keyParts(key: string): { kind: Kind; id: string } {
  const at = key.indexOf(':')
  return { kind: key.slice(0, at) === 'exception' ? 'exception' : 'task', id: key.slice(at + 1) }
}

/** One item beside the list: what it is about, what was said and done, and what may be done now. */
export function DeskPanel({ itemKey: key, given, refused }: { itemKey: string; given: Detail | null; refused?: Refused }) {
  const { work, view } = useDesk()
  const { detail, error, again } = useDetail(key, given)
  const listed = work.store.find(key)
  // The list knows sooner what was just done; the detail knows more.
  const item: Item | undefined = listed && detail ? { ...detail, ...listed } : (listed ?? detail)
  const setEditing = usePresence(keyParts(key))
  useCardCommands(item)
  const panel = useRef<HTMLElement>(null)
  useEffect(() => {
    if (window.matchMedia('(max-width: 63.99rem)').matches) panel.current?.focus()
  }, [])
  if (!item) {
    return (
      <SidePanel panel={panel} title={error ? 'Not to be seen' : 'Loading…'} onClose={() => view.setOpen(null)}>
        {error ? (
          <PartError
            again={
              <Button small onClick={again}>
                Try again
              </Button>
            }
          >
            {error}
          </PartError>
        ) : (
          <Skeletons />
        )}
      </SidePanel>
    )
  }
  const people = item.presence.filter((person) => person.id !== work.me.id)
  return (
    <SidePanel
      panel={panel}
      title={item.subject}
      lead={
        <>
          <PrioritySign level={item.priority} />
          <span className="font-medium text-text">{item.ref}</span>
          <span className="truncate">{words(item.type)}</span>
          <EntityStatus status={item.status} />
          <AvatarGroup label="Here now" people={people.map(({ name, mode }) => ({ name, doing: doing(mode) }))} />
        </>
      }
      onClose={() => {
        view.setOpen(null)
        view.focusRow(key)
      }}
      footer={<PanelActions item={item} refused={refused} />}
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: only notices that one writes in it */}
      <div
        onFocus={(event) => setEditing(event.target.matches('textarea, input'))}
        onBlur={() => setEditing(false)}
        className="flex flex-col gap-4"
      >
        {work.conflict && itemKey(work.conflict.item) === key ? <ConflictNote conflict={work.conflict} /> : null}
        {people.some((person) => person.mode === 'editing') ? (
          <p className="flex items-center gap-2 rounded-md bg-info-soft px-3 py-1.5 text-xs text-info-ink">
            <Avatar name={people.find((person) => person.mode === 'editing')?.name ?? ''} small />
            {people.find((person) => person.mode === 'editing')?.name} is writing on this.
          </p>
        ) : null}
        {error && detail ? <PartError>{error}</PartError> : null}
        {detail && detail.id === item.id ? (
          <PanelDetails item={item} detail={detail} refused={refused} onChanged={again} />
        ) : (
          <Skeletons />
        )}
      </div>
    </SidePanel>
  )
}

/** What may be done with the open card, for the palette. */
function useCardCommands(item: Item | undefined): void {
  const { work, view } = useDesk()
  useCommands(
    (item?.actions ?? [])
      .filter((action) => !isClosed(action) && !['assign', 'snooze', 'edit'].includes(action.action))
      .map((action) => ({
        id: `${action.action} ${action.to ?? ''}`,
        label: asksFirst(action) ? `${action.label}…` : action.label,
        hint: item?.ref,
        run: () => {
          if (!item) return
          if (asksFirst(action)) view.setAsking({ key: itemKey(item), action })
          else void work.act(item, orderOf(action))
        },
      })),
  )
}

function Skeletons() {
  return (
    <div role="status" aria-label="Loading" className="flex flex-col gap-3">
      <Skeleton className="w-2/3" />
      <Skeleton className="w-1/2" />
      <Skeleton className="h-16" />
      <Skeleton className="w-3/4" />
    </div>
  )
}

/** The card's data: the server's first, read anew when it is another card or something happened to this one. */
function useDetail(key: string, given: Detail | null) {
  const [held, setHeld] = useState<{ key: string; detail: Detail } | null>(given ? { key, detail: given } : null)
  const [error, setError] = useState<string | null>(null)
  const [refresher] = useState(
    () =>
      new Refresher(async () => {
        const wanted = latest.current
        try {
          const detail = await ask('actionCenter', 'item', keyParts(wanted))
          if (latest.current !== wanted) return
          setHeld({ key: wanted, detail })
          setError(null)
        } catch (problem) {
          if (latest.current === wanted) setError(sentenceOf(problem))
          throw problem
        }
      }),
  )
  const latest = useRef(key)
  latest.current = key
  const first = useRef(given !== null)
  useEffect(() => refresher.start(), [refresher])
  useEffect(() => {
    if (first.current && key) {
      first.current = false
      return
    }
    setError(null)
    refresher.ask()
  }, [key, refresher])
  const detail = held?.key === key ? held.detail : undefined
  useLiveEvents((event) => {
    const { id } = keyParts(key)
    const about = [id, detail?.about?.id, detail?.client?.id]
    if (event.is === 'presence' || (event.is === 'change' && !about.includes(event.change.entityId))) return
    refresher.ask()
  })
  return { detail, error, again: () => refresher.ask() }
}
