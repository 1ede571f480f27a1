import { type Ctx, systemActor } from '#server/context.ts'
import { lockBooking } from '#server/domains/bookings/index.ts'
import type { PaymentProvider } from '#server/integrations/stripe/index.ts'
import { transact } from '#server/transact.ts'
import { settling } from './apply-events.ts'
import { lockPayment } from './payment.repository.ts'
import { fold, type ProviderFacts, saidByDispute, saidByIntent, saidByRefund } from './provider-facts.ts'
import { settlePayment } from './settle-payment.ts'

/** Everything the provider has of one payment, as it stands now. Throws ProviderFailure. */
export async function factsAtProvider(provider: PaymentProvider, intentId: string, at: Date): Promise<ProviderFacts> {
  const seconds = Math.floor(at.getTime() / 1_000)
  const intent = await provider.retrieveIntent(intentId)
  let facts = fold({}, saidByIntent(intent, seconds))
  if (intent.status !== 'succeeded') return facts
  for await (const refund of provider.listRefunds({ intentId })) facts = fold(facts, saidByRefund(refund, seconds))
  for await (const dispute of provider.listDisputes({ intentId })) facts = fold(facts, saidByDispute(dispute, seconds))
  return facts
}

/** Asks the provider how a payment stands and settles it by the answer: for words that were lost or contradict each other. */
export async function checkPayment(ctx: Ctx, paymentId: string): Promise<void> {
  const { provider } = ctx
  const known = await ctx.db
    .selectFrom('payments')
    .select(['booking_id', 'provider_id', 'provider_mode'])
    .where('id', '=', paymentId)
    .where('type', '<>', 'refund')
    .executeTakeFirst()
  if (!provider || !known?.provider_id || known.provider_mode !== provider.mode) return
  const now = await factsAtProvider(provider, known.provider_id, ctx.clock.now())
  await settling({ ...ctx, actor: systemActor('payments') }, (own, options) =>
    transact(own, async (tx) => {
      const booking = await lockBooking(tx, known.booking_id)
      const payment = await lockPayment(tx, paymentId)
      await settlePayment(tx, { booking, payment }, merged(payment.provider_facts, now), options)
    }),
  )
}

/** What is known and what was said now, one by one: the fold decides which is later. */
function merged(known: ProviderFacts, now: ProviderFacts): ProviderFacts {
  let facts = known
  if (now.intent) facts = fold(facts, { kind: 'intent', fact: now.intent })
  for (const [id, fact] of Object.entries(now.refunds ?? {})) facts = fold(facts, { kind: 'refund', id, fact })
  for (const [id, fact] of Object.entries(now.disputes ?? {})) facts = fold(facts, { kind: 'dispute', id, fact })
  return { ...facts, unsure: false }
}
