import { sql } from 'kysely'
import type { CallType } from '#db/tables/index.ts'
import { batcher } from '#server/batch.ts'
import { type Ctx, may } from '#server/context.ts'
import {
  type Alternative,
  findAlternatives,
  hasLapsed,
  type Overlap,
  type OverlapJson,
  overlapOf,
  overlapProbe,
  type TimeQuestion,
} from '#server/domains/availability/index.ts'
import { AppError } from '#server/errors.ts'

/** A pending booking's time, and what is in its way. */
interface Wanted {
  assigneeId: string | null
  wanted: TimeQuestion
  modelName: string
  overlap: Overlap | null
}

interface Probes {
  /** Who of this process is taking a model's time right now; settles when that is over. */
  taking: Map<string, Promise<void>>
  byBooking: (id: string) => Promise<Wanted | undefined>
  alternatives: (key: string) => Promise<Alternative[] | undefined>
}

const probes = new WeakMap<Ctx['pool'], Probes>()

function probesOf(ctx: Ctx): Probes {
  let known = probes.get(ctx.pool)
  if (!known) {
    known = {
      taking: new Map(),
      byBooking: batcher((ids) => load(ctx, ids)),
      // One look for all who lost the same time; what it finds is checked again when someone takes it.
      alternatives: batcher(async (keys) => {
        const found = new Map<string, Alternative[]>()
        for (const key of keys) {
          const wanted: TimeQuestion = JSON.parse(key)
          const times = { startsAt: new Date(wanted.startsAt), endsAt: new Date(wanted.endsAt) }
          found.set(key, await findAlternatives(ctx.db, { ...wanted, ...times }, ctx.clock.now()))
        }
        return found
      }),
    }
    probes.set(ctx.pool, known)
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
  const { byBooking, alternatives, taking } = probesOf(ctx)
  for (;;) {
    const found = await byBooking(id)
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
        alternatives: (await alternatives(JSON.stringify(wanted))) ?? [],
      })
    }
    const ahead = taking.get(wanted.modelId)
    if (!ahead) return startTaking(taking, wanted.modelId)
    await ahead
  }
}

function startTaking(taking: Map<string, Promise<void>>, modelId: string): () => void {
  const { promise, resolve } = Promise.withResolvers<void>()
  taking.set(modelId, promise)
  return () => {
    taking.delete(modelId)
    resolve()
  }
}
