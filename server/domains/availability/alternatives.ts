import { sql } from 'kysely'
import type { Db } from '#db/client.ts'
import { decide } from './decide.ts'
import { findFree } from './find-free.ts'
import { loadTimeFacts } from './load-facts.ts'
import type { TimeQuestion } from './time-question.ts'

export interface Alternative {
  modelId: string
  modelName: string
  start: string
  end: string
}

const DAY = 86_400_000
const MOST = 3
/** The same model's next times are looked for this far. */
const DAYS_AHEAD = 7
/** At most this many others are asked about: the best rated of those who serve the place. */
const OTHERS = 12

/**
 * Up to three real ways out when a time can't be had: the same model's next free time of that length, others who serve
 * the place and are free then, and more of the same model's. Each is one that `decide` accepted a moment ago.
 */
export async function findAlternatives(db: Db, question: TimeQuestion, now: Date): Promise<Alternative[]> {
  const { modelId, startsAt, endsAt, locationId } = question
  const from = new Date(Math.max(startsAt.getTime(), now.getTime()))
  const to = new Date(from.getTime() + DAYS_AHEAD * DAY)
  const [own, others] = await Promise.all([loadTimeFacts(db, [modelId], { from, to }), othersThen(db, question, now)])
  const length = endsAt.getTime() - startsAt.getTime()
  const facts = own.get(modelId)
  const same = facts
    ? findFree(facts, { ...question, durationMinutes: length / 60_000, from, to, locationId, now, limit: 60 })
        .filter(({ start }) => start.getTime() !== startsAt.getTime())
        .map(({ start, end }) => ({ modelId, modelName: facts.name, start: start.toISOString(), end: end.toISOString() }))
    : []
  // Not three quarters of an hour in a row: the next one, then others that don't overlap it.
  const apart = spread(same, MOST)
  const taken = others.slice(0, MOST - Math.min(1, apart.length))
  return [...apart.slice(0, MOST - taken.length), ...taken]
}

/** The first, and then each that begins after the one before has ended. */
function spread(times: readonly Alternative[], most: number): Alternative[] {
  const kept: Alternative[] = []
  for (const time of times) {
    const last = kept.at(-1)
    if (kept.length < most && (!last || time.start >= last.end)) kept.push(time)
  }
  return kept
}

async function othersThen(db: Db, question: TimeQuestion, now: Date): Promise<Alternative[]> {
  const { startsAt, endsAt, locationId } = question
  if (locationId === null || startsAt <= now) return []
  const { rows } = await sql<{ id: string }>`
    select m.id from models m
    where m.status = 'active' and m.deleted_at is null and m.id <> ${question.modelId}::uuid
      and (m.primary_location_id = ${locationId}::uuid
        or exists (select 1 from model_locations ml where ml.model_id = m.id and ml.location_id = ${locationId}::uuid))
      and not exists (
        select 1 from time_blocks t
        where t.model_id = m.id and t.active and t.block_from > ${startsAt}::timestamptz - interval '16 days'
          and t.block_from < ${endsAt}::timestamptz and t.block_to > ${startsAt}::timestamptz)
    order by m.internal_rating desc, m.name limit ${OTHERS}`.execute(db)
  const ids = rows.map(({ id }) => id)
  const facts = ids.length > 0 ? await loadTimeFacts(db, ids, { from: startsAt, to: endsAt }) : new Map()
  const free: Alternative[] = []
  for (const modelId of ids) {
    const hers = facts.get(modelId)
    if (!hers || !decide(hers, { ...question, modelId, exceptBookingId: null, exceptHoldId: null }, now).ok) continue
    free.push({ modelId, modelName: hers.name, start: startsAt.toISOString(), end: endsAt.toISOString() })
    if (free.length === MOST) break
  }
  return free
}
