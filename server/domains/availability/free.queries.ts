import { sql } from 'kysely'
import { visibleBookings } from '#server/domains/bookings/index.ts'
import { AppError, invalid, notFound } from '#server/errors.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import { decide } from './decide.ts'
import type { ModelTimeFacts } from './facts.ts'
import { findFree, stepOf } from './find-free.ts'
import type { FreeInput, WhyInput } from './free.schema.ts'
import { loadTimeFacts } from './load-facts.ts'
import type { TimeDecision, TimeQuestion } from './time-question.ts'
import { DAY, MINUTE } from './wall-clock.ts'

/** How far from a refused time another one is looked for. */
const NEAR = 3 * DAY
const MOST_NEAREST = 3

/** Times of one model that could be held now. Throws `not_found`, `invalid`. */
export async function readFree(ctx: CallCtx, input: FreeInput) {
  const [place, found] = await Promise.all([
    placeOf(ctx, input.location, input.services),
    loadTimeFacts(ctx.db, [input.modelId], input),
  ])
  const facts = found.get(input.modelId)
  if (!facts) throw notFound('model')
  const { durationMinutes, from, to, callType } = input
  const wanted = { durationMinutes, from, to, callType, ...place, now: ctx.clock.now() }
  const all = findFree(facts, { ...wanted, limit: Number.POSITIVE_INFINITY })
  return {
    modelId: facts.modelId,
    zone: facts.zone,
    durationMinutes,
    items: all.slice(0, input.limit),
    windows: windowsOf(facts, all),
  }
}

/** Starts that follow each other on the step, as stretches. */
function windowsOf(facts: ModelTimeFacts, times: readonly { start: Date; end: Date }[]): { start: Date; end: Date }[] {
  const step = stepOf(facts) * MINUTE
  const windows: { start: Date; end: Date }[] = []
  let before: Date | undefined
  for (const { start, end } of times) {
    const last = windows.at(-1)
    if (last && before && start.getTime() - before.getTime() <= step) last.end = end
    else windows.push({ start, end })
    before = start
  }
  return windows
}

/** What forbids a time, the smallest change for each reason, and the nearest times nothing forbids. Throws `not_found`, `invalid`. */
export async function readWhy(ctx: CallCtx, input: WhyInput) {
  const now = ctx.clock.now()
  const around = { from: new Date(input.start.getTime() - NEAR), to: new Date(input.end.getTime() + NEAR) }
  const [place, found] = await Promise.all([
    placeOf(ctx, input.location, input.services),
    loadTimeFacts(ctx.db, [input.modelId], around),
  ])
  const facts = found.get(input.modelId)
  if (!facts) throw notFound('model')
  const question: TimeQuestion = {
    modelId: facts.modelId,
    startsAt: input.start,
    endsAt: input.end,
    callType: input.callType,
    exceptBookingId: input.exceptBookingId ?? null,
    exceptHoldId: input.exceptHoldId ?? null,
    ...place,
  }
  const decision = decide(facts, question, now)
  const refs = await visibleRefs(ctx, decision)
  return {
    modelId: facts.modelId,
    modelName: facts.name,
    zone: facts.zone,
    ...decision,
    reasons: decision.reasons.map(({ bookingId, blockId: _, ...reason }) => {
      const ref = bookingId ? refs.get(bookingId) : undefined
      return { ...reason, booking: bookingId && ref ? { id: bookingId, ref } : null }
    }),
    nearest: decision.ok ? [] : nearestTo(facts, question, around, now),
  }
}

/** Up to three times of the same length around a refused one, by how far they are from it. */
export function nearestTo(facts: ModelTimeFacts, question: TimeQuestion, around: { from: Date; to: Date }, now: Date) {
  const { startsAt, endsAt, ...asked } = question
  const durationMinutes = (endsAt.getTime() - startsAt.getTime()) / MINUTE
  const times = findFree(facts, { ...asked, durationMinutes, ...around, now, limit: Number.POSITIVE_INFINITY })
  const away = (time: { start: Date }) => Math.abs(time.start.getTime() - startsAt.getTime())
  return times.sort((a, b) => away(a) - away(b)).slice(0, MOST_NEAREST)
}

async function visibleRefs(ctx: CallCtx, decision: TimeDecision): Promise<Map<string, string>> {
  const ids = decision.reasons.flatMap((reason) => reason.bookingId ?? [])
  if (ids.length === 0) return new Map()
  const { rows } = await sql<{ id: string; ref: string }>`
    select b.id, b.ref from bookings b where b.id = any(${ids}::uuid[]) and b.deleted_at is null and ${visibleBookings(ctx)}`.execute(
    ctx.db,
  )
  return new Map(rows.map((row) => [row.id, row.ref]))
}

/** Ids of a place and services by what people call them. */
async function placeOf(ctx: CallCtx, location: string | undefined, services: readonly string[]) {
  if (location === undefined && services.length === 0) return { locationId: null, serviceIds: [] }
  const { rows } = await sql<{ location: string | null; services: Record<string, string> | null }>`
    select (select id from locations where slug = ${location ?? null}) as location,
      (select json_object_agg(code, id) from services where code = any(${[...services]}::text[])) as services`.execute(ctx.db)
  const known = rows[0]?.services ?? {}
  if (location !== undefined && !rows[0]?.location) throw invalid('location', `There is no location “${location}”.`)
  const unknown = services.find((code) => known[code] === undefined)
  if (unknown !== undefined) throw new AppError('invalid', `There is no service “${unknown}”.`)
  return { locationId: rows[0]?.location ?? null, serviceIds: Object.values(known) }
}
