import { isForward } from '../statuses.ts'
import type { DeskAction, Item, Order, Person, Query } from './types.ts'

const FINAL: Record<Item['kind'], readonly string[]> = {
  task: ['done', 'failed', 'cancelled'],
  exception: ['resolved', 'dismissed'],
}

export function isFinished(item: Pick<Item, 'kind' | 'status'>): boolean {
  return FINAL[item.kind].includes(item.status)
}

/** The item as it will be when the server agrees: painted at once, taken back when it does not. */
export function foreseen(item: Item, order: Order, me: Person, people: readonly Person[]): Item {
  const { params = {} } = order
  switch (order.action) {
    case 'move':
      return { ...item, status: order.to ?? item.status, actions: [], possible: [] }
    case 'claim':
      return { ...item, assignee: me }
    case 'release':
      return { ...item, assignee: null }
    case 'assign': {
      const person = people.find((one) => one.id === params.userId)
      return { ...item, assignee: person ? { id: person.id, name: person.name } : item.assignee }
    }
    case 'snooze':
      return {
        ...item,
        snooze: { until: params.until ?? null, event: params.event ? 'any' : null, by: me, at: item.updatedAt },
      }
    case 'wake':
      return { ...item, snooze: null }
    case 'edit':
      return { ...item, ...edited(params) }
    case 'note':
      return { ...item, noteCount: item.noteCount + 1 }
    default:
      return item
  }
}

function edited(params: NonNullable<Order['params']>): Partial<Item> {
  return {
    ...(params.subject ? { subject: params.subject } : {}),
    ...(params.priority ? { priority: params.priority as Item['priority'] } : {}),
  }
}

/** Whether an item still belongs to what the list is filtered to; deadlines are left to the server. */
export function belongs(item: Item, query: Query, me: Person): boolean {
  if (query.status) return query.status.includes(item.status)
  if ((query.group === 'completed') !== isFinished(item)) return false
  if (query.group !== 'completed' && (query.snoozed === true) !== (item.snooze !== null)) return false
  if (query.group && query.group !== 'completed' && groupOf(item) !== query.group) return false
  if (query.priority && !query.priority.includes(item.priority)) return false
  if (query.assignedTo === 'me') return item.assignee?.id === me.id
  if (query.assignedTo === 'none') return item.assignee === null
  if (query.assignedTo) return item.assignee?.id === query.assignedTo
  return true
}

export function groupOf(item: Pick<Item, 'priority'>): 'urgent' | 'high' | 'normal' {
  if (item.priority === 'critical') return 'urgent'
  return item.priority === 'high' ? 'high' : 'normal'
}

/** The steps of the machine among what may be done. */
export function movesOf(actions: readonly DeskAction[]): DeskAction[] {
  return actions.filter((action) => action.action === 'move')
}

/** What is expected next: the one primary button. */
export function nextStep(item: Pick<Item, 'actions'>): DeskAction | undefined {
  return movesOf(item.actions).find((move) => !isClosed(move) && move.to !== undefined && isForward(move.to))
}

/** Refused by a rule that what it asks for here would not settle. */
export function isClosed(action: DeskAction): boolean {
  return action.refusedBy !== undefined && action.needs.length === 0
}

export function find(item: Pick<Item, 'actions'>, name: DeskAction['action']): DeskAction | undefined {
  return item.actions.find((action) => action.action === name && !isClosed(action))
}

/** What has to be asked before it is sent: words it needs, or whether one is sure when there is no way back. */
export function asksFirst(action: DeskAction): boolean {
  return action.needs.length > 0 || !action.undoable
}

const QUESTIONS: Record<string, string> = {
  reason: 'Why?',
  resolution: 'How was it resolved?',
  body: 'Note',
  userId: 'To whom?',
}
export function questionOf(need: string): string {
  return QUESTIONS[need] ?? need
}
