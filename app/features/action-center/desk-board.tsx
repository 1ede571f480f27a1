import {
  closestCorners,
  DndContext,
  type DragEndEvent,
  DragOverlay,
  KeyboardCode,
  type KeyboardCoordinateGetter,
  KeyboardSensor,
  PointerSensor,
  useDraggable,
  useDroppable,
  useSensor,
  useSensors,
} from '@dnd-kit/core'
import { GripVertical } from 'lucide-react'
import { useState } from 'react'
import { Avatar, AvatarGroup } from '../../ui/avatar.tsx'
import { words } from '../../ui/badge.tsx'
import { Board, BoardCard, BoardColumn } from '../../ui/board.tsx'
import { Countdown } from '../../ui/countdown.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { useToasts } from '../../ui/toast.tsx'
import { useDesk } from './desk-context.ts'
import { OrderForm } from './order-form.tsx'
import { asksFirst, isClosed, isFinished, movesOf } from './orders.ts'
import { PrioritySign } from './priority-sign.tsx'
import { BOARD_STATUSES } from './read-work.ts'
import { type DeskAction, type Item, itemKey, orderOf } from './types.ts'

/** The step that leads to a column, or why there is none. */
function stepTo(item: Item, status: string): { move: DeskAction } | { why: string } {
  const move = movesOf(item.actions).find((one) => one.to === status && !one.through)
  if (move && !isClosed(move)) return { move }
  if (move?.refusedBy) return { why: move.refusedBy.text }
  const open = movesOf(item.actions).filter((one) => !isClosed(one) && !one.through)
  const possible =
    open.length > 0 ? `possible are ${open.map((one) => words(one.to ?? '')).join(', ')}` : 'it is not yours to move'
  return { why: `${item.ref} can not go from ${words(item.status)} to ${words(status)}: ${possible}.` }
}

/** Arrow keys carry a card from column to column. */
const columnByColumn: KeyboardCoordinateGetter = (event, { currentCoordinates, context }) => {
  const step = event.code === KeyboardCode.Right ? 1 : event.code === KeyboardCode.Left ? -1 : 0
  if (step === 0) return undefined
  event.preventDefault()
  const columns = BOARD_STATUSES.flatMap((status) => {
    const rect = context.droppableRects.get(status)
    return rect ? [rect] : []
  })
  const at = columns.findIndex((rect) => currentCoordinates.x < rect.right)
  const next = columns[Math.min(Math.max((at < 0 ? columns.length - 1 : at) + step, 0), columns.length - 1)]
  return next ? { x: next.left + 8, y: next.top + 48 } : undefined
}

/** Tasks by state. Dragged by pointer, finger or keyboard; what the machine forbids snaps back and says why. */
export function DeskBoard() {
  const { work } = useDesk()
  const { show } = useToasts()
  const [carried, setCarried] = useState<Item | null>(null)
  const [asking, setAsking] = useState<{ item: Item; move: DeskAction } | null>(null)
  const sensors = useSensors(
    useSensor(PointerSensor, { activationConstraint: { distance: 6 } }),
    useSensor(KeyboardSensor, { coordinateGetter: columnByColumn }),
  )
  const find = (id: unknown) => work.shown.items.find((item) => itemKey(item) === id)
  const drop = ({ active, over }: DragEndEvent) => {
    const item = find(active.id)
    setCarried(null)
    if (!item || !over || over.id === item.status) return
    const step = stepTo(item, String(over.id))
    if ('why' in step) show({ tone: 'bad', text: step.why })
    else if (asksFirst(step.move)) setAsking({ item, move: step.move })
    else void work.act(item, orderOf(step.move))
  }
  const said = (id: unknown) => find(id)?.ref ?? 'The task'
  return (
    <DndContext
      id="board"
      sensors={sensors}
      collisionDetection={closestCorners}
      onDragStart={({ active }) => setCarried(find(active.id) ?? null)}
      onDragEnd={drop}
      onDragCancel={() => setCarried(null)}
      accessibility={{
        screenReaderInstructions: {
          draggable:
            'Press space to lift the task, the arrow keys left and right to carry it to another state, space to put it down, Escape to leave it.',
        },
        announcements: {
          onDragStart: ({ active }) => `${said(active.id)} is lifted.`,
          onDragOver: ({ active, over }) => {
            const item = find(active.id)
            if (!item || !over) return undefined
            const step = over.id === item.status ? undefined : stepTo(item, String(over.id))
            return `${said(active.id)} is over ${words(String(over.id))}.${step && 'why' in step ? ` ${step.why}` : ''}`
          },
          onDragEnd: ({ active, over }) => `${said(active.id)} was put down${over ? ` at ${words(String(over.id))}` : ''}.`,
          onDragCancel: ({ active }) => `${said(active.id)} stays where it was.`,
        },
      }}
    >
      <Board label="Tasks by state">
        {BOARD_STATUSES.map((status) => (
          <Column key={status} status={status} carried={carried} />
        ))}
      </Board>
      <DragOverlay dropAnimation={null}>
        {carried ? (
          <BoardCard lifted>
            <CardWords item={carried} />
          </BoardCard>
        ) : null}
      </DragOverlay>
      <Dialog
        open={asking !== null}
        onClose={() => setAsking(null)}
        title={asking ? `${asking.move.label}: ${asking.item.ref}` : ''}
      >
        {asking ? (
          <OrderForm item={asking.item} action={asking.move} onDone={() => setAsking(null)} onCancel={() => setAsking(null)} />
        ) : null}
      </Dialog>
    </DndContext>
  )
}

