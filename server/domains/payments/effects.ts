import type { Timer } from '#db/tables/index.ts'
import type { Tx } from '#server/transact.ts'
import type { EFFECT_KINDS } from '#workers/catalogue.ts'

/** Everything that is asked of the provider. */
export type EffectKind = (typeof EFFECT_KINDS)[number]

export interface NewEffect {
  kind: EffectKind
  /** The domain fact it follows from: one effect each, and the provider's idempotency key. */
  key: string
  paymentId: string
  payload: Record<string, unknown>
}

/**
 * Writes down what is to be asked of the provider; a job asks after the commit. The same fact twice is one effect.
 * Returns the timer that an event of this transaction has to carry.
 */
export function queueEffect(tx: Tx, effect: NewEffect): Timer {
  const id = tx.ctx.ids.next()
  tx.send(
    tx.db
      .insertInto('effects')
      .values({
        id,
        kind: effect.kind,
        key: effect.key,
        state: 'pending',
        payload: JSON.stringify(effect.payload),
        payment_id: effect.paymentId,
        run_at: tx.now,
        created_at: tx.now,
        updated_at: tx.now,
      })
      .onConflict((oc) => oc.columns(['kind', 'key']).doNothing()),
  )
  return effectTimer(effect.kind, effect.key, tx.now)
}

/** By kind and key, not by id: where the fact was known already, its effect has another id. */
export function effectTimer(kind: EffectKind, key: string, runAt: Date): Timer {
  return { key: `effect:${kind}:${key}`, task: 'effect-run', runAt: runAt.toISOString(), payload: { kind, key } }
}
