import { sql } from 'kysely'
import type { Db } from '#db/client.ts'
import type { TimeWanted } from './ledger.repository.ts'

export interface Alternative {
  modelId: string
  modelName: string
  start: string
  end: string
}

/**
 * Up to three real ways out when a time is taken: the same model's next free stretch of that length within three
 * days, and the best rated models at the same place who are free then.
 */
export async function findAlternatives(db: Db, wanted: TimeWanted, locationId: string): Promise<Alternative[]> {
  const seconds = (wanted.endsAt.getTime() - wanted.startsAt.getTime()) / 1000
  const margin = wanted.minutesBefore + wanted.minutesAfter
  const { rows } = await sql<{ model_id: string; name: string; start: Date }>`
    (select m.id as model_id, m.name, gap.start
     from models m, lateral (
       select greatest(t.block_to, ${wanted.startsAt}::timestamptz) + make_interval(mins => ${wanted.minutesBefore}::int) as start
       from time_blocks t
       where t.model_id = m.id and t.active and t.block_from > ${wanted.startsAt}::timestamptz - interval '16 days'
         and t.block_from < ${wanted.startsAt}::timestamptz + interval '3 days' and t.block_to > ${wanted.startsAt}::timestamptz
         and not exists (
           select 1 from time_blocks n
           where n.model_id = m.id and n.active and n.block_from < t.block_to + make_interval(secs => ${seconds}::float8, mins => ${margin}::int)
             and n.block_from > t.block_to - interval '16 days' and n.block_to > t.block_to)
       order by t.block_to limit 1) gap
     where m.id = ${wanted.modelId}::uuid)
    union all
    (select m.id, m.name, ${wanted.startsAt}::timestamptz
     from models m
     where m.status = 'active' and m.deleted_at is null and m.id <> ${wanted.modelId}::uuid
       and (m.primary_location_id = ${locationId}::uuid
         or exists (select 1 from model_locations ml where ml.model_id = m.id and ml.location_id = ${locationId}::uuid))
       and not exists (
         select 1 from time_blocks t
         where t.model_id = m.id and t.active and t.block_from > ${wanted.startsAt}::timestamptz - interval '16 days'
           and t.block_from < ${wanted.endsAt}::timestamptz + make_interval(mins => m.buffer_after_min)
           and t.block_to > ${wanted.startsAt}::timestamptz - make_interval(mins => m.buffer_before_min))
     order by m.internal_rating desc, m.name limit 2)`.execute(db)
  return rows.map((row) => ({
    modelId: row.model_id,
    modelName: row.name,
    start: row.start.toISOString(),
    end: new Date(row.start.getTime() + seconds * 1000).toISOString(),
  }))
}