const FINISHED: readonly string[] = ['done', 'failed', 'cancelled']

function Column({ status, carried }: { status: string; carried: Item | null }) {
  const { work } = useDesk()
  const { setNodeRef, isOver } = useDroppable({ id: status })
  const items = work.shown.items.filter((item) => item.status === status)
  const step = carried && carried.status !== status ? stepTo(carried, status) : undefined
  return (
    <BoardColumn
      column={setNodeRef}
      title={words(status)}
      count={items.length}
      latest={FINISHED.includes(status)}
      over={isOver && step ? ('why' in step ? 'no' : 'yes') : undefined}
      note={isOver && step && 'why' in step ? step.why : undefined}
    >
      {items.map((item) => (
        <Card key={itemKey(item)} item={item} />
      ))}
    </BoardColumn>
  )
}

function Card({ item }: { item: Item }) {
  const { view, work } = useDesk()
  const key = itemKey(item)
  const { setNodeRef, listeners, attributes, isDragging } = useDraggable({ id: key, disabled: item.actions.length === 0 })
  return (
    <li ref={setNodeRef} data-item={key} style={{ opacity: isDragging ? 0.35 : work.shown.pending.has(key) ? 0.7 : 1 }}>
      <BoardCard>
        <div className="flex items-start gap-1.5">
          <button
            type="button"
            {...listeners}
            {...attributes}
            aria-label={`Move ${item.ref}`}
            className="-ml-1 flex-none cursor-grab touch-none rounded-sm py-0.5 text-muted hover:text-text"
          >
            <GripVertical aria-hidden="true" className="size-4" />
          </button>
          <button
            type="button"
            data-row-link
            className="min-w-0 flex-1 text-left"
            onFocus={() => view.setActive(key)}
            onClick={() => view.setOpen(key)}
          >
            <CardWords item={item} />
          </button>
        </div>
      </BoardCard>
    </li>
  )
}

function CardWords({ item }: { item: Item }) {
  const { work } = useDesk()
  return (
    <>
      <span className="line-clamp-3 font-medium">{item.subject}</span>
      <span className="mt-1 flex items-center gap-2 text-xs text-muted">
        <PrioritySign level={item.priority} />
        <span className="whitespace-nowrap">{item.ref}</span>
        {item.slaDeadlineAt && !isFinished(item) ? <Countdown until={item.slaDeadlineAt} /> : null}
        <span className="ml-auto inline-flex items-center gap-1">
          <AvatarGroup label="Here now" people={item.presence.filter((person) => person.id !== work.me.id)} />
          {item.assignee ? <Avatar name={item.assignee.name} small /> : null}
        </span>
      </span>
    </>
  )
}
