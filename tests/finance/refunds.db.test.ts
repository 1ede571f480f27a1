import fc from 'fast-check'
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import type { Actor } from '#server/context.ts'
import { earnBooking } from '#server/domains/ledger/index.ts'
import { transact } from '#server/transact.ts'
import { callerOf, makeUser, TestClock, testCtx } from '#tests/support/context.ts'
import { testDatabase } from '#tests/support/database.ts'
import { makeWorld } from '#tests/support/world.ts'

const database = testDatabase()
const gbp = (amount: number) => ({ amount, currency: 'GBP' })
const code = (wanted: string) => ({ cause: expect.objectContaining({ code: wanted }) })
const seed = Number(process.env.VIREL_SEED ?? Date.now() % 1_000_000_000)
const RUNS = process.env.VIREL_FAULTS ? 200 : 25
const HOUR = 3_600_000

let day = 0
async function setting() {
  const db = database()
  const world = await makeWorld(db)
  const owner = await makeUser(db, 'OWNER')
  const finance = await makeUser(db, 'FINANCE')
  const second = await makeUser(db, 'FINANCE', 'Second')
  const operator = await makeUser(db, 'OPERATOR')
  const clock = new TestClock()
  const as = (actor: Actor = owner) => callerOf(db, actor, { clock })
  /** Confirmed, of £450.00, with these sums received: online or by hand. */
  const booked = async (...received: { amount: number; online?: boolean }[]) => {
    day += 1
    const start = new Date(Date.parse('2026-12-01T19:00:00Z') + day * 86_400_000)
    const { id } = await as().bookings.create({
      clientId: world.client.id,
      modelId: world.models[0]?.id ?? '',
      location: world.location.slug,
      start: start.toISOString(),
      end: new Date(start.getTime() + 2 * HOUR).toISOString(),
      confirm: true,
      waiver: { reason: 'A regular' },
    })
    for (const { amount, online } of received) {
      const payment = await as().payments.record({ id, type: 'full', amount: gbp(amount), method: 'cash' })
      // As the provider's word leaves it.
      if (online) {
        await db.db
          .updateTable('payments')
          .set({ provider: 'stripe', provider_id: `pi_${payment.id}`, method: null })
          .where('id', '=', payment.id)
          .execute()
      }
    }
    return { id, start }
  }
  const refundsOf = async (id: string) => {
    const rows = await db.db
      .selectFrom('payments')
      .select(['id', 'provider', 'status', 'amount', 'refund_kind', 'refund_of'])
      .where('booking_id', '=', id)
      .where('type', '=', 'refund')
      .execute()
    return { rows, sum: rows.reduce((total, row) => total + row.amount, 0) }
  }
  return { db, world, as, owner, finance, second, operator, clock, booked, refundsOf }
}

