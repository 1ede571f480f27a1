import { AlarmClock, Ellipsis } from 'lucide-react'
import type { Refused } from '../../problem.ts'
import { Button } from '../../ui/button.tsx'
import { Step } from '../../ui/step.tsx'
import { useScripted } from '../../ui/use-scripted.ts'
import { useDesk } from './desk-context.ts'
import { ItemMenu, useStart } from './item-menu.tsx'
import { OrderButton, OrderForm } from './order-form.tsx'
import { asksFirst, find, isClosed, movesOf, nextStep } from './orders.ts'
import { type Item, itemKey } from './types.ts'

/** The buttons under a card, within reach of a thumb. */
export function PanelActions({ item, refused }: { item: Item; refused?: Refused }) {
  const { view } = useDesk()
  const start = useStart(item)
  const scripted = useScripted()
  const key = itemKey(item)
  if (view.asking?.key === key) {
    return (
      <OrderForm
        item={item}
        action={view.asking.action}
        onDone={() => view.setAsking(null)}
        onCancel={() => view.setAsking(null)}
      />
    )
  }
  if (!scripted) return <PlainActions item={item} refused={refused} />
  const next = nextStep(item)
  const claim = find(item, 'claim')
  const menu = view.menu?.key === key && view.menu.at === 'panel' ? view.menu.which : null
  if (item.actions.length === 0) return <p className="text-sm text-muted">Nothing is open to you here.</p>
  const more = (
    <Button className="btn-icon" aria-label="More" onClick={() => view.setMenu({ key, which: 'more', at: 'panel' })}>
      <Ellipsis aria-hidden="true" className="size-4" />
    </Button>
  )
  const snooze = (
    <Button
      className="btn-icon"
      aria-label="Put aside"
      title="Put aside (h)"
      onClick={() => view.setMenu({ key, which: 'snooze', at: 'panel' })}
    >
      <AlarmClock aria-hidden="true" className="size-4" />
    </Button>
  )
  const status = <Button onClick={() => view.setMenu({ key, which: 'status', at: 'panel' })}>Status</Button>
  const isMenu = (which: typeof menu) => menu === which
  return (
    <div className="flex flex-wrap items-center gap-2">
      {next ? (
        asksFirst(next) ? (
          <Button tone="primary" onClick={() => start(next)}>
            {next.label}…
          </Button>
        ) : (
          <OrderButton item={item} action={next} tone="primary" small={false} />
        )
      ) : null}
      {claim ? <OrderButton item={item} action={claim} small={false} /> : null}
      {movesOf(item.actions).length > 1 ? (
        isMenu('status') ? (
          <ItemMenu item={item} which="status" at="panel" trigger={status} />
        ) : (
          status
        )
      ) : null}
      <span className="ml-auto flex gap-2">
        {find(item, 'snooze') ? (
          isMenu('snooze') ? (
            <ItemMenu item={item} which="snooze" at="panel" trigger={snooze} />
          ) : (
            snooze
          )
        ) : null}
        {isMenu('more') || isMenu('assign') ? <ItemMenu item={item} which={menu ?? 'more'} at="panel" trigger={more} /> : more}
      </span>
    </div>
  )
}

/** Where there are no scripts: each action with its fields, folded. */
function PlainActions({ item, refused }: { item: Item; refused?: Refused }) {
  const open = item.actions.filter((action) => !isClosed(action) && !['note', 'edit', 'snooze'].includes(action.action))
  return (
    <div className="flex flex-wrap items-start gap-2">
      {open.map((action) =>
        asksFirst(action) ? (
          <Step key={`${action.action} ${action.to}`} label={action.label} small>
            <OrderForm item={item} action={action} refused={refused} autoFocus={false} />
          </Step>
        ) : (
          <OrderButton key={`${action.action} ${action.to}`} item={item} action={action} refused={refused} />
        ),
      )}
    </div>
  )
}
