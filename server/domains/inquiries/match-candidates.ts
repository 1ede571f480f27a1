import { sql } from 'kysely'
import type { Tx } from '#server/transact.ts'
import type { LockedInquiry } from './inquiry.repository.ts'

/** What an inquiry asks for, with the names people read. */
export interface Wish {
  inquiryId: string
  clientId: string
  clientTags: readonly string[]
  location: { id: string; title: string } | null
  services: readonly { id: string; code: string; name: string }[]
  /** Both, or no time was asked for. */
  from: Date | null
  to: Date | null
}

/** A model with what one statement tells about her and the wish; whether she is free is decided later, for few. */
export interface Candidate {
  id: string
  name: string
  publicCode: string
  rating: number
  home: { id: string; slug: string; title: string }
  /** Where she is based, or a place she serves; so for every place when none was asked for. */
  atHome: boolean
  serves: boolean
  /** Ids of wished services she offers. */
  offered: readonly string[]
  /** The ledger has something at that very time: certain without asking further. */
  taken: boolean
  /** Bookings of this client with her that took place. */
  met: number
}

const HOUR_MS = 3_600_000

export async function wishOf(tx: Tx, inquiry: LockedInquiry): Promise<Wish> {
  const [row] = await tx.run(sql<Pick<Wish, 'location' | 'services'>>`select
    (select jsonb_build_object('id', l.id, 'title', l.title) from locations l where l.id = ${inquiry.location_id}::uuid) as location,
    (select coalesce(jsonb_agg(jsonb_build_object('id', s.id, 'code', s.code, 'name', s.name) order by s.sort_order, s.code), '[]')
      from inquiry_services i join services s on s.id = i.service_id where i.inquiry_id = ${inquiry.id}::uuid) as services`)
  const from = inquiry.window_from
  return {
    inquiryId: inquiry.id,
    clientId: inquiry.client_id,
    clientTags: inquiry.client_tags,
    location: row?.location ?? null,
    services: row?.services ?? [],
    from,
    to: inquiry.window_to ?? (from ? new Date(from.getTime() + HOUR_MS) : null),
  }
}

interface Row {
  id: string
  name: string
  public_code: string
  rating: number
  home_id: string
  home_slug: string
  home: string
  serves: boolean
  offered: string[] | null
  taken: boolean
  met: number
}

/** Every active model, in one statement that walks each of its indexes once. */
export async function findCandidates(tx: Tx, wish: Wish): Promise<Candidate[]> {
  const { location, from, to } = wish
  const serviceIds = wish.services.map(({ id }) => id)
  const rows = await tx.run(sql<Row>`
    select m.id, m.name, m.public_code, m.internal_rating as rating, l.id as home_id, l.slug as home_slug, l.title as home,
      ${location?.id ?? null}::uuid is null or ml.model_id is not null or m.primary_location_id = ${location?.id ?? null}::uuid as serves,
      o.offered, coalesce(h.met, 0)::int as met,
      ${from}::timestamptz is not null and exists (
        select 1 from time_blocks t where t.model_id = m.id and t.active
          and t.block_from > ${from}::timestamptz - interval '16 days' and t.block_from < ${to}::timestamptz
          and t.block_to > ${from}::timestamptz and (t.expires_at is null or t.expires_at > ${tx.now}::timestamptz)) as taken
    from models m
    join locations l on l.id = m.primary_location_id
    left join model_locations ml on ml.model_id = m.id and ml.location_id = ${location?.id ?? null}::uuid
    left join (select model_id, array_agg(service_id) as offered from model_services
      where service_id = any(${serviceIds}::uuid[]) group by model_id) o on o.model_id = m.id
    left join (select model_id, count(*) as met from bookings
      where client_id = ${wish.clientId}::uuid and status = 'completed' and deleted_at is null group by model_id) h on h.model_id = m.id
    where m.status = 'active' and m.deleted_at is null`)
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    publicCode: row.public_code,
    rating: row.rating,
    home: { id: row.home_id, slug: row.home_slug, title: row.home },
    atHome: location === null || row.home_id === location.id,
    serves: row.serves,
    offered: row.offered ?? [],
    taken: row.taken,
    met: row.met,
  }))
}

/** Wished services she does not offer. */
export function lacking(wish: Wish, candidate: Candidate): Wish['services'] {
  return wish.services.filter(({ id }) => !candidate.offered.includes(id))
}

/** Where it would take place: where it was asked for, else where she is. */
export function placeFor(wish: Wish, candidate: Candidate): { id: string; title: string } {
  return wish.location ?? candidate.home
}
