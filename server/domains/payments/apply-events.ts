import { type Ctx, systemActor } from '#server/context.ts'
import { lockBooking } from '#server/domains/bookings/index.ts'
import { AppError } from '#server/errors.ts'
import { type Tx, transact } from '#server/transact.ts'
import { lockPayment, updatePayment } from './payment.repository.ts'
import { believe, fold, type ProviderFacts, type Said, saidByDispute, saidByIntent, saidByRefund } from './provider-facts.ts'
import { type SettleOptions, settlePayment } from './settle-payment.ts'
import { type EventObject, storedObject } from './trimmed-event.ts'

interface WaitingEvent {
  id: string
  payload: Record<string, unknown>
  created_at: Date
}

/**
 * Does what the waiting events of one payment intent say, all of them in one transaction: exactly once, in whatever order
 * they came. Returns how many.
 */
export async function applyEvents(ctx: Ctx, intentId: string): Promise<number> {
  return settling(ctx, (own, options) => transact(own, (tx) => applyLocked(tx, intentId, options)))
}

/**
 * A settlement in the provider's name. When the booking may not be confirmed though it is paid (its model was suspended),
 * the money is taken all the same, and a person is asked.
 */
export async function settling<T>(ctx: Ctx, work: (ctx: Ctx, options: SettleOptions) => Promise<T>): Promise<T> {
  const own: Ctx = { ...ctx, actor: systemActor('payments') }
  try {
    return await work(own, {})
  } catch (error) {
    if (!(error instanceof AppError) || !['transition_refused', 'taken', 'conflict'].includes(error.code)) throw error
    if (error.code === 'taken' && error.facts.conflict === undefined) throw error
    return work(own, { unconfirmable: error.message })
  }
}

async function applyLocked(tx: Tx, intentId: string, options: SettleOptions): Promise<number> {
  const known = await findPayment(tx, intentId)
  if (!known) return leaveUnmatched(tx, intentId)
  const booking = await lockBooking(tx, known.booking_id)
  const payment = await lockPayment(tx, known.id)
  const events = await tx.run(
    tx.db
      .selectFrom('provider_events')
      .select(['id', 'payload', 'created_at'])
      .where('intent_id', '=', intentId)
      .where('state', '=', 'waiting')
      .orderBy('created_at')
      .orderBy('id')
      .forUpdate(),
  )
  if (events.length === 0) return 0
  if (payment.provider_id === null) updatePayment(tx, payment.id, { provider_id: intentId })
  const said = events.flatMap(saidBy)
  const facts = tx.ctx.faults?.believeTheLast
    ? said.reduce<ProviderFacts>(believe, payment.provider_facts)
    : said.reduce<ProviderFacts>(fold, payment.provider_facts)
  await settlePayment(tx, { booking, payment: { ...payment, provider_id: intentId } }, facts, options)
  tx.send(
    tx.db
      .updateTable('provider_events')
      .set({ state: 'done', processed_at: tx.now, payment_id: payment.id })
      .where(
        'id',
        'in',
        events.map((event) => event.id),
      ),
  )
  return events.length
}

/** By the intent's id, or, when the answer to its creation was lost, by what we wrote on it. */
async function findPayment(tx: Tx, intentId: string): Promise<{ id: string; booking_id: string } | undefined> {
  const [known] = await tx.run(
    tx.db
      .selectFrom('payments')
      .select(['id', 'booking_id'])
      .where('provider', '=', 'stripe')
      .where('provider_id', '=', intentId),
  )
  if (known) return known
  const events = await tx.run(
    tx.db.selectFrom('provider_events').select('payload').where('intent_id', '=', intentId).where('state', '=', 'waiting'),
  )
  const named = events.map(({ payload }) => storedObject(payload)?.metadata?.virel_payment).find((id) => id !== undefined)
  if (named === undefined || !/^[0-9a-f-]{36}$/.test(named)) return undefined
  const [adopted] = await tx.run(
    tx.db
      .selectFrom('payments')
      .select(['id', 'booking_id'])
      .where('id', '=', named)
      .where('provider', '=', 'stripe')
      .where('type', '<>', 'refund')
      .where('provider_id', 'is', null),
  )
  return adopted
}

/** Nobody's here: other business of the same account. Kept, so that a payment that learns of its intent later finds them. */
async function leaveUnmatched(tx: Tx, intentId: string): Promise<number> {
  tx.send(
    tx.db
      .updateTable('provider_events')
      .set({ state: 'unmatched', outcome: 'no payment of ours', processed_at: tx.now })
      .where('intent_id', '=', intentId)
      .where('state', '=', 'waiting'),
  )
  return 0
}

function saidBy(event: WaitingEvent): Said[] {
  const at = Math.floor(event.created_at.getTime() / 1_000)
  const object = storedObject(event.payload)
  return object ? saidByObject(object, at) : []
}

function saidByObject(object: EventObject, at: number): Said[] {
  const { amount, currency } = object
  if (amount === undefined || currency === undefined) return []
  const base = { id: object.id, amount, currency }
  switch (object.object) {
    case 'payment_intent':
      return [saidByIntent({ ...object, ...base, status: object.status as never }, at)]
    case 'refund':
      return [saidByRefund({ ...object, ...base, status: object.status ?? null, metadata: definedOf(object.metadata) }, at)]
    case 'dispute':
      return [saidByDispute({ ...object, ...base, reason: object.reason ?? 'general', status: object.status as never }, at)]
    case 'charge':
      return [{ kind: 'charge', refunded: object.amount_refunded ?? 0 }]
    default:
      return []
  }
}

function definedOf(metadata: EventObject['metadata']): Record<string, string> {
  return Object.fromEntries(Object.entries(metadata ?? {}).filter((entry): entry is [string, string] => entry[1] !== undefined))
}
