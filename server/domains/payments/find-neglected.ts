import { sql } from 'kysely'
import type { Ctx } from '#server/context.ts'
import type { EffectKind } from './effects.ts'

/** Older than any job of theirs would be. */
const GRACE_SECONDS = 30
const BATCH = 500

/** Events that wait and effects that are due, with no job looking after them: a lost wake-up loses nothing. */
export async function findNeglected(
  ctx: Pick<Ctx, 'db' | 'clock'>,
): Promise<{ intents: string[]; effects: { kind: EffectKind; key: string }[] }> {
  const before = new Date(ctx.clock.now().getTime() - GRACE_SECONDS * 1_000)
  const intents = await ctx.db
    .selectFrom('provider_events')
    .select('intent_id')
    .distinct()
    .where('state', '=', 'waiting')
    .where('intent_id', 'is not', null)
    .where('received_at', '<=', before)
    .limit(BATCH)
    .execute()
  const { rows: effects } = await sql<{ kind: EffectKind; key: string }>`
    select kind, key from effects where state in ('pending', 'unknown') and kind like 'stripe.%' and run_at <= ${before}
    order by run_at limit ${BATCH}`.execute(ctx.db)
  return { intents: intents.flatMap((row) => row.intent_id ?? []), effects }
}