describe('cancelling a paid booking', () => {
  test('gives back what the preview said at that moment, to the penny, whatever was paid and how', async () => {
    const { as, operator, clock, booked, refundsOf } = await setting()
    process.stdout.write(`cancel = preview: seed ${seed}\n`)
    const sums = fc.array(fc.record({ amount: fc.integer({ min: 1, max: 15_000 }), online: fc.boolean() }), {
      minLength: 1,
      maxLength: 3,
    })
    await fc.assert(
      fc.asyncProperty(sums, fc.integer({ min: 1, max: 110 * 60 }), async (received, minutes) => {
        clock.set('2026-11-21T12:00:00Z')
        const { id, start } = await booked(...received)
        clock.set(new Date(start.getTime() - minutes * 60_000))
        const preview = await as(operator).refunds.cancelPreview({ id })
        const paid = received.reduce((sum, one) => sum + one.amount, 0)
        const shown = preview.causes.find((one) => one.cause === 'client')
        expect(preview.paid).toEqual(gbp(paid))
        expect(preview.steps[0]?.gives).toEqual(shown?.gives)
        await as(operator).bookings.setStatus({ id, newStatus: 'cancelled', reason: 'The client asked' })
        const { rows, sum } = await refundsOf(id)
        expect(sum).toBe(shown?.gives.amount)
        expect(sum + (shown?.keeps.amount ?? 0)).toBe(paid)
        expect(rows.every((row) => row.refund_kind === 'policy' && row.status === 'pending')).toBe(true)
        const online = received.filter((one) => one.online).reduce((total, one) => total + one.amount, 0)
        const byProvider = rows.filter((row) => row.provider === 'stripe').reduce((total, row) => total + row.amount, 0)
        expect(byProvider).toBe(Math.min(online, sum))
      }),
      { numRuns: RUNS, seed },
    )
  })

  test('what the slider shows for a later moment is what cancelling gives then', async () => {
    const { as, operator, clock, booked, refundsOf } = await setting()
    const { id, start } = await booked({ amount: 33_333 })
    clock.set(new Date(start.getTime() - 100 * HOUR))
    const { steps } = await as(operator).refunds.cancelPreview({ id })
    expect(steps.map((step) => step.gives.amount)).toEqual([30_000, 25_000, 16_667, 0])
    clock.set(new Date(start.getTime() - 48 * HOUR))
    await as(operator).bookings.setStatus({ id, newStatus: 'cancelled', reason: 'x' })
    expect((await refundsOf(id)).sum).toBe(25_000)
  })

  test('a booking keeps the terms it was made under', async () => {
    const { db, as, finance, operator, clock, booked } = await setting()
    const { id, start } = await booked({ amount: 10_000 })
    const { version } = await db.db
      .selectFrom('refund_policies')
      .select('version')
      .orderBy('version', 'desc')
      .executeTakeFirstOrThrow()
    await as(finance).refundPolicies.publish({ basedOn: version, name: 'Nothing back', tiers: [] })
    const later = await booked({ amount: 10_000 })
    clock.set(new Date(start.getTime() - 100 * HOUR))
    const gives = async (one: string) => (await as(operator).refunds.cancelPreview({ id: one })).causes[0]?.gives.amount
    expect(await gives(id)).toBe(9_000)
    expect(await gives(later.id)).toBe(0)
    await expect(as(finance).refundPolicies.publish({ basedOn: version, name: 'Stale', tiers: [] })).rejects.toMatchObject(
      code('stale_write'),
    )
    await as(finance).refundPolicies.publish({
      basedOn: version + 1,
      name: 'Standard',
      tiers: [
        { hoursBefore: 72, basisPoints: 9_000 },
        { hoursBefore: 48, basisPoints: 7_500 },
        { hoursBefore: 24, basisPoints: 5_000 },
      ],
    })
  })

  test('an amount that changed since it was shown is refused, and nothing is cancelled', async () => {
    const { as, operator, clock, booked, refundsOf } = await setting()
    const { id, start } = await booked({ amount: 10_000 })
    clock.set(new Date(start.getTime() - 72 * HOUR))
    const expected = (await as(operator).refunds.cancelPreview({ id })).causes[0]?.gives
    clock.advance(1)
    const cancel = { id, newStatus: 'cancelled', reason: 'x', metadata: { refund: { expected } } } as const
    await expect(as(operator).bookings.setStatus(cancel)).rejects.toMatchObject(code('conflict'))
    expect((await as(operator).bookings.get({ id })).status).toBe('confirmed')
    expect((await refundsOf(id)).rows).toEqual([])
  })

  test('more, less or nothing is given by who may refund, with a reason; whose fault it is is said by a manager', async () => {
    const { db, as, owner, operator, booked, refundsOf } = await setting()
    const manager = await makeUser(db, 'OPS_MANAGER')
    const { id } = await booked({ amount: 10_000 })
    const cancel = (actor: Actor, metadata: object) =>
      as(actor).bookings.setStatus({ id, newStatus: 'cancelled', reason: 'x', metadata })
    for (const refund of [{ kind: 'full' }, { kind: 'waived' }, { kind: 'partial', amount: gbp(1) }]) {
      await expect(cancel(operator, { refund: { ...refund, reason: 'a friend' } })).rejects.toMatchObject(code('forbidden'))
      await expect(cancel(manager, { refund: { ...refund, reason: 'a friend' } })).rejects.toMatchObject(code('forbidden'))
    }
    await expect(cancel(operator, { cause: 'agency' })).rejects.toMatchObject(code('forbidden'))
    await expect(cancel(owner, { refund: { kind: 'full' } })).rejects.toMatchObject(code('invalid'))
    await expect(cancel(owner, { refund: { kind: 'partial', amount: gbp(10_001), reason: 'More' } })).rejects.toMatchObject(
      code('invalid'),
    )
    await cancel(manager, { cause: 'agency' })
    expect((await refundsOf(id)).sum).toBe(10_000)
  })

  test('waived: nothing goes back, and why is in the audit log', async () => {
    const { db, as, owner, booked, refundsOf } = await setting()
    const { id } = await booked({ amount: 10_000 })
    const refund = { kind: 'waived' as const, reason: 'The client gave it up' }
    await as(owner).bookings.setStatus({ id, newStatus: 'cancelled', reason: 'x', metadata: { refund } })
    expect((await refundsOf(id)).rows).toEqual([])
    const row = await db.db
      .selectFrom('audit_log')
      .select(['after', 'reason'])
      .where('entity_id', '=', id)
      .where('action', '=', 'booking.refund_decided')
      .executeTakeFirstOrThrow()
    expect(row).toMatchObject({ reason: 'The client gave it up', after: { kind: 'waived', gives: 0, keeps: 10_000 } })
  })

  test('what is kept is earned, what goes back stays held until it is gone, and the books agree with the booking', async () => {
    const { db, as, owner, finance, booked, refundsOf, clock } = await setting()
    const { id, start } = await booked({ amount: 20_000 })
    clock.set(new Date(start.getTime() - 30 * HOUR))
    await as().bookings.setStatus({ id, newStatus: 'cancelled', reason: 'x' })
    const earn = () => transact(testCtx(db, owner, { clock }), (tx) => earnBooking(tx, id))
    const books = async () => {
      const { rows } = await sql<{ account: string; amount: number }>`
        select e.account, sum(e.amount)::float8 as amount from ledger_entries e join ledger_transactions t on t.id = e.transaction_id
        where t.booking_id = ${id} group by 1 having sum(e.amount) <> 0`.execute(db.db)
      return Object.fromEntries(rows.map((row) => [row.account, row.amount]))
    }
    await earn()
    expect(await books()).toMatchObject({ cash: 20_000, client_deposits: -10_000, revenue: -10_000 })
    const [refund] = (await refundsOf(id)).rows
    await as(finance).refunds.handOver({ id: refund?.id ?? '', method: 'cash', reference: 'Receipt 9' })
    await earn()
    expect(await books()).toEqual({ cash: 10_000, revenue: -10_000, model_costs: 6_000, model_payable: -6_000 })
    expect(await as().bookings.get({ id })).toMatchObject({ paid: gbp(10_000), paymentStatus: 'partial' })
    await expect(as(finance).refunds.handOver({ id: refund?.id ?? '', method: 'cash' })).rejects.toMatchObject(code('conflict'))
  })
})

