import { sql } from 'kysely'
import type { MatchReason } from '#db/tables/index.ts'
import { may } from '#server/context.ts'
import type { Tx } from '#server/transact.ts'
import { lockInquiry } from './inquiry.repository.ts'

export interface Match {
  model: { id: string; name: string; publicCode: string }
  /** 0–100. */
  score: number
  reasons: MatchReason[]
}

interface Candidate {
  id: string
  name: string
  public_code: string
  rating: number
  at_home: boolean
  offered: number
}

/** At most this many are scored: the best rated of those who fit. */
const MOST = 25
const POINTS = { place: 30, serves: 20, free: 30, unknownTime: 10, services: 25, rating: 15 } as const

/**
 * Simple matches: active models at the place, or serving it, free for the whole window, best score first. The score
 * adds up its reasons: place 30 (20 when she travels), free 30 (10 when no time is given), services 25 by the share
 * she offers, rating 15 by its share of five, for those who may see ratings. What was found is kept with the inquiry.
 */
export async function matchModels(tx: Tx, inquiryId: string): Promise<Match[]> {
  const inquiry = await lockInquiry(tx, inquiryId)
  const wanted = await tx.db.selectFrom('inquiry_services').select('service_id').where('inquiry_id', '=', inquiry.id).execute()
  const serviceIds = wanted.map((row) => row.service_id)
  const from = inquiry.window_from
  const to = inquiry.window_to ?? (from ? new Date(from.getTime() + 3_600_000) : null)
  const { rows } = await sql<Candidate>`
    select m.id, m.name, m.public_code, m.internal_rating as rating,
      coalesce(m.primary_location_id = ${inquiry.location_id}::uuid, true) as at_home,
      (select count(*) from model_services ms where ms.model_id = m.id and ms.service_id = any(${serviceIds}::uuid[]))::int as offered
    from models m
    where m.status = 'active' and m.deleted_at is null
      and (${inquiry.location_id}::uuid is null or m.primary_location_id = ${inquiry.location_id}::uuid
        or exists (select 1 from model_locations ml where ml.model_id = m.id and ml.location_id = ${inquiry.location_id}::uuid))
      and (${from}::timestamptz is null or not exists (
        select 1 from time_blocks t where t.model_id = m.id and t.active
          and t.block_from > ${from}::timestamptz - interval '16 days'
          and t.block_from < ${to}::timestamptz + make_interval(mins => m.buffer_after_min)
          and t.block_to > ${from}::timestamptz - make_interval(mins => m.buffer_before_min)))
    order by offered desc, at_home desc, m.internal_rating desc, m.name
    limit ${MOST}`.execute(tx.db)
  // The rating is internal: who may not see it gets neither its reason nor its points.
  const rated = may(tx.ctx, 'models.read_internal')
  const matches = rows.map((row) => score(row, serviceIds.length, from !== null, inquiry.location_id !== null, rated))
  matches.sort((a, b) => b.score - a.score || a.model.name.localeCompare(b.model.name))
  await keep(tx, inquiry.id, matches)
  return matches
}

function score(row: Candidate, wantedServices: number, hasTime: boolean, hasPlace: boolean, rated: boolean): Match {
  const reasons: MatchReason[] = []
  if (!hasPlace) reasons.push({ factor: 'place', points: POINTS.serves, text: 'No place was asked for' })
  else if (row.at_home) reasons.push({ factor: 'place', points: POINTS.place, text: 'Based at the place' })
  else reasons.push({ factor: 'place', points: POINTS.serves, text: 'Serves the place' })
  if (hasTime) reasons.push({ factor: 'time', points: POINTS.free, text: 'Free for the whole time' })
  else reasons.push({ factor: 'time', points: POINTS.unknownTime, text: 'No time was asked for' })
  if (wantedServices === 0) reasons.push({ factor: 'services', points: POINTS.services, text: 'No particular service asked for' })
  else {
    const points = Math.round((POINTS.services * row.offered) / wantedServices)
    reasons.push({ factor: 'services', points, text: `Offers ${row.offered} of ${wantedServices} services` })
  }
  if (rated) {
    reasons.push({
      factor: 'rating',
      points: Math.round((POINTS.rating * row.rating) / 5),
      text: `Rated ${row.rating.toFixed(1)} of 5`,
    })
  }
  return {
    model: { id: row.id, name: row.name, publicCode: row.public_code },
    score: reasons.reduce((sum, reason) => sum + reason.points, 0),
    reasons,
  }
}

async function keep(tx: Tx, inquiryId: string, matches: readonly Match[]): Promise<void> {
  tx.send(tx.db.deleteFrom('inquiry_matches').where('inquiry_id', '=', inquiryId))
  if (matches.length === 0) return
  tx.send(
    tx.db.insertInto('inquiry_matches').values(
      matches.map((match) => ({
        inquiry_id: inquiryId,
        model_id: match.model.id,
        score: match.score,
        reasons: JSON.stringify(match.reasons),
        matched_at: tx.now,
      })),
    ),
  )
}
