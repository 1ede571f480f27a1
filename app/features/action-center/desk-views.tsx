import { Link } from '@remix-run/react'
import { Bookmark, Ellipsis } from 'lucide-react'
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import { type Answer, ask, send } from '../../live/call.ts'
import { useLiveEvents } from '../../live/live-context.tsx'
import { Button } from '../../ui/button.tsx'
import { classNames } from '../../ui/class-names.ts'
import { Popover } from '../../ui/popover.tsx'
import { useToasts } from '../../ui/toast.tsx'
import { useScripted } from '../../ui/use-scripted.ts'
import { useDesk } from './desk-context.ts'
import { Refresher } from './refresher.ts'
import { sentenceOf } from './use-work.ts'

export type SavedView = Answer<'actionCenter', 'views'>['items'][number]

/** Counting views is dearer than a list: not with each event. */
const COUNT_EVERY_MS = 2_000

const FIXED = [
  { label: 'All open', query: '' },
  { label: 'Mine', query: 'assignedTo=me' },
  { label: 'Nobody’s', query: 'assignedTo=none' },
  { label: 'Late', query: 'breached=true' },
  { label: 'Put aside', query: 'snoozed=true' },
  { label: 'Completed', query: 'group=completed' },
]

/** A query with its parts in one order, without what is not a filter. */
export function plainQuery(search: string): string {
  const params = new URLSearchParams(search)
  for (const name of ['item', 'limit', 'cursor', 'index', 'sort']) params.delete(name)
  for (const [name, value] of [...params]) if (value === '') params.delete(name)
  params.sort()
  return params.toString()
}

/** Views of the list as tabs: the usual ones, then those a person or the agency saved, with how many wait in each. */
export function DeskViews({
  views: given,
  mayShare,
  tools,
}: {
  views: readonly SavedView[]
  mayShare: boolean
  /** Beside the tabs. */
  tools: ReactNode
}) {
  const { work, to } = useDesk()
  const { views, again } = useCounted(given)
  const here = plainQuery(to({}))
  const { counts, items } = work.shown
  const all = counts.urgent + counts.high + counts.normal
  const known = FIXED.some((tab) => plainQuery(tab.query) === here) || views.some((view) => plainQuery(view.query) === here)
  const countOf = (query: string) => {
    if (query === 'snoozed=true') return counts.snoozed
    if (query !== here) return undefined
    return query === 'group=completed' ? undefined : all
  }
  const saved = views.find((view) => plainQuery(view.query) === here)
  return (
    <div className="desk-views">
      <nav aria-label="Views" className="flex min-w-0 gap-0.5 overflow-x-auto">
        {FIXED.map((tab) => (
          <ViewTab
            key={tab.label}
            to={`?${tab.query}`}
            current={plainQuery(tab.query) === here}
            label={tab.label}
            count={countOf(tab.query)}
            more={counts.capped}
          />
        ))}
        {views.map((view) => (
          <ViewTab
            key={view.id}
            to={`?${view.query}`}
            current={saved?.id === view.id}
            label={view.name}
            count={view.count}
            more={view.capped}
            saved
          />
        ))}
      </nav>
      <div className="desk-tools">
        {known ? null : <SaveView query={here} mayShare={mayShare} onSaved={again} />}
        {saved?.mayChange ? <ViewMenu key={saved.id} view={saved} mayShare={mayShare} onChanged={again} /> : null}
        {tools}
      </div>
      <span className="sr-only">{items.length} shown</span>
    </div>
  )
}

function ViewTab({
  to,
  current,
  label,
  count,
  more,
  saved,
}: {
  to: string
  current: boolean
  label: string
  count?: number
  more?: boolean
  saved?: boolean
}) {
  return (
    <Link
      to={to}
      preventScrollReset
      aria-current={current ? 'page' : undefined}
      className={classNames('desk-view', current && 'desk-view-current')}
    >
      {saved ? <Bookmark aria-hidden="true" className="size-3 opacity-60" /> : null}
      {label}
      {count === undefined ? null : (
        <span className="text-xs text-muted">
          {count}
          {more ? '+' : ''}
        </span>
      )}
    </Link>
  )
}

