import { AlarmClock, ArrowRightLeft, Check, Hand, MessageSquare, Phone, Undo2, UserRound } from 'lucide-react'
import type { ReactNode } from 'react'
import { Menu, MenuItem, MenuLabel, MenuLine } from '../../ui/menu.tsx'
import { TimeText } from '../../ui/time.tsx'
import { isEnding } from '../statuses.ts'
import { useDesk } from './desk-context.ts'
import { asksFirst, find, isClosed, movesOf } from './orders.ts'
import { type DeskAction, type Item, itemKey, type Order, orderOf } from './types.ts'
import type { OpenMenu } from './use-view.ts'

const SIGN = 'size-4 flex-none opacity-70'

/** What can be done with one item, as a menu at `trigger`; only the part that was asked for. */
export function ItemMenu({
  item,
  which,
  at,
  trigger,
}: {
  item: Item
  which: OpenMenu['which']
  at: OpenMenu['at']
  trigger: ReactNode
}) {
  const { view } = useDesk()
  return (
    <Menu
      trigger={trigger}
      label={`${item.ref}: ${{ more: 'actions', status: 'change status', snooze: 'put aside', assign: 'assign' }[which]}`}
      open
      onOpenChange={(open) => {
        if (!open) view.setMenu(null)
      }}
    >
      {which === 'more' ? <More item={item} at={at} /> : null}
      {which === 'status' ? <Statuses item={item} /> : null}
      {which === 'snooze' ? <Snooze item={item} /> : null}
      {which === 'assign' ? <People item={item} /> : null}
    </Menu>
  )
}

/** Carries an action out, or asks for what it needs first. */
export function useStart(item: Item): (action: DeskAction) => void {
  const { work, view } = useDesk()
  return (action) => {
    view.setMenu(null)
    if (asksFirst(action)) {
      // Not before the menu has given the focus back.
      setTimeout(() => view.setAsking({ key: itemKey(item), action }))
    } else void work.act(item, orderOf(action))
  }
}

function Snooze({ item }: { item: Item }) {
  const { work, view } = useDesk()
  const snooze = find(item, 'snooze')
  return (
    <Later
      choose={(params) => {
        view.setMenu(null)
        if (snooze) void work.act(item, orderOf(snooze, params))
      }}
    />
  )
}

function Statuses({ item }: { item: Item }) {
  const start = useStart(item)
  const moves = movesOf(item.actions)
  return (
    <>
      <MenuLabel>{moves.length > 0 ? `${item.ref} becomes` : 'No step is open to you here'}</MenuLabel>
      {moves.map((move) => (
        <MenuItem
          key={`${move.to} ${move.through}`}
          tone={move.to && isEnding(move.to) ? 'danger' : undefined}
          disabled={isClosed(move)}
          hint={isClosed(move) ? move.refusedBy?.text : move.undoable ? undefined : (move.why ?? 'Can not be undone.')}
          onSelect={() => start(move)}
        >
          {move.label}
          {asksFirst(move) ? '…' : ''}
        </MenuItem>
      ))}
    </>
  )
}

/** When it comes back. The same for one and for many. */
export function Later({ choose }: { choose: (params: Order['params']) => void }) {
  const { later } = useDesk()
  return (
    <>
      <MenuLabel>Put aside</MenuLabel>
      <MenuItem onSelect={() => choose({ until: new Date(Date.now() + 3_600_000).toISOString() })}>For an hour</MenuItem>
      <MenuItem onSelect={() => choose({ until: later.tomorrow })}>
        Until tomorrow
        <span className="float-right ml-6 text-muted">
          <TimeText at={later.tomorrow} form="time" />
        </span>
      </MenuItem>
      <MenuItem onSelect={() => choose({ until: later.nextWeek })}>
        Until next week
        <span className="float-right ml-6 text-muted">
          <TimeText at={later.nextWeek} form="day" />
        </span>
      </MenuItem>
      <MenuItem onSelect={() => choose({ event: 'any' })}>Until something happens</MenuItem>
    </>
  )
}

function People({ item }: { item: Item }) {
  const { work, view } = useDesk()
  const claim = find(item, 'claim')
  const assign = find(item, 'assign')
  const release = find(item, 'release')
  const give = (action: DeskAction, params?: Order['params']) => {
    view.setMenu(null)
    void work.act(item, orderOf(action, params))
  }
  return (
    <>
      <MenuLabel>Assign</MenuLabel>
      {claim ? (
        <MenuItem keys={['a']} onSelect={() => give(claim)}>
          To me
        </MenuItem>
      ) : null}
      {release ? <MenuItem onSelect={() => give(release)}>{release.label}</MenuItem> : null}
      {assign
        ? work.people
            .filter((person) => person.id !== item.assignee?.id && person.id !== work.me.id)
            .map((person) => (
              <MenuItem key={person.id} onSelect={() => give(assign, { userId: person.id })}>
                {person.name}
              </MenuItem>
            ))
        : null}
    </>
  )
}

function More({ item, at }: { item: Item; at: OpenMenu['at'] }) {
  const { work, view } = useDesk()
  const start = useStart(item)
  const key = itemKey(item)
  const claim = find(item, 'claim')
  const assign = find(item, 'assign')
  const release = find(item, 'release')
  const note = find(item, 'note')
  const wake = find(item, 'wake')
  const open = (which: OpenMenu['which']) => setTimeout(() => view.setMenu({ key, which, at }))
  return (
    <>
      <MenuItem icon={<Phone className={SIGN} aria-hidden="true" />} keys={['Enter']} onSelect={() => view.setOpen(key)}>
        Open, contact
      </MenuItem>
      {claim ? (
        <MenuItem icon={<Hand className={SIGN} aria-hidden="true" />} keys={['a']} onSelect={() => start(claim)}>
          {claim.label}
        </MenuItem>
      ) : null}
      {release ? (
        <MenuItem icon={<Undo2 className={SIGN} aria-hidden="true" />} onSelect={() => start(release)}>
          {release.label}
        </MenuItem>
      ) : null}
      {assign && work.people.length > 1 ? (
        <MenuItem icon={<UserRound className={SIGN} aria-hidden="true" />} onSelect={() => open('assign')}>
          Give it to…
        </MenuItem>
      ) : null}
      {note ? (
        <MenuItem icon={<MessageSquare className={SIGN} aria-hidden="true" />} keys={['n']} onSelect={() => start(note)}>
          Note…
        </MenuItem>
      ) : null}
      {find(item, 'snooze') ? (
        <MenuItem icon={<AlarmClock className={SIGN} aria-hidden="true" />} keys={['h']} onSelect={() => open('snooze')}>
          Put aside…
        </MenuItem>
      ) : null}
      {wake ? (
        <MenuItem icon={<AlarmClock className={SIGN} aria-hidden="true" />} onSelect={() => start(wake)}>
          {wake.label}
        </MenuItem>
      ) : null}
      <MenuItem icon={<Check className={SIGN} aria-hidden="true" />} keys={['x']} onSelect={() => view.toggle(key)}>
        {view.selected.has(key) ? 'Take out of the selection' : 'Select'}
      </MenuItem>
      {movesOf(item.actions).length > 0 ? (
        <>
          <MenuLine />
          <MenuItem icon={<ArrowRightLeft className={SIGN} aria-hidden="true" />} keys={['s']} onSelect={() => open('status')}>
            Change status…
          </MenuItem>
        </>
      ) : null}
    </>
  )
}
