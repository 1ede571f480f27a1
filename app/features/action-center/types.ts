import type { Answer } from '../../live/call.ts'

/** The working list as the server gives it; times are text. */
export type WorkList = Answer<'actionCenter', 'list'>
export type Item = WorkList['items'][number]
export type Kind = Item['kind']
/** What this person may do with an item now. Buttons come from here, never from a rule of the screen. */
export type DeskAction = Item['actions'][number]
export type Detail = Answer<'actionCenter', 'item'>
export type Undo = NonNullable<Answer<'actionCenter', 'act'>['undo']>
export type BulkResult = Answer<'actionCenter', 'bulk'>['results'][number]

export interface Person {
  id: string
  name: string
}

/** What the screen is filtered to; the input of the list. What a stranger typed is still text: the list refuses it. */
export interface Query {
  group?: string
  kind?: string
  priority?: string[]
  type?: string
  assignedTo?: string
  breached?: boolean | string
  due?: string
  snoozed?: boolean | string
  status?: string[]
  limit?: number
  cursor?: string
}

/** A thing to do with an item, as a button, a key or a form says it. */
export interface Order {
  action: DeskAction['action']
  label: string
  to?: string
  through?: boolean
  params?: Record<string, string | null>
  undoable: boolean
}

export function orderOf(action: DeskAction, params?: Order['params']): Order {
  return {
    action: action.action,
    label: action.label,
    to: action.to,
    through: action.through,
    params,
    undoable: action.undoable,
  }
}

export function itemKey(item: { kind: Kind; id: string }): string {
  return `${item.kind}:${item.id}`
}
