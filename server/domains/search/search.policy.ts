import { type RawBuilder, sql } from 'kysely'
import type { Permission } from '#server/auth/permissions.ts'
import { type Ctx, may } from '#server/context.ts'
import { searchReach } from '#server/domains/clients/index.ts'

/** In the order they are shown. */
export const SEARCH_KINDS = ['booking', 'inquiry', 'client', 'model', 'task', 'exception', 'payment'] as const
export type SearchKind = (typeof SEARCH_KINDS)[number]

const NEEDS: Record<SearchKind, Permission> = {
  booking: 'bookings.read',
  inquiry: 'inquiries.read',
  client: 'clients.read',
  model: 'models.read',
  task: 'tasks.read',
  exception: 'exceptions.read',
  payment: 'payments.read',
}
/** Kinds of which one sees one's own and nobody's, but for who holds this. */
const READ_ALL: Partial<Record<SearchKind, Permission>> = {
  booking: 'bookings.read_all',
  inquiry: 'inquiries.read_all',
  task: 'tasks.read_all',
  exception: 'exceptions.read_all',
}

export function maySearch(ctx: Pick<Ctx, 'actor'>, kind: SearchKind): boolean {
  return may(ctx, NEEDS[kind])
}

/** What this actor may search at all. A key has no rows of its own: it searches what it reads all of. */
export function searchableKinds(ctx: Pick<Ctx, 'actor'>): SearchKind[] {
  return SEARCH_KINDS.filter((kind) => {
    const all = READ_ALL[kind]
    return maySearch(ctx, kind) && (ctx.actor.kind === 'user' || all === undefined || may(ctx, all))
  })
}

/**
 * The part of the row policy that the index itself can answer (alias `w`); the policy proper is asked of the row.
 * Undefined when all are visible.
 */
export function ownInIndex(ctx: Pick<Ctx, 'actor'>, kind: SearchKind): RawBuilder<boolean> | undefined {
  const all = READ_ALL[kind]
  if (all === undefined || may(ctx, all)) return undefined
  return sql<boolean>`(w.assignee_id is null or w.assignee_id = ${ctx.actor.id}::uuid)`
}

/** Letters of the words this actor may find by: what is masked for them can't be found by, or it could be guessed. */
export function readableLetters(ctx: Pick<Ctx, 'actor'>): string[] {
  const { partOfName, partOfContact, wholeContact } = searchReach(ctx)
  const letters = ['o']
  if (partOfName) letters.push('n')
  if (wholeContact) letters.push('t')
  if (partOfName || wholeContact) letters.push('r')
  if (partOfContact) letters.push('e')
  return letters
}
