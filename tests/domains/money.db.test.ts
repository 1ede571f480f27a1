import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Owed, settle } from '#server/domains/bookings/settlement.ts'
import { callerOf, makeUser, TestClock } from '#tests/support/context.ts'
import { testDatabase } from '#tests/support/database.ts'
import { makeWorld } from '#tests/support/world.ts'

const database = testDatabase()
const gbp = (amount: number) => ({ amount, currency: 'GBP' })

async function setting() {
  const db = database()
  const world = await makeWorld(db)
  const owner = await makeUser(db, 'OWNER')
  const operator = await makeUser(db, 'OPERATOR')
  const clock = new TestClock()
  const as = (actor = owner) => callerOf(db, actor, { clock })
  const wish = {
    clientId: world.client.id,
    modelId: world.models[0]?.id ?? '',
    location: world.location.slug,
    start: '2026-12-25T19:00:00Z',
    end: '2026-12-25T21:00:00Z',
  }
  const held = async () => {
    const { id } = await as().bookings.create({ ...wish, depositRequired: gbp(10_000) })
    await as().bookings.setStatus({ id, newStatus: 'pending' })
    await as().bookings.setStatus({ id, newStatus: 'deposit_required' })
    return id
  }
  const pay = (id: string, type: 'deposit' | 'full' | 'refund', amount: number) =>
    as().payments.record({ id, type, amount: gbp(amount), method: 'cash' })
  return { db, world, as, operator, wish, held, pay, clock }
}

describe('money of a booking', () => {
  test('what was refunded does not count towards the deposit', async () => {
    const { held, pay } = await setting()
    const id = await held()
    await pay(id, 'deposit', 6_000)
    await pay(id, 'refund', 6_000)
    const third = await pay(id, 'deposit', 4_000)
    expect(third.booking).toMatchObject({ status: 'deposit_required', depositStatus: 'pending', paid: gbp(4_000) })
    expect((await pay(id, 'deposit', 6_000)).booking?.status).toBe('confirmed')
  })

  test('a deposit given back before the confirmation confirms nothing', async () => {
    const { as, wish, pay } = await setting()
    const { id } = await as().bookings.create({ ...wish, depositRequired: gbp(10_000) })
    await as().bookings.setStatus({ id, newStatus: 'pending' })
    expect((await pay(id, 'deposit', 10_000)).booking?.depositStatus).toBe('paid')
    expect((await pay(id, 'refund', 10_000)).booking?.depositStatus).toBe('none')
    await expect(as().bookings.setStatus({ id, newStatus: 'confirmed' })).rejects.toMatchObject({
      cause: { facts: { rule: 'depositSettled' } },
    })
  })

  test('no more is taken than is left to pay, and no more given back than was received', async () => {
    const { held, pay } = await setting()
    const id = await held()
    await expect(pay(id, 'full', 45_001)).rejects.toMatchObject({ cause: { code: 'invalid' } })
    await pay(id, 'full', 45_000)
    await expect(pay(id, 'full', 1)).rejects.toMatchObject({ cause: { code: 'invalid' } })
    await expect(pay(id, 'refund', 45_001)).rejects.toMatchObject({ cause: { code: 'invalid' } })
  })

  test('a deposit in another currency than the price is refused where it is named', async () => {
    const { as, wish } = await setting()
    await expect(as().bookings.create({ ...wish, depositRequired: { amount: 10_000, currency: 'JPY' } })).rejects.toMatchObject({
      cause: { code: 'invalid', facts: { errors: [{ path: 'depositRequired.currency' }] } },
    })
  })

  test('a deposit lowered to what was received is paid, and the booking confirmed', async () => {
    const { as, held, pay } = await setting()
    const id = await held()
    await pay(id, 'deposit', 6_000)
    expect((await as().bookings.update({ id, depositRequired: gbp(5_000) })).status).toBe('confirmed')
  })

  test('a time no rate covers is not sold for nothing', async () => {
    const { as, wish } = await setting()
    await expect(as().bookings.create({ ...wish, callType: 'outcall' })).rejects.toMatchObject({ cause: { code: 'conflict' } })
  })

  test('a hold does not outlast what it holds', async () => {
    const { as, wish } = await setting()
    const { id } = await as().bookings.create({ ...wish, depositRequired: gbp(10_000) })
    await as().bookings.setStatus({ id, newStatus: 'pending' })
    await expect(
      as().bookings.setStatus({ id, newStatus: 'deposit_required', metadata: { depositDeadline: '2099-01-01T00:00:00Z' } }),
    ).rejects.toMatchObject({ cause: { code: 'invalid' } })
  })

  test('ten payments of one deposit at once are one deposit', async () => {
    const { db, held, pay } = await setting()
    const id = await held()
    const answers = await Promise.allSettled(Array.from({ length: 10 }, () => pay(id, 'deposit', 10_000)))
    expect(answers.filter((answer) => answer.status === 'fulfilled')).toHaveLength(1)
    expect(await db.db.selectFrom('payments').select('id').where('booking_id', '=', id).execute()).toHaveLength(1)
  })

  test('an edit that changes nothing is none', async () => {
    const { as, wish } = await setting()
    const { id, version } = await as().bookings.create({ ...wish, internalNotes: 'same' })
    expect((await as().bookings.update({ id, internalNotes: 'same' })).version).toBe(version)
  })

  test('settling: paid exactly when the net covers the deposit, and never more than came in', () => {
    fc.assert(
      fc.property(
        fc.record({
          price: fc.integer({ min: 0, max: 100_000 }),
          deposit: fc.option(fc.integer({ min: 1, max: 50_000 }), { nil: null }),
          received: fc.integer({ min: 0, max: 100_000 }),
          share: fc.integer({ min: 0, max: 100 }),
          status: fc.constantFrom('draft' as const, 'pending' as const, 'deposit_required' as const),
        }),
        ({ price, deposit, received, share, status }) => {
          const refunded = Math.floor((received * share) / 100)
          const owed: Owed = { status, price_amount: price, deposit_amount: deposit, deposit_status: 'none' }
          const settled = settle(owed, { received, refunded })
          expect(settled.paid_amount).toBe(received - refunded)
          expect(settled.deposit_status === 'paid').toBe(deposit !== null && received - refunded >= deposit)
          if (settled.payment_status === 'paid') expect(received - refunded).toBeGreaterThanOrEqual(price)
        },
      ),
    )
  })
})