describe('two people above a limit', () => {
  test('a refund above it waits for somebody else, who gives it back or not', async () => {
    const { db, as, finance, second, booked, refundsOf } = await setting()
    await db.db.updateTable('settings').set({ value: '20000' }).where('key', '=', 'refund_second_person_minor').execute()
    const { id } = await booked({ amount: 45_000, online: true })
    const [payment] = (await as(finance).payments.list({ bookingId: id })).items
    const asked = await as(finance).refunds.request({ id: payment?.id ?? '', amount: gbp(20_001), reason: 'Unhappy' })
    expect(asked).toMatchObject({ refundId: null })
    expect((await refundsOf(id)).rows).toEqual([])
    const decide = (actor: Actor, approve = true) => as(actor).refunds.decide({ id: asked.requestId ?? '', approve })
    await expect(decide(finance)).rejects.toMatchObject(code('forbidden'))
    const past = db.db
      .updateTable('refund_requests')
      .set({ outcome: 'approved', decided_at: new Date(), decided_by: finance.id })
      .where('id', '=', asked.requestId ?? '')
    await expect(past.execute()).rejects.toMatchObject({ constraint: 'refund_requests_two_people' })
    const answers = await Promise.allSettled(Array.from({ length: 5 }, () => decide(second)))
    expect(answers.filter((answer) => answer.status === 'fulfilled')).toHaveLength(1)
    expect(await refundsOf(id)).toMatchObject({ sum: 20_001, rows: [{ refund_kind: 'partial', provider: 'stripe' }] })
  })

  test('many small ones, by whatever door, are one large one', async () => {
    const { db, as, finance, booked, refundsOf } = await setting()
    await db.db.updateTable('settings').set({ value: '20000' }).where('key', '=', 'refund_second_person_minor').execute()
    const { id } = await booked({ amount: 30_000 }, { amount: 15_000, online: true })
    const { items } = await as(finance).payments.list({ bookingId: id })
    const online = items.find((one) => one.provider === 'stripe')?.id ?? ''
    const byHand = items.find((one) => one.provider === 'manual')?.id ?? ''
    await as(finance).refunds.request({ id: byHand, amount: gbp(10_000), reason: 'First' })
    await as(finance).payments.record({ id, type: 'refund', amount: gbp(5_000), method: 'cash' })
    expect((await as(finance).refunds.options({ id: online })).alone).toEqual(gbp(5_000))
    await expect(as(finance).payments.record({ id, type: 'refund', amount: gbp(5_001), method: 'cash' })).rejects.toMatchObject(
      code('conflict'),
    )
    await expect(as(finance).payments.refund({ id: online, amount: gbp(5_001), reason: 'Second' })).rejects.toMatchObject(
      code('conflict'),
    )
    const racing = await Promise.allSettled(
      Array.from({ length: 4 }, () => as(finance).refunds.request({ id: online, amount: gbp(4_000), reason: 'Third' })),
    )
    const atOnce = racing.flatMap((one) => (one.status === 'fulfilled' && one.value.refundId ? [one.value] : []))
    expect(atOnce).toHaveLength(1)
    expect((await refundsOf(id)).sum).toBe(19_000)
  })

  test('what the policy gives needs nobody: it is nobody’s choice, and goes back to where it came from', async () => {
    const { db, as, operator, booked, refundsOf } = await setting()
    await db.db.updateTable('settings').set({ value: '100' }).where('key', '=', 'refund_second_person_minor').execute()
    const { id } = await booked({ amount: 45_000, online: true })
    await as(operator).bookings.setStatus({ id, newStatus: 'cancelled', reason: 'x' })
    expect((await refundsOf(id)).sum).toBe(40_500)
  })

  test('no more is given back than was received, however it is asked for at once', async () => {
    const { db, as, finance, booked, refundsOf } = await setting()
    await db.db.updateTable('settings').set({ value: '100000000' }).where('key', '=', 'refund_second_person_minor').execute()
    const { id } = await booked({ amount: 10_000, online: true })
    const [payment] = (await as(finance).payments.list({ bookingId: id })).items
    const ask = () => as(finance).refunds.request({ id: payment?.id ?? '', amount: gbp(6_000), reason: 'Again' })
    const answers = await Promise.allSettled([ask(), ask(), ask(), ask()])
    expect(answers.filter((answer) => answer.status === 'fulfilled')).toHaveLength(1)
    expect((await refundsOf(id)).sum).toBe(6_000)
  })
})

