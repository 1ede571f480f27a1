import { itemKey, type Query, type WorkList } from './types.ts'

/** Columns of the board: what is under way whole, what is finished as far as one looks back. */
export const BOARD_STATUSES = ['open', 'in_progress', 'done', 'failed', 'cancelled'] as const
const UNDER_WAY = 100
const LOOK_BACK = 20

/** The tasks of the board as one list; as new as its oldest part. */
export async function readBoard(list: (query: Query) => Promise<WorkList>, query: Query): Promise<WorkList> {
  const parts = await Promise.all(
    BOARD_STATUSES.map((status, at) =>
      list({ ...query, kind: 'task', group: undefined, status: [status], limit: at < 2 ? UNDER_WAY : LOOK_BACK }),
    ),
  )
  const [first] = parts
  if (!first) throw new Error('a board has columns')
  return {
    ...first,
    items: parts.flatMap((part) => part.items),
    nextCursor: parts.find((part) => part.nextCursor !== null)?.nextCursor ?? null,
    seq: Math.min(...parts.map((part) => part.seq)),
  }
}

/** So many items one answer holds at most. */
const AT_ONCE = 200
/** So long a working list grows; rows out of sight are not laid out. */
export const LONGEST = 1_000

/** The working list as far as it is wanted: a long one in several answers, as new as the oldest of them. */
export async function readWork(list: (query: Query) => Promise<WorkList>, query: Query): Promise<WorkList> {
  const { limit } = query
  if (limit === undefined || !(limit > AT_ONCE) || limit > LONGEST) return list(query)
  let read = await list({ ...query, limit: AT_ONCE })
  while (read.nextCursor !== null && read.items.length < limit) {
    const next = await list({ ...query, limit: Math.min(AT_ONCE, limit - read.items.length), cursor: read.nextCursor })
    // What moved meanwhile may be met on two pages: its first place is the newer reading of the order.
    const known = new Set(read.items.map(itemKey))
    read = {
      ...read,
      items: [...read.items, ...next.items.filter((item) => !known.has(itemKey(item)))],
      nextCursor: next.nextCursor,
    }
    if (next.items.length === 0) break
  }
  return read
}
