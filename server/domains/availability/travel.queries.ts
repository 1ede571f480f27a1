import { sql } from 'kysely'
import { AppError } from '#server/errors.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import type { ListTravelInput } from './travel.schema.ts'
import { distanceKm, type TravelFacts, travelEstimate } from './travel.ts'

interface Pair {
  from_id: string
  from_slug: string
  from_title: string
  from_latitude: number
  from_longitude: number
  to_id: string
  to_slug: string
  to_title: string
  to_latitude: number
  to_longitude: number
  minutes: number | null
  speed: number
}

/** Every way between two places by their titles, with what the table says and what distance would say. */
export async function listTravel(ctx: CallCtx, input: ListTravelInput) {
  const [afterFrom, afterTo] = cursorOf(input.cursor)
  const { rows } = await sql<Pair>`
    select f.id as from_id, f.slug as from_slug, f.title as from_title, f.latitude as from_latitude, f.longitude as from_longitude,
      t.id as to_id, t.slug as to_slug, t.title as to_title, t.latitude as to_latitude, t.longitude as to_longitude, x.minutes,
      coalesce((select (value #>> '{}')::float8 from settings where key = 'travel_km_per_hour'), 20) as speed
    from locations f join locations t on t.id <> f.id
    left join travel_times x on x.from_location_id = f.id and x.to_location_id = t.id
    where (${input.from ?? null}::text is null or f.slug = ${input.from ?? null}) and (f.slug, t.slug) > (${afterFrom}, ${afterTo})
    order by f.slug, t.slug limit ${input.limit + 1}`.execute(ctx.db)
  const items = rows.slice(0, input.limit).map(wayOf)
  const last = items.at(-1)
  const nextCursor = rows.length > input.limit && last ? `${last.from.slug}>${last.to.slug}` : null
  return { items, nextCursor, prevCursor: null }
}

function cursorOf(cursor: string | undefined): [string, string] {
  if (cursor === undefined) return ['', '']
  const [from, to, more] = cursor.split('>')
  if (!from || !to || more !== undefined || cursor.includes('\0')) {
    throw new AppError('malformed', 'cursor is not one this list gave out. Start again without it.')
  }
  return [from, to]
}

function wayOf(pair: Pair) {
  const from = { id: pair.from_id, latitude: pair.from_latitude, longitude: pair.from_longitude }
  const to = { id: pair.to_id, latitude: pair.to_latitude, longitude: pair.to_longitude }
  const places = new Map([from, to].map((place) => [place.id, place]))
  const travel: TravelFacts = { places, times: new Map(), kmPerHour: pair.speed }
  const estimate = travelEstimate(travel, from.id, to.id)
  return {
    from: { slug: pair.from_slug, title: pair.from_title },
    to: { slug: pair.to_slug, title: pair.to_title },
    minutes: pair.minutes ?? estimate,
    estimate,
    isSet: pair.minutes !== null,
    km: Math.round(distanceKm(from, to) * 10) / 10,
  }
}
