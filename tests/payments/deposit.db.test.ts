import { beforeEach, describe, expect, test } from 'vitest'
import { expireBooking } from '#server/domains/bookings/index.ts'
import { checkoutState } from '#server/domains/payments/index.ts'
import type { StoredEvent } from '#server/integrations/stripe/simulator/objects.ts'
import { callerOf, makeUser, TestClock, testCtx } from '#tests/support/context.ts'
import { testDatabase } from '#tests/support/database.ts'
import { bringAll, payByCard, runEffects, type StandIn, startStandIn } from '#tests/support/stripe.ts'
import { makeWorld } from '#tests/support/world.ts'

const database = testDatabase()
const gbp = (amount: number) => ({ amount, currency: 'GBP' })
const GOOD = '4242424242424242'
const DECLINED = '4000000000000002'
let standIn: StandIn
let clock: TestClock
beforeEach(async () => {
  clock = new TestClock()
  standIn = await startStandIn({ clock })
  standIn.simulator.courier.mood.held = true
})

/** A booking that waits for £100, and what its people can do. */
async function setting() {
  const db = database()
  const world = await makeWorld(db)
  const owner = await makeUser(db, 'OWNER')
  const more = { clock, provider: standIn.provider }
  const ctx = testCtx(db, undefined, more)
  const as = () => callerOf(db, owner, more)
  const inquiry = await as().inquiries.receive({
    source: 'phone',
    client: { name: 'Ann Lee', phone: '07700900771' },
    message: 'Dinner',
    location: world.location.slug,
  })
  await as().inquiries.setStatus({ id: inquiry.id, newStatus: 'qualified' })
  const wish = {
    clientId: world.client.id,
    modelId: world.models[0]?.id ?? '',
    location: world.location.slug,
    start: '2026-12-25T19:00:00Z',
    end: '2026-12-25T21:00:00Z',
  }
  const { modelId, start, end } = wish
  const { bookingId } = await as().inquiries.propose({ id: inquiry.id, modelId, start, end })
  await as().inquiries.setStatus({ id: inquiry.id, newStatus: 'awaiting_deposit', metadata: { deposit: gbp(10_000) } })
  const link = async () => {
    const made = await as().payments.requestDeposit({ id: bookingId })
    await runEffects(ctx)
    return { ...made, token: made.url.split('/').at(-1) ?? '' }
  }
  const payment = (id: string) => db.db.selectFrom('payments').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
  const intentOf = async (id: string) => (await payment(id)).provider_id ?? ''
  const bring = (events: readonly StoredEvent[]) => bringAll(ctx, standIn, events)
  const told = () => {
    const events = [...standIn.simulator.store.list<StoredEvent>('event')].reverse()
    return events
  }
  return { db, as, ctx, wish, bookingId, inquiryId: inquiry.id, link, payment, intentOf, bring, told }
}

