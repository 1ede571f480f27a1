import type { Query, WorkList } from './types.ts'

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
