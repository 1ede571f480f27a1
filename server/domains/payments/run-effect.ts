import { sql } from 'kysely'
import type { EffectsTable } from '#db/tables/index.ts'
import { type Ctx, systemActor } from '#server/context.ts'
import { lockBooking } from '#server/domains/bookings/index.ts'
import { ProviderFailure } from '#server/integrations/stripe/index.ts'
import { type Tx, transact } from '#server/transact.ts'
import { settling } from './apply-events.ts'
import { type Answered, ask, lookFor } from './ask-provider.ts'
import type { EffectKind } from './effects.ts'
import { lockPayment, updatePayment } from './payment.repository.ts'
import { closeExceptions } from './payment-reports.ts'
import { fold, type ProviderFacts } from './provider-facts.ts'
import { refuse, reportUnknown, unknownKey } from './refuse-effect.ts'
import { clientSecretPlace } from './request-deposit.ts'
import { settlePayment } from './settle-payment.ts'

/** While a try is under way nobody else tries: longer than a call may take. */
const LEASE_SECONDS = 90

export interface Claimed {
  id: string
  kind: EffectKind
  key: string
  payload: Record<string, unknown>
  payment_id: string
  /** The payment's own intent, when the provider has told it. */
  intent_id: string | null
  attempts: number
  before: EffectsTable['state']
  created_at: Date
  unknown_at: Date | null
}

export type EffectOutcome = { done: true } | { done: false; again: Date } | { done: false; again: null }

/**
 * Asks the provider for one thing. Before the call the effect is marked unknown, so whatever becomes of this process nobody
 * takes it for not done; an unknown one is looked for at the provider first, and asked again only under its old key.
 */
export async function runEffect(ctx: Ctx, kind: EffectKind, key: string, signal?: AbortSignal): Promise<EffectOutcome> {
  const { provider } = ctx
  if (!provider) return { done: false, again: null }
  const claimed = await claim(ctx, kind, key)
  if (!claimed) return { done: true }
  try {
    const found = claimed.before === 'unknown' && !ctx.faults?.askBlindly ? await lookFor(provider, claimed) : undefined
    const said = found ?? (await ask(ctx, provider, claimed, signal))
    await settled(ctx, claimed, said)
    return { done: true }
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error
    ctx.log.warn({ err: error, kind, key, failure: error.kind }, 'the provider did not do it')
    return failed(ctx, claimed, error)
  }
}

/** One statement: of several who come at once one gets it. */
async function claim(ctx: Ctx, kind: EffectKind, key: string): Promise<Claimed | undefined> {
  const now = ctx.clock.now()
  const { rows } = await sql<Claimed>`
    update effects e set state = 'unknown', attempts = e.attempts + 1, tried_at = ${now}::timestamptz,
      run_at = ${now}::timestamptz + make_interval(secs => ${LEASE_SECONDS}), updated_at = ${now}::timestamptz,
      unknown_at = coalesce(e.unknown_at, ${now}::timestamptz)
    from (select id, state from effects where kind = ${kind} and key = ${key} for update) old
    where e.id = old.id and old.state in ('pending', 'unknown') and e.run_at <= ${now}::timestamptz
    returning e.id, e.kind, e.key, e.payload, e.payment_id, e.attempts, old.state as before, e.created_at, e.unknown_at,
      (select p.provider_id from payments p where p.id = e.payment_id) as intent_id`.execute(ctx.db)
  return rows[0]
}

/** Writes down the answer and what follows from it, in one transaction. */
async function settled(ctx: Ctx, effect: Claimed, answer: Answered): Promise<void> {
  await settling(ctx, (own, options) =>
    transact(own, async (tx) => {
      const { booking, payment, target } = await lockBoth(tx, effect.payment_id)
      if (effect.kind === 'stripe.intent.create') adopt(tx, payment.id, answer)
      tx.send(
        tx.db
          .updateTable('effects')
          .set({
            state: 'sent',
            answer: JSON.stringify({ id: answer.objectId, status: answer.status }),
            last_error: null,
            unknown_at: null,
            updated_at: tx.now,
          })
          .where('id', '=', effect.id),
      )
      if (effect.before === 'unknown') await closeExceptions(tx, unknownKey(effect), 'The provider has answered.')
      const facts = answer.said.reduce<ProviderFacts>(fold, target.provider_facts)
      await settlePayment(tx, { booking, payment: target }, facts, options)
      tx.event({
        type: 'payment.updated',
        entityType: 'payment',
        entityId: payment.id,
        entityRef: payment.ref,
        payload: { fields: ['provider'] },
      })
    }),
  )
}

/** The payment an effect is about and the one it settles: of a refund the payment it gives back. */
async function lockBoth(tx: Tx, paymentId: string) {
  const [row] = await tx.run(tx.db.selectFrom('payments').select(['booking_id', 'refund_of']).where('id', '=', paymentId))
  if (!row) throw new Error(`effect of an unknown payment ${paymentId}`)
  const booking = await lockBooking(tx, row.booking_id)
  const target = await lockPayment(tx, row.refund_of ?? paymentId)
  const payment = row.refund_of === null ? target : await lockPayment(tx, paymentId)
  return { booking, payment, target }
}

function adopt(tx: Tx, paymentId: string, answer: Answered): void {
  updatePayment(tx, paymentId, {
    provider_id: answer.objectId,
    ...(answer.clientSecret
      ? { sealed_client_secret: tx.ctx.secrets.seal(clientSecretPlace(paymentId), answer.clientSecret) }
      : {}),
  })
  // What came in before we knew whose it was.
  tx.send(
    tx.db
      .updateTable('provider_events')
      .set({ state: 'waiting', outcome: null, processed_at: null })
      .where('intent_id', '=', answer.objectId)
      .where('state', '=', 'unmatched'),
  )
}

/** Nobody knew for this long: a person is told. Source: QUALITY R7. */
const UNKNOWN_MS = 10 * 60_000

/** 2 s, 4 s … 5 min. */
export function backoffSeconds(attempts: number): number {
  return Math.min(2 ** attempts, 300)
}

async function failed(ctx: Ctx, effect: Claimed, failure: ProviderFailure): Promise<EffectOutcome> {
  if (failure.kind === 'refused') {
    await refuse({ ...ctx, actor: systemActor('payments') }, effect, failure)
    return { done: false, again: null }
  }
  const now = ctx.clock.now()
  const isUnknown = failure.kind === 'unknown' || effect.before === 'unknown'
  if (isUnknown && effect.unknown_at !== null && now.getTime() - effect.unknown_at.getTime() >= UNKNOWN_MS)
    await reportUnknown({ ...ctx, actor: systemActor('payments') }, effect, failure)
  const again = new Date(now.getTime() + backoffSeconds(effect.attempts) * 1_000)
  await ctx.db
    .updateTable('effects')
    .set({
      state: isUnknown ? 'unknown' : 'pending',
      ...(isUnknown ? {} : { unknown_at: null }),
      last_error: `${failure.code}: ${failure.message}`.slice(0, 500),
      run_at: again,
      updated_at: now,
    })
    .where('id', '=', effect.id)
    .execute()
  return { done: false, again }
}
