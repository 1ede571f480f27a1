import { useState } from 'react'
import { send } from '../../live/call.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Kbd } from '../../ui/kbd.tsx'
import { Menu, MenuItem, MenuLabel } from '../../ui/menu.tsx'
import { Progress } from '../../ui/progress.tsx'
import { isEnding } from '../statuses.ts'
import { useDesk } from './desk-context.ts'
import { Later } from './item-menu.tsx'
import { find, isClosed, movesOf, questionOf } from './orders.ts'
import { type BulkResult, type DeskAction, type Item, itemKey, type Order, orderOf, type Undo } from './types.ts'
import { sentenceOf } from './use-work.ts'

/** So many at a time: the bar moves, and a refusal in the middle loses nothing. */
const CHUNK = 20

interface Report {
  label: string
  done: number
  of: number
  failed: BulkResult[]
}

/** What can be done with all that is selected at once, how far it is, and what was refused. */
export function BulkBar() {
  const { work, view } = useDesk()
  const [running, setRunning] = useState<Report | null>(null)
  const [report, setReport] = useState<Report | null>(null)
  const [asking, setAsking] = useState<DeskAction | null>(null)
  const items = work.shown.items.filter((item) => view.selected.has(itemKey(item)))

  const run = async (order: Order) => {
    setAsking(null)
    const state: Report = { label: order.label, done: 0, of: items.length, failed: [] }
    setRunning({ ...state })
    let undo: Undo | null = null
    const key = crypto.randomUUID()
    for (let at = 0; at < items.length; at += CHUNK) {
      const chunk = items.slice(at, at + CHUNK)
      try {
        const answer = await send('actionCenter', 'bulk', bulkInput(key, chunk, order))
        state.done += answer.results.length
        const refOf = (one: BulkResult) => one.ref ?? chunk.find((item) => item.id === one.id)?.ref ?? null
        state.failed.push(...answer.results.flatMap((one) => (one.outcome === 'refused' ? [{ ...one, ref: refOf(one) }] : [])))
        undo = answer.undo ?? undo
      } catch (error) {
        state.failed.push(...chunk.map((item) => refusedResult(item, sentenceOf(error))))
        state.done += chunk.length
      }
      setRunning({ ...state })
    }
    setRunning(null)
    view.setSelected(new Set())
    work.refresh.ask()
    const good = state.of - state.failed.length
    work.offerUndo(
      state.failed.length === 0 ? `${order.label}: ${good} done.` : `${order.label}: ${good} of ${state.of} done.`,
      undo,
      state.failed.length === 0 ? 'good' : 'bad',
    )
    if (state.failed.length > 0) setReport({ ...state })
  }

  return (
    <>
      {items.length > 0 || running ? (
        <section aria-label="Selected items" className="bulk-bar no-print">
          {running ? (
            <div className="flex min-w-60 flex-1 flex-col gap-1.5 px-1 text-sm">
              <span>
                {running.label}: {running.done} of {running.of}
              </span>
              <Progress label={running.label} done={running.done} of={running.of} />
            </div>
          ) : (
            <>
              <span className="px-1 text-sm font-medium whitespace-nowrap">{items.length} selected</span>
              <BulkActions items={items} run={run} ask={setAsking} />
              <Button tone="quiet" onClick={() => view.setSelected(new Set())}>
                Clear <Kbd keys={['Escape']} />
              </Button>
            </>
          )}
        </section>
      ) : null}
      {asking ? <BulkQuestion action={asking} count={items.length} onClose={() => setAsking(null)} run={run} /> : null}
      <Dialog
        open={report !== null}
        onClose={() => setReport(null)}
        title={`${report?.failed.length ?? 0} of ${report?.of ?? 0} were refused`}
        description="The others are done. What was refused is as it was."
      >
        <ul className="mb-4 max-h-72 divide-y divide-line overflow-y-auto text-sm">
          {report?.failed.map((one) => (
            <li key={`${one.kind} ${one.id}`} className="flex gap-3 py-1.5">
              <span className="w-16 flex-none font-medium">{one.ref ?? '–'}</span>
              <span>{one.text}</span>
            </li>
          ))}
        </ul>
        <Button onClick={() => setReport(null)}>Close</Button>
      </Dialog>
    </>
  )
}

