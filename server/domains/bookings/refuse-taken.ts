import { sql } from 'kysely'
import type { CallType } from '#db/tables/index.ts'
import { batcher } from '#server/batch.ts'
import { type Ctx, may } from '#server/context.ts'
import {
  alternativesTo,
  hasLapsed,
  type Overlap,
  type OverlapJson,
  overlapOf,
  overlapProbe,
  type TimeQuestion,
  waitOrTake,
} from '#server/domains/availability/index.ts'
import { AppError } from '#server/errors.ts'

/** A pending booking's time, and what is in its way. */
interface Wanted {
  assigneeId: string | null
  wanted: TimeQuestion
  modelName: string
  overlap: Overlap | null
}

const looks = new WeakMap<Ctx['pool'], (id: string) => Promise<Wanted | undefined>>()

function lookOf(ctx: Ctx): (id: string) => Promise<Wanted | undefined> {
  let known = looks.get(ctx.pool)
  if (!known) {
    known = batcher((ids) => load(ctx, ids))
    looks.set(ctx.pool, known)
  }
  return known
}

async function load(ctx: Ctx, ids: readonly string[]): Promise<Map<string, Wanted>> {
  const from = sql<Date>`(b.starts_at - make_interval(mins => m.buffer_before_min))`
  const to = sql<Date>`(b.ends_at + make_interval(mins => m.buffer_after_min))`
  const { rows } = await sql<{
    id: string
    assignee_id: string | null
    model_id: string
    starts_at: Date
    ends_at: Date
    location_id: string
    call_type: CallType
    name: string
    service_ids: string[]
    probe: OverlapJson | null
  }>`select b.id, b.assignee_id, b.model_id, b.starts_at, b.ends_at, b.location_id, b.call_type, m.name,
      array(select bs.service_id from booking_services bs where bs.booking_id = b.id) as service_ids,
      ${overlapProbe(sql`b.model_id`, from, to, { bookingId: sql`b.id` })} as probe
    from bookings b join models m on m.id = b.model_id
    where b.id = any(${ids}::uuid[]) and b.status = 'pending' and b.deleted_at is null`.execute(ctx.db)
  const found = new Map<string, Wanted>()
  for (const row of rows) {
    found.set(row.id, {
      assigneeId: row.assignee_id,
      wanted: {
        modelId: row.model_id,
        startsAt: row.starts_at,
        endsAt: row.ends_at,
        locationId: row.location_id,
        callType: row.call_type,
        serviceIds: row.service_ids,
      },
      modelName: row.name,
      overlap: overlapOf(row.probe),
    })
  }
  return found
}

/**
 * Answers the losers of a race at once: looks, without lock or transaction, whether the time of a pending booking is
 * taken, and throws `taken` with alternatives if so. While another request of this process is taking the same model's
 * time it waits for that and looks again, instead of queueing on the lock with a connection in hand. Finding nothing
 * promises nothing: taking the time decides. Returns what to call when the transaction is over.
 */
export async function refuseTaken(ctx: Ctx, id: string, newStatus: string): Promise<(() => void) | undefined> {
  if (newStatus !== 'confirmed' && newStatus !== 'deposit_required') return undefined
  // A test of the lock or of the constraint sees them alone.
  if (ctx.faults) return undefined
  for (;;) {
    const found = await lookOf(ctx)(id)
    if (!found) return undefined
    const { overlap, assigneeId, wanted, modelName } = found
    const lapsed = overlap !== null && hasLapsed(overlap, ctx.clock.now())
    const visible = assigneeId === null || assigneeId === ctx.actor.id || may(ctx, 'bookings.read_all')
    if (!visible) return undefined
    if (overlap && !lapsed) {
      throw new AppError('taken', `${modelName} is not free at that time. Possible now: cancelled.`, {
        from: 'pending',
        newStatus,
        rule: 'timeIsFree',
        possible: ['cancelled'],
        conflict: { from: overlap.from.toISOString(), to: overlap.to.toISOString() },
        alternatives: await alternativesTo(ctx, wanted),
      })
    }
    const over = await waitOrTake(ctx, wanted.modelId)
    if (over) return over
  }
}
