import { sql } from 'kysely'
import type { Db } from '#db/client.ts'
import { differences } from '#server/differences.ts'
import type { Tx } from '#server/transact.ts'
import { type ModelRow, touchModel } from './model.repository.ts'

/** What belongs to a model and lives in tables of its own, by the words people use; addresses stay out, fewer may see them. */
export interface ModelParts {
  stats: Record<string, unknown> | null
  /** Slugs. */
  locations: string[]
  services: { code: string; extra_amount: number; notes: string }[]
  rates: { location: string; duration: string; call_type: string; price_amount: number; taxi_amount: number; currency: string }[]
}

/** The parts as they are now, each in an order that says nothing else. */
export async function readParts(db: Db, modelId: string): Promise<ModelParts> {
  const { rows } = await sql<ModelParts>`
    select
      (select to_jsonb(s) - 'model_id' from model_stats s where s.model_id = ${modelId}::uuid) as stats,
      (select coalesce(jsonb_agg(l.slug order by l.slug), '[]') from model_locations ml join locations l on l.id = ml.location_id
        where ml.model_id = ${modelId}::uuid) as locations,
      (select coalesce(jsonb_agg(jsonb_build_object('code', s.code, 'extra_amount', ms.extra_amount, 'notes', ms.notes)
          order by ms.sort_order, s.code), '[]')
        from model_services ms join services s on s.id = ms.service_id where ms.model_id = ${modelId}::uuid) as services,
      (select coalesce(jsonb_agg(jsonb_build_object('location', l.slug, 'duration', r.duration, 'call_type', r.call_type,
          'price_amount', r.price_amount, 'taxi_amount', r.taxi_amount, 'currency', r.currency)
          order by l.slug, r.duration, r.call_type), '[]')
        from model_rates r join locations l on l.id = r.location_id where r.model_id = ${modelId}::uuid) as rates`.execute(db)
  const [row] = rows
  if (!row) throw new Error('a select without FROM has one row')
  return row
}

/** Counts an edit of parts and audits what of them became different. */
export async function touchParts(tx: Tx, row: ModelRow, part: 'services' | 'rates', before: ModelParts): Promise<void> {
  const after = await readParts(tx.db, row.id)
  touchModel(tx, row, part, differences(before, after))
}
