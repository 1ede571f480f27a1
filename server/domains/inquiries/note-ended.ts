import { sql } from 'kysely'
import type { Tx } from '#server/transact.ts'
import { lockInquiry } from './inquiry.repository.ts'
import { wishOf } from './match-candidates.ts'
import { findMatches } from './match-models.ts'
import { noteDemand, settleDemand } from './unmet-demand.ts'

/**
 * What becomes of the demand when an inquiry is over. Converted: it was met. Lost without that anybody ever fitted: it is kept
 * with what stood in the way then, looked up now if nobody had looked.
 */
export async function noteEnded(tx: Tx, inquiryId: string): Promise<void> {
  const inquiry = await lockInquiry(tx, inquiryId)
  if (inquiry.status === 'converted') {
    tx.send(sql`update unmet_demand set met_at = ${tx.now} where inquiry_id = ${inquiry.id}::uuid and met_at is null`)
    return
  }
  if (inquiry.status !== 'lost' || inquiry.client_tags.includes('blacklist')) return
  const [known] = await tx.run(sql<{ known: boolean }>`
    select exists (select 1 from inquiry_matches where inquiry_id = ${inquiry.id}::uuid)
      or exists (select 1 from unmet_demand where inquiry_id = ${inquiry.id}::uuid)
      or exists (select 1 from bookings where inquiry_id = ${inquiry.id}::uuid) as known`)
  if (known?.known) return
  const wish = await wishOf(tx, inquiry)
  // As it was when they asked: what was too short notice since then is not why.
  const { items, refusals } = await findMatches(tx, wish, inquiry.created_at)
  if (items.length === 0) return settleDemand(tx, wish, refusals, 'ended')
  const detail = `Nobody looked for a match; ${items.length} ${items.length === 1 ? 'model' : 'models'} would have fitted.`
  await noteDemand(tx, wish, { source: 'ended', constraint: 'not_looked', detail, considered: refusals.active })
}
