import { sql } from 'kysely'
import { batcher } from '#server/batch.ts'
import type { Ctx } from '#server/context.ts'
import { AppError } from '#server/errors.ts'
import { type Alternative, findAlternatives } from './alternatives.ts'
import { hasLapsed, type Overlap, type OverlapJson, overlapOf, overlapProbe } from './ledger.repository.ts'
import type { TimeQuestion } from './time-question.ts'

/** What a wish for a model's time says before anything is looked up. */
export interface TimeWish {
  clientId: string
  modelId: string
  /** Slug. */
  location: string
  start: Date
  end: Date
  callType: 'incall' | 'outcall'
  holdId?: string | undefined
}

interface Seen {
  modelName: string
  locationId: string | null
  overlap: Overlap | null
  /** Whose hold is in the way. */
  clientId: string | null
}

interface Looks {
  /** Who of this process is taking a model's time right now; settles when that is over. */
  taking: Map<string, Promise<void>>
  byTime: (key: string) => Promise<Seen | undefined>
  alternatives: (key: string) => Promise<Alternative[] | undefined>
}

const looks = new WeakMap<Ctx['pool'], Looks>()

function looksOf(ctx: Ctx): Looks {
  let known = looks.get(ctx.pool)
  if (!known) {
    known = {
      taking: new Map(),
      byTime: batcher((keys) => look(ctx, keys)),
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
    looks.set(ctx.pool, known)
  }
  return known
}

/** Times free instead, asked once for all who ask at the same moment. */
export async function alternativesTo(ctx: Ctx, question: TimeQuestion): Promise<Alternative[]> {
  return (await looksOf(ctx).alternatives(JSON.stringify(question))) ?? []
}

/**
 * Waits while another request of this process is taking the model's time, else begins to: losers of a race stand here
 * instead of queueing on the lock with a connection in hand. Answers what to call when the transaction is over, or
 * undefined when there was someone ahead: then it is time to look again.
 */
export async function waitOrTake(ctx: Ctx, modelId: string): Promise<(() => void) | undefined> {
  const { taking } = looksOf(ctx)
  const ahead = taking.get(modelId)
  if (ahead) {
    await ahead
    return undefined
  }
  const { promise, resolve } = Promise.withResolvers<void>()
  taking.set(modelId, promise)
  return () => {
    taking.delete(modelId)
    resolve()
  }
}

const keyOf = ({ modelId, location, start, end }: TimeWish) =>
  JSON.stringify([modelId, location, start.toISOString(), end.toISOString()])

async function look(ctx: Ctx, keys: readonly string[]): Promise<Map<string, Seen>> {
  const wishes = keys.map((key, index) => {
    const [modelId, location, start, end]: string[] = JSON.parse(key)
    return { index, modelId, location, start, end }
  })
  const { rows } = await sql<{
    index: number
    name: string
    location_id: string | null
    probe: OverlapJson | null
    client_id: string | null
  }>`
    select w.index, m.name, (select l.id from locations l where l.slug = w.location) as location_id, p.probe,
      (select h.client_id from time_holds h where h.id = (p.probe ->> 'id')::uuid and h.status = 'held') as client_id
    from jsonb_to_recordset(${JSON.stringify(wishes)}::jsonb)
        as w(index int, "modelId" uuid, location text, start timestamptz, "end" timestamptz)
      join models m on m.id = w."modelId"
      cross join lateral (select ${overlapProbe(
        sql`m.id`,
        sql`(w.start - make_interval(mins => m.buffer_before_min))`,
        sql`(w."end" + make_interval(mins => m.buffer_after_min))`,
        { bookingId: sql`null::uuid` },
      )} as probe) p`.execute(ctx.db)
  const found = new Map<string, Seen>()
  for (const row of rows) {
    const key = keys[row.index]
    if (key === undefined) continue
    found.set(key, {
      modelName: row.name,
      locationId: row.location_id,
      overlap: overlapOf(row.probe),
      clientId: row.client_id,
    })
  }
  return found
}

/**
 * Answers the losers of a race for a new hold or booking: who finds another request of this process taking the same
 * model's time waits for that, looks without lock or transaction, and hears `taken` with alternatives. Finding nothing
 * promises nothing: taking the time decides.
 */
export async function refuseWish(ctx: Ctx, wish: TimeWish): Promise<(() => void) | undefined> {
  // A test of the lock or of the constraint sees them alone.
  if (ctx.faults || wish.holdId) return undefined
  for (;;) {
    // Alone it costs nothing: only who had to stand in line looks.
    const over = await waitOrTake(ctx, wish.modelId)
    if (over) return over
    const seen = await looksOf(ctx).byTime(keyOf(wish))
    if (!seen) return undefined
    const { overlap } = seen
    // Who holds it already is answered with their hold.
    if (overlap && !hasLapsed(overlap, ctx.clock.now()) && seen.clientId !== wish.clientId) {
      const question: TimeQuestion = {
        modelId: wish.modelId,
        startsAt: wish.start,
        endsAt: wish.end,
        locationId: seen.locationId,
        callType: wish.callType,
      }
      throw new AppError('taken', `${seen.modelName} is not free at that time.`, {
        conflict: { from: overlap.from.toISOString(), to: overlap.to.toISOString() },
        reasons: [{ rule: 'overlap', overridable: false, text: `${seen.modelName} is not free at that time.`, change: null }],
        overridable: false,
        alternatives: await alternativesTo(ctx, question),
      })
    }
  }
}
