import { type Selectable, sql } from 'kysely'
import type { TimeHoldsTable } from '#db/tables/index.ts'
import { type Ctx, may } from '#server/context.ts'
import { notFound } from '#server/errors.ts'
import type { Tx } from '#server/transact.ts'

export interface LockedHold extends Selectable<TimeHoldsTable> {
  model_name: string
  /** The usual length of a hold. */
  usual_minutes: number
}

/**
 * One's own holds, a key's those that it placed; everyone's with bookings.read_all. A condition of the query, so foreign
 * and unknown look the same.
 */
export function visibleHolds(ctx: Pick<Ctx, 'actor'>) {
  if (ctx.actor.kind === 'system' || may(ctx, 'bookings.read_all')) return sql<boolean>`true`
  if (ctx.actor.kind === 'api_key') {
    return sql<boolean>`exists (select 1 from audit_log al where al.entity_type = 'hold' and al.entity_id = h.id
      and al.action = 'hold.placed' and al.actor_id = ${ctx.actor.id}::uuid)`
  }
  return sql<boolean>`h.created_by = ${ctx.actor.id}::uuid`
}

/** Locks a hold that this actor may see, or answers undefined; with `wait: false` also when someone else has it locked. */
export async function findLockedHold(tx: Tx, id: string, { wait = true } = {}): Promise<LockedHold | undefined> {
  const [row] = await tx.run(
    sql<LockedHold>`select h.*, m.name as model_name,
        (select (value #>> '{}')::int from settings where key = 'time_hold_minutes') as usual_minutes
      from time_holds h join models m on m.id = h.model_id
      where h.id = ${id}::uuid and ${visibleHolds(tx.ctx)} for update of h ${wait ? sql`` : sql`skip locked`}`,
  )
  return row
}

export async function lockHold(tx: Tx, id: string): Promise<LockedHold> {
  const row = await findLockedHold(tx, id)
  if (!row) throw notFound('hold')
  return row
}
