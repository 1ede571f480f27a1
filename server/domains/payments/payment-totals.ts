import { type SelectQueryBuilder, sql } from 'kysely'
import type { CallCtx } from '#server/trpc/init.ts'
import type { PaymentFilters } from './payment.schema.ts'

/** What totals cover when no time was chosen: adding up everything there ever was costs what there ever was. */
const USUAL_DAYS = 30

/** The filters of the list; expects payments as p. */
export function filtered<D, TB extends keyof D, O>(query: SelectQueryBuilder<D, TB, O>, input: PaymentFilters) {
  let narrowed = query
  const among = (column: string, values: readonly string[] | undefined) => {
    if (values) narrowed = narrowed.where(sql<boolean>`${sql.ref(column)} = any(${[...values]})`)
  }
  among('p.provider', input.provider)
  among('p.method', input.method)
  if (input.from) narrowed = narrowed.where(sql<boolean>`p.created_at >= ${input.from}`)
  if (input.to) narrowed = narrowed.where(sql<boolean>`p.created_at < ${input.to}`)
  return narrowed
}

/** How many payments and how much, by what they are for and how they stand, over the same filters as the list. */
export async function readTotals(ctx: CallCtx, input: PaymentFilters) {
  const now = ctx.clock.now()
  const from = input.from ?? (input.bookingId ? undefined : new Date(now.getTime() - USUAL_DAYS * 86_400_000))
  let query = ctx.db
    .selectFrom('payments as p')
    .select(['p.type', 'p.status', 'p.currency'])
    .select((eb) => [eb.fn.countAll<number>().as('count'), sql<number>`sum(p.amount)::float8`.as('amount')])
    .groupBy(['p.type', 'p.status', 'p.currency'])
    .orderBy('p.type')
    .orderBy('p.status')
  if (input.bookingId) query = query.where('p.booking_id', '=', input.bookingId)
  if (input.type) query = query.where('p.type', 'in', input.type)
  if (input.status) query = query.where('p.status', 'in', input.status)
  const rows = await filtered(query, { ...input, from }).execute()
  return {
    from: from ?? null,
    to: input.to ?? null,
    groups: rows.map(({ type, status, currency, count, amount }) => ({ type, status, count, amount: { amount, currency } })),
  }
}