describe('an inquiry and its booking', () => {
  test('proposing again takes over the services chosen then', async () => {
    const { as, world, wish } = await setting()
    const inquiry = await as().inquiries.receive({
      source: 'phone',
      client: { name: 'Ann Lee', phone: '07700900771' },
      message: 'Dinner',
      location: world.location.slug,
    })
    await as().inquiries.setStatus({ id: inquiry.id, newStatus: 'qualified' })
    const proposal = { id: inquiry.id, modelId: wish.modelId, start: wish.start, end: wish.end }
    const { bookingId } = await as().inquiries.propose(proposal)
    await as().inquiries.propose({ ...proposal, services: world.services.map((service) => service.code) })
    expect((await as().bookings.get({ id: bookingId })).services.map((service) => service.code)).toEqual(
      world.services.map((service) => service.code),
    )
  })

  test('who works an inquiry works its booking too, also when that is with someone else', async () => {
    const { db, as, operator, world, wish } = await setting()
    const other = await makeUser(db, 'OPERATOR', 'Other')
    const inquiry = await as().inquiries.receive({
      source: 'phone',
      client: { name: 'Ben Lee', phone: '07700900772' },
      message: 'Dinner',
      location: world.location.slug,
    })
    await as().inquiries.setStatus({ id: inquiry.id, newStatus: 'qualified' })
    const { bookingId } = await as().inquiries.propose({
      id: inquiry.id,
      modelId: wish.modelId,
      start: wish.start,
      end: wish.end,
    })
    await as().bookings.assign({ id: bookingId, userId: other.id })
    const agreed = await as(operator).inquiries.setStatus({
      id: inquiry.id,
      newStatus: 'awaiting_deposit',
      metadata: { deposit: gbp(5_000) },
    })
    expect(agreed.inquiry.booking?.status).toBe('deposit_required')
    await expect(as(operator).bookings.get({ id: bookingId })).rejects.toMatchObject({ cause: { code: 'not_found' } })
  })
})