function useCounted(given: readonly SavedView[]) {
  const [views, setViews] = useState(given)
  const [refresher] = useState(() => new Refresher(async () => setViews((await ask('actionCenter', 'views', {})).items)))
  const last = useRef(0)
  useEffect(() => setViews(given), [given])
  useEffect(() => refresher.start(), [refresher])
  useLiveEvents((event) => {
    if (given.length === 0 || event.is === 'presence') return
    if (event.is === 'change' && !['task', 'exception'].includes(event.change.entityType)) return
    const wait = Math.max(0, last.current + COUNT_EVERY_MS - Date.now())
    if (wait > COUNT_EVERY_MS / 2) return
    last.current = Date.now() + wait
    setTimeout(() => refresher.ask(), wait)
  })
  return { views, again: () => refresher.ask() }
}

function SaveView({ query, mayShare, onSaved }: { query: string; mayShare: boolean; onSaved: () => void }) {
  const [open, setOpen] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const scripted = useScripted()
  if (!scripted) return null
  const save = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const data = new FormData(event.currentTarget)
    try {
      await send('views', 'create', {
        screen: 'action-center',
        name: String(data.get('name') ?? ''),
        query,
        isShared: data.get('shared') !== null,
      })
      setOpen(false)
      onSaved()
    } catch (error) {
      setProblem(sentenceOf(error))
    }
  }
  return (
    <Popover label="Save this view" open={open} onOpenChange={setOpen} trigger={<Button small>Save view</Button>}>
      <form className="flex flex-col gap-2" onSubmit={(event) => void save(event)}>
        <ViewFields mayShare={mayShare} problem={problem} />
        <Button type="submit" tone="primary" small className="self-end">
          Save
        </Button>
      </form>
    </Popover>
  )
}

/** Its name, who has it, and an end to it: for who may change the view. */
function ViewMenu({ view, mayShare, onChanged }: { view: SavedView; mayShare: boolean; onChanged: () => void }) {
  const { show } = useToasts()
  const [open, setOpen] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const change = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const data = new FormData(event.currentTarget)
    const name = String(data.get('name') ?? '')
    try {
      await send('views', 'update', { id: view.id, name, ...(mayShare ? { isShared: data.get('shared') !== null } : {}) })
      setOpen(false)
      setProblem(null)
      show({ tone: 'good', text: `The view is “${name}” now.` })
      onChanged()
    } catch (error) {
      setProblem(sentenceOf(error))
    }
  }
  const remove = async () => {
    const { name, query, isShared } = view
    try {
      await send('views', 'delete', { id: view.id })
      const again = () => void send('views', 'create', { screen: 'action-center', name, query, isShared }).then(onChanged)
      show({ tone: 'good', text: `The view “${name}” is deleted.`, action: { label: 'Undo', run: again } })
      onChanged()
    } catch (error) {
      setProblem(sentenceOf(error))
    }
  }
  return (
    <Popover
      label={`View ${view.name}`}
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button tone="quiet" small className="btn-icon" aria-label={`Change the view ${view.name}`}>
          <Ellipsis aria-hidden="true" className="size-4" />
        </Button>
      }
    >
      <form className="flex flex-col gap-2" onSubmit={(event) => void change(event)}>
        <ViewFields name={view.name} isShared={view.isShared} mayShare={mayShare} problem={problem} />
        <div className="flex justify-between gap-2">
          <Button tone="danger" small onClick={() => void remove()}>
            Delete this view
          </Button>
          <Button type="submit" tone="primary" small>
            Save
          </Button>
        </div>
      </form>
    </Popover>
  )
}

function ViewFields({
  name,
  isShared,
  mayShare,
  problem,
}: {
  name?: string
  isShared?: boolean
  mayShare: boolean
  problem: string | null
}) {
  return (
    <>
      <label className="text-xs font-medium">
        Name of the view
        <input name="name" required maxLength={60} defaultValue={name} className="field mt-1" autoComplete="off" />
      </label>
      {mayShare ? (
        <label className="flex items-center gap-2 text-sm">
          <input type="checkbox" name="shared" defaultChecked={isShared} className="check mt-0!" /> For everyone
        </label>
      ) : null}
      {problem ? (
        <p role="alert" className="text-xs text-bad-ink">
          {problem}
        </p>
      ) : null}
    </>
  )
}