function bulkInput(key: string, chunk: readonly Item[], order: Order) {
  return {
    key,
    items: chunk.map(({ kind, id, version }) => ({ kind, id, ...(order.action === 'move' ? { version } : {}) })),
    action: order.action,
    ...(order.to ? { to: order.to } : {}),
    ...(order.through ? { through: true } : {}),
    ...order.params,
  } as Parameters<typeof send<'actionCenter', 'bulk'>>[2]
}

function refusedResult({ kind, id, ref }: Item, text: string): BulkResult {
  return { kind, id, ref, outcome: 'refused', text }
}

function BulkActions({
  items,
  run,
  ask,
}: {
  items: readonly Item[]
  run: (order: Order) => Promise<void>
  ask: (action: DeskAction) => void
}) {
  const { work } = useDesk()
  const any = (name: DeskAction['action']) => items.map((item) => find(item, name)).find((action) => action !== undefined)
  const claim = any('claim')
  const snooze = any('snooze')
  const assign = any('assign')
  const moves = sharedMoves(items)
  return (
    <>
      {claim ? <Button onClick={() => void run(orderOf(claim))}>{claim.label}</Button> : null}
      {assign && work.people.length > 1 ? (
        <Menu label="Give them to" trigger={<Button>Give to…</Button>}>
          <MenuLabel>Give them to</MenuLabel>
          {work.people.map((person) => (
            <MenuItem key={person.id} onSelect={() => void run(orderOf(assign, { userId: person.id }))}>
              {person.name}
            </MenuItem>
          ))}
        </Menu>
      ) : null}
      {snooze ? (
        <Menu label="Put them aside" trigger={<Button>Put aside…</Button>}>
          <Later choose={(params) => void run(orderOf(snooze, params))} />
        </Menu>
      ) : null}
      {moves.length > 0 ? (
        <Menu label="Change their status" trigger={<Button>Status…</Button>}>
          <MenuLabel>All become</MenuLabel>
          {moves.map((move) => (
            <MenuItem
              key={`${move.to} ${move.through}`}
              tone={move.to && isEnding(move.to) ? 'danger' : undefined}
              hint={move.undoable ? undefined : (move.why ?? 'Can not be undone.')}
              onSelect={() => (move.needs.length > 0 || !move.undoable ? ask(move) : void run(orderOf(move)))}
            >
              {move.label}
            </MenuItem>
          ))}
        </Menu>
      ) : null}
    </>
  )
}

/** Steps open for at least one of them; the others will be named in the report. */
function sharedMoves(items: readonly Item[]): DeskAction[] {
  const moves = new Map<string, DeskAction>()
  for (const item of items) for (const move of movesOf(item.actions)) if (!isClosed(move)) moves.set(move.to ?? '', move)
  return [...moves.values()]
}

function BulkQuestion({
  action,
  count,
  onClose,
  run,
}: {
  action: DeskAction
  count: number
  onClose: () => void
  run: (order: Order) => Promise<void>
}) {
  return (
    <Dialog
      open
      onClose={onClose}
      title={`${action.label}: ${count} ${count === 1 ? 'item' : 'items'}`}
      description={action.undoable ? undefined : `This can not be undone${action.why ? `: ${action.why}` : '.'}`}
    >
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault()
          const data = new FormData(event.currentTarget)
          void run(orderOf(action, Object.fromEntries(action.needs.map((need) => [need, String(data.get(need) ?? '')]))))
        }}
      >
        {action.needs.map((need) => (
          <label key={need} className="text-xs font-medium">
            {questionOf(need)}
            <textarea name={need} required rows={2} maxLength={500} className="field mt-1" />
          </label>
        ))}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Not now</Button>
          <Button type="submit" tone={action.undoable ? 'primary' : 'danger'}>
            {action.label}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
