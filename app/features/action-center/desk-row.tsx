import { AlarmClock, Ellipsis, MessageSquare, RotateCcw } from 'lucide-react'
import { memo } from 'react'
import type { Refused } from '../../problem.ts'
import { Avatar, AvatarGroup } from '../../ui/avatar.tsx'
import { words } from '../../ui/badge.tsx'
import { classNames } from '../../ui/class-names.ts'
import { Countdown } from '../../ui/countdown.tsx'
import { RowLink } from '../../ui/table.tsx'
import { TimeText } from '../../ui/time.tsx'
import { EntityStatus } from '../status-badge.tsx'
import { useDesk } from './desk-context.ts'
import { ItemMenu } from './item-menu.tsx'
import { OrderButton, OrderForm } from './order-form.tsx'
import { asksFirst, isFinished, nextStep } from './orders.ts'
import { PrioritySign } from './priority-sign.tsx'
import { type DeskAction, type Item, itemKey } from './types.ts'
import { When } from './when.tsx'

export interface RowState {
  active: boolean
  open: boolean
  selected: boolean
  pending: boolean
  /** On its way out: shown a moment longer, no longer usable. */
  leaving: boolean
  asking: DeskAction | null
  menu: 'more' | 'status' | 'snooze' | 'assign' | null
  /** Beside an open card there is less room. */
  narrow: boolean
}

/** What, who, when, why: one item of the list, with what is expected next one press away. */
export const DeskRow = memo(
  Row,
  (before, now) => before.item === now.item && before.refused === now.refused && sameState(before.state, now.state),
)

function sameState(before: RowState, now: RowState): boolean {
  return (Object.keys(now) as (keyof RowState)[]).every((name) => before[name] === now[name])
}

function Row({ item, state, refused }: { item: Item; state: RowState; refused?: Refused }) {
  const { work, view, to } = useDesk()
  const key = itemKey(item)
  return (
    <li
      data-item={key}
      data-row
      data-leaving={state.leaving ? '' : undefined}
      aria-hidden={state.leaving || undefined}
      className="desk-row"
      data-active={state.active ? '' : undefined}
      data-open={state.open ? '' : undefined}
      data-selected={state.selected ? '' : undefined}
    >
      <div className="desk-row-inside">
        <div className="desk-row-line">
          <label className="desk-row-check">
            <input
              type="checkbox"
              className="check mt-0!"
              checked={state.selected}
              onChange={() => view.toggle(key)}
              tabIndex={-1}
              aria-label={`Select ${item.ref}`}
            />
          </label>
          <PrioritySign level={item.priority} />
          <div className="min-w-0 flex-1">
            <p className="flex min-w-0 items-center gap-2">
              <RowLink
                to={to({ item: key })}
                replace
                preventScrollReset
                className="desk-row-title text-text! no-underline!"
                onFocus={() => view.setActive(key)}
                onClick={(event) => {
                  if (event.metaKey || event.ctrlKey || event.shiftKey) return
                  event.preventDefault()
                  view.setActive(key)
                  view.setOpen(key)
                }}
              >
                {item.subject}
              </RowLink>
              <AvatarGroup
                label="Here now"
                people={item.presence
                  .filter((person) => person.id !== work.me.id)
                  .map(({ name, mode }) => ({ name, doing: doing(mode) }))}
              />
            </p>
            <Facts item={item} />
          </div>
          <div className="desk-row-end">
            {item.slaDeadlineAt && !isFinished(item) ? (
              <span className="text-xs">
                <Countdown until={item.slaDeadlineAt} />
              </span>
            ) : null}
            {isFinished(item) && item.completedAt ? (
              <span className="text-xs text-muted">
                <TimeText at={item.completedAt} />
              </span>
            ) : null}
            <Assignee item={item} />
          </div>
          {state.leaving ? null : <Quick item={item} state={state} refused={refused} />}
        </div>
        {state.asking ? (
          <div className="pb-2 sm:pl-14">
            <OrderForm
              item={item}
              action={state.asking}
              onDone={() => {
                view.setAsking(null)
                view.focusRow(key)
              }}
              onCancel={() => {
                view.setAsking(null)
                view.focusRow(key)
              }}
            />
          </div>
        ) : null}
      </div>
    </li>
  )
}

export function doing(mode: string): string | undefined {
  return mode === 'editing' ? 'is writing' : undefined
}

function Facts({ item }: { item: Item }) {
  return (
    <p className="desk-row-facts">
      <span>{item.ref}</span>
      <span>{words(item.type)}</span>
      {['open'].includes(item.status) ? null : <EntityStatus status={item.status} />}
      {item.entity?.label ? <span>{item.entity.label}</span> : null}
      {item.client ? <span>{item.client.name}</span> : null}
      {item.when ? (
        <span>
          <When when={item.when} />
        </span>
      ) : null}
      {item.occurrences > 1 ? <span>seen {item.occurrences} times</span> : null}
      {item.noteCount > 0 ? (
        <span className="inline-flex items-center gap-1">
          <MessageSquare aria-hidden="true" className="size-3" />
          <span className="sr-only">notes: </span>
          {item.noteCount}
        </span>
      ) : null}
      {item.returned ? (
        <span className="inline-flex items-center gap-1 text-info-ink">
          <RotateCcw aria-hidden="true" className="size-3 flex-none" /> <span className="truncate">{item.returned.because}</span>
        </span>
      ) : null}
      {item.snooze ? (
        <span className="inline-flex items-center gap-1">
          <AlarmClock aria-hidden="true" className="size-3" />
          {item.snooze.until ? <TimeText at={item.snooze.until} /> : 'until something happens'}
        </span>
      ) : null}
      {item.why ? <span className="desk-row-why">{item.why}</span> : null}
    </p>
  )
}

function Assignee({ item }: { item: Item }) {
  const { work } = useDesk()
  if (!item.assignee)
    return (
      <span className="desk-nobody" title="Nobody yet">
        <span className="sr-only">Nobody yet</span>
      </span>
    )
  const name = item.assignee.id === work.me.id ? 'You' : item.assignee.name
  return (
    <span title={name}>
      <Avatar name={item.assignee.name} />
      <span className="sr-only">{name}</span>
    </span>
  )
}

function Quick({ item, state, refused }: { item: Item; state: RowState; refused?: Refused }) {
  const { view } = useDesk()
  const next = nextStep(item)
  const key = itemKey(item)
  if (item.actions.length === 0 && !state.pending) return <div className="desk-row-quick" />
  const more = (
    <button
      type="button"
      className="btn btn-quiet btn-sm btn-icon"
      aria-label={`More for ${item.ref}`}
      aria-haspopup="menu"
      tabIndex={state.active ? 0 : -1}
      onClick={() => view.setMenu({ key, which: 'more', at: 'row' })}
    >
      <Ellipsis aria-hidden="true" className="size-4" />
    </button>
  )
  return (
    <div className={classNames('desk-row-quick', state.pending && 'opacity-50')}>
      {next && !state.narrow ? (
        asksFirst(next) ? (
          <button
            type="button"
            className="btn btn-secondary btn-sm max-sm:hidden"
            tabIndex={state.active ? 0 : -1}
            onClick={() => view.setAsking({ key, action: next })}
          >
            {next.label}…
          </button>
        ) : (
          <OrderButton item={item} action={next} refused={refused} className="max-sm:hidden" />
        )
      ) : null}
      {state.menu ? <ItemMenu item={item} which={state.menu} at="row" trigger={more} /> : more}
    </div>
  )
}