describe('a deposit paid online', () => {
  test('confirms the booking, converts the inquiry and has the model told, in one go', async () => {
    const { as, ctx, bookingId, inquiryId, link, intentOf, bring, told } = await setting()
    const { id, token } = await link()
    expect(await checkoutState(ctx, token)).toMatchObject({ phase: 'ready', amount: gbp(10_000) })
    expect(payByCard(standIn, await intentOf(id), GOOD)).toBe('succeeded')
    // The browser came back; nothing has changed until the provider says so.
    expect(await checkoutState(ctx, token)).toMatchObject({ phase: 'ready' })
    await bring(told())
    expect(await checkoutState(ctx, token)).toMatchObject({ phase: 'paid', status: 'succeeded' })
    expect(await as().bookings.get({ id: bookingId })).toMatchObject({
      status: 'confirmed',
      depositStatus: 'paid',
      paid: gbp(10_000),
    })
    expect((await as().inquiries.get({ id: inquiryId })).status).toBe('converted')
    const tasks = await as().tasks.list({ entityType: 'booking', entityId: bookingId })
    expect(tasks.items.map((task) => task.type)).toContain('notify_model')
  })

  test('asked for twice is one payment with one link', async () => {
    const { as, bookingId, link } = await setting()
    const first = await link()
    expect((await as().payments.requestDeposit({ id: bookingId })).url).toBe(first.url)
    expect(standIn.simulator.store.list('payment_intent')).toHaveLength(1)
  })

  test('that failed is an exception and a task, both gone when another card went through', async () => {
    const { as, bookingId, link, intentOf, bring, told } = await setting()
    const { id } = await link()
    expect(payByCard(standIn, await intentOf(id), DECLINED)).toBe('card_declined')
    await bring(told())
    expect(await as().bookings.get({ id: bookingId })).toMatchObject({ status: 'deposit_required' })
    const open = async () =>
      (await as().exceptions.list({ entityType: 'payment', entityId: id })).items.map((item) => item.status)
    expect(await open()).toEqual(['open'])
    payByCard(standIn, await intentOf(id), GOOD)
    await bring(told())
    expect(await as().bookings.get({ id: bookingId })).toMatchObject({ status: 'confirmed' })
    expect(await open()).toEqual(['resolved'])
  })

  test('after the hold has ended confirms all the same while the time is free', async () => {
    const { as, ctx, bookingId, inquiryId, link, intentOf, bring, told } = await setting()
    const { id, token } = await link()
    payByCard(standIn, await intentOf(id), GOOD)
    clock.advance(60 * 24 * 2)
    expect(await expireBooking(ctx, bookingId)).toBe(true)
    expect(await checkoutState(ctx, token)).toMatchObject({ phase: 'expired' })
    await bring(told())
    expect(await checkoutState(ctx, token)).toMatchObject({ phase: 'paid' })
    expect(await as().bookings.get({ id: bookingId })).toMatchObject({ status: 'confirmed', paid: gbp(10_000) })
    expect((await as().inquiries.get({ id: inquiryId })).status).toBe('converted')
  })

  test('after the time went to somebody else goes back by itself, and somebody is told', async () => {
    const { as, ctx, bookingId, link, intentOf, bring, told, db, wish } = await setting()
    const { id, token } = await link()
    payByCard(standIn, await intentOf(id), GOOD)
    clock.advance(60 * 24 * 2)
    expect(await expireBooking(ctx, bookingId)).toBe(true)
    const other = await as().bookings.create(wish)
    await as().bookings.setStatus({ id: other.id, newStatus: 'pending' })
    await as().bookings.setStatus({ id: other.id, newStatus: 'confirmed', metadata: { waiver: { reason: 'a regular' } } })
    await bring(told())
    expect(await checkoutState(ctx, token)).toMatchObject({ phase: 'late' })
    await runEffects(ctx)
    await bring(told())
    expect(await checkoutState(ctx, token)).toMatchObject({ phase: 'refunded' })
    expect(await as().bookings.get({ id: bookingId })).toMatchObject({ status: 'expired', paid: gbp(0) })
    const tasks = await db.db.selectFrom('tasks').select('type').where('entity_id', '=', bookingId).execute()
    expect(tasks.map((task) => task.type)).toContain('late_payment')
  })

  test('of a model who was suspended meanwhile is taken, and a person decides', async () => {
    const { as, link, intentOf, bring, told, payment, bookingId, wish } = await setting()
    const { id } = await link()
    payByCard(standIn, await intentOf(id), GOOD)
    await as().models.setStatus({ id: wish.modelId, newStatus: 'suspended', reason: 'a test' })
    await bring(told())
    expect((await payment(id)).status).toBe('succeeded')
    expect(await as().bookings.get({ id: bookingId })).toMatchObject({ status: 'deposit_required', depositStatus: 'paid' })
    const { items } = await as().exceptions.list({ entityType: 'booking', entityId: bookingId })
    expect(items).toMatchObject([{ type: 'policy_violation', severity: 'critical' }])
  })

  test('refunded in part and then wholly follows the provider', async () => {
    const { as, ctx, link, intentOf, bring, told, payment } = await setting()
    const { id } = await link()
    payByCard(standIn, await intentOf(id), GOOD)
    await bring(told())
    await as().payments.refund({ id, amount: gbp(4_000), reason: 'Shorter than agreed' })
    expect((await payment(id)).status).toBe('succeeded')
    await runEffects(ctx)
    await bring(told())
    expect(await payment(id)).toMatchObject({ status: 'partly_refunded', refunded_amount: 4_000 })
    await as().payments.refund({ id, reason: 'All of it after all' })
    await runEffects(ctx)
    await bring(told())
    expect(await payment(id)).toMatchObject({ status: 'refunded', refunded_amount: 10_000 })
    await expect(as().payments.refund({ id, reason: 'Once more' })).rejects.toMatchObject({ cause: { code: 'conflict' } })
  })

  test('that is disputed is a critical exception with the deadline of the evidence', async () => {
    const { as, link, intentOf, bring, told, payment } = await setting()
    const { id } = await link()
    const intent = await intentOf(id)
    payByCard(standIn, intent, GOOD)
    const dispute = standIn.simulator.bank.dispute(intent)
    await bring(told())
    expect((await payment(id)).status).toBe('disputed')
    const { items } = await as().exceptions.list({ entityType: 'payment', entityId: id })
    expect(items).toMatchObject([{ type: 'payment_dispute', severity: 'critical', status: 'open' }])
    standIn.simulator.bank.closeDispute(dispute.id, 'lost')
    await bring(told())
    expect(await payment(id)).toMatchObject({ status: 'refunded', refunded_amount: 10_000 })
  })
})