describe('negative controls', () => {
  test('terms asked at another moment are noticed as another amount than the preview’s', async () => {
    const { db, operator, clock, booked, refundsOf } = await setting()
    const { id, start } = await booked({ amount: 10_000 })
    clock.set(new Date(start.getTime() - 30 * HOUR))
    const faulty = callerOf(db, operator, { clock, faults: { refundAsOfBooking: true } })
    const shown = (await faulty.refunds.cancelPreview({ id })).causes[0]?.gives.amount
    await faulty.bookings.setStatus({ id, newStatus: 'cancelled', reason: 'x' })
    expect((await refundsOf(id)).sum).not.toBe(shown)
  })

  test('refunds weighed one by one get past the second person', async () => {
    const { db, finance, clock, booked, refundsOf } = await setting()
    await db.db.updateTable('settings').set({ value: '20000' }).where('key', '=', 'refund_second_person_minor').execute()
    const { id } = await booked({ amount: 45_000 })
    const faulty = callerOf(db, finance, { clock, faults: { decideApart: true } })
    const [payment] = (await faulty.payments.list({ bookingId: id })).items
    for (const reason of ['First', 'Second']) await faulty.refunds.request({ id: payment?.id ?? '', amount: gbp(20_000), reason })
    expect((await refundsOf(id)).sum).toBe(40_000)
  })
})
