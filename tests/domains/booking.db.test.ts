import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { expireBooking } from '#server/domains/bookings/index.ts'
import { callerOf, makeUser, TestClock, testCtx } from '#tests/support/context.ts'
import { testDatabase } from '#tests/support/database.ts'
import { makeWorld } from '#tests/support/world.ts'

const database = testDatabase()
const START = '2026-12-25T19:00:00Z'
const END = '2026-12-25T21:00:00Z'

async function setting() {
  const db = database()
  const world = await makeWorld(db)
  const manager = await makeUser(db, 'OPS_MANAGER')
  const operator = await makeUser(db, 'OPERATOR')
  const clock = new TestClock()
  const as = (actor = manager) => callerOf(db, actor, { clock })
  const wish = {
    clientId: world.client.id,
    modelId: world.models[0]?.id ?? '',
    location: world.location.slug,
    start: START,
    end: END,
  }
  return { db, world, manager, operator, clock, as, wish }
}

describe('a booking', () => {
  test('is priced by the rate that covers its time and its services', async () => {
    const { as, wish } = await setting()
    const booking = await as().bookings.create(wish)
    expect(booking.status).toBe('draft')
    expect(booking.price).toEqual({ amount: 45_000, currency: 'GBP' })
  })

  test('that is unpaid at its deadline expires, frees its time and can not be expired twice', async () => {
    const { db, as, wish, clock } = await setting()
    const { id } = await as().bookings.create({ ...wish, depositRequired: { amount: 5_000, currency: 'GBP' } })
    await as().bookings.setStatus({ id, newStatus: 'pending' })
    const held = await as().bookings.setStatus({ id, newStatus: 'deposit_required' })
    expect(held.booking.depositDeadline).toBe('2026-11-22T12:00:00.000Z')
    clock.set('2026-11-22T11:59:59.999Z')
    expect(await expireBooking(testCtx(db, undefined, { clock }), id)).toBe(false)
    clock.set('2026-11-22T12:00:00Z')
    const answers = await Promise.all([1, 2, 3].map(() => expireBooking(testCtx(db, undefined, { clock }), id)))
    expect(answers.filter(Boolean)).toHaveLength(1)
    const blocks = await db.db.selectFrom('time_blocks').select('active').where('booking_id', '=', id).execute()
    expect(blocks).toEqual([{ active: false }])
    const again = await as().bookings.create({ ...wish, confirm: true, waiver: { reason: 'regular guest' } })
    expect(again.status).toBe('confirmed')
  })

  test('is held until the deadline that was given with the step', async () => {
    const { as, wish } = await setting()
    const { id } = await as().bookings.create({ ...wish, depositRequired: { amount: 5_000, currency: 'GBP' } })
    await as().bookings.setStatus({ id, newStatus: 'pending' })
    const metadata = { depositDeadline: '2026-11-21T13:30:00Z' }
    const held = await as().bookings.setStatus({ id, newStatus: 'deposit_required', metadata })
    expect(held.booking.depositDeadline).toBe('2026-11-21T13:30:00.000Z')
  })

  test('takes over the time of a hold whose deadline has passed, even before its timer ran', async () => {
    const { as, wish, clock } = await setting()
    const lapsed = await as().bookings.create({ ...wish, depositRequired: { amount: 5_000, currency: 'GBP' } })
    await as().bookings.setStatus({ id: lapsed.id, newStatus: 'pending' })
    await as().bookings.setStatus({ id: lapsed.id, newStatus: 'deposit_required' })
    await expect(as().bookings.create({ ...wish, confirm: true, waiver: { reason: 'regular' } })).rejects.toMatchObject({
      cause: { code: 'taken' },
    })
    clock.advance(25 * 60)
    const winner = await as().bookings.create({ ...wish, confirm: true, waiver: { reason: 'regular' } })
    expect(winner.status).toBe('confirmed')
    expect((await as().bookings.get({ id: lapsed.id })).status).toBe('expired')
  })

  test('is confirmed when its deposit is paid, and the inquiry it came from is converted with it', async () => {
    const { as, world, wish } = await setting()
    const inquiry = await as().inquiries.receive({
      source: 'phone',
      client: { name: 'Ann Lee', phone: '07700900222' },
      message: 'Dinner',
      location: world.location.slug,
    })
    await as().inquiries.setStatus({ id: inquiry.id, newStatus: 'qualified' })
    const { bookingId } = await as().inquiries.propose({ id: inquiry.id, modelId: wish.modelId, start: START, end: END })
    const agreed = await as().inquiries.setStatus({
      id: inquiry.id,
      newStatus: 'awaiting_deposit',
      metadata: { deposit: { amount: 5_000, currency: 'GBP' } },
    })
    expect(agreed.inquiry.booking?.status).toBe('deposit_required')
    const part = await as().payments.record({
      id: bookingId,
      type: 'deposit',
      amount: { amount: 2_000, currency: 'GBP' },
      method: 'cash',
    })
    expect(part.booking?.status).toBe('deposit_required')
    const rest = await as().payments.record({
      id: bookingId,
      type: 'deposit',
      amount: { amount: 3_000, currency: 'GBP' },
      method: 'cash',
    })
    expect(rest.booking?.status).toBe('confirmed')
    expect((await as().inquiries.get({ id: inquiry.id })).status).toBe('converted')
  })

  test('refuses a step with the rule that refused and what is possible now, and the refusal is audited', async () => {
    const { db, as, wish } = await setting()
    const { id } = await as().bookings.create(wish)
    await expect(as().bookings.setStatus({ id, newStatus: 'confirmed' })).rejects.toMatchObject({
      cause: {
        code: 'transition_refused',
        facts: { from: 'draft', newStatus: 'confirmed', rule: 'notInLifecycle', possible: ['pending', 'cancelled'] },
      },
    })
    await as().bookings.setStatus({ id, newStatus: 'pending' })
    await expect(as().bookings.setStatus({ id, newStatus: 'confirmed' })).rejects.toMatchObject({
      cause: { code: 'transition_refused', facts: { rule: 'depositSettled' } },
    })
    const refusals = await db.db
      .selectFrom('audit_log')
      .select('action')
      .where('entity_id', '=', id)
      .where('action', '=', 'booking.transition_refused')
      .execute()
    expect(refusals).toHaveLength(2)
  })

  test('may be waived by a manager, not by an operator', async () => {
    const { as, operator, wish } = await setting()
    const { id } = await as(operator).bookings.create(wish)
    await as(operator).bookings.setStatus({ id, newStatus: 'pending' })
    const metadata = { waiver: { reason: 'old friend of the house' } }
    await expect(as(operator).bookings.setStatus({ id, newStatus: 'confirmed', metadata })).rejects.toMatchObject({
      cause: { code: 'forbidden' },
    })
    expect((await as().bookings.setStatus({ id, newStatus: 'confirmed', metadata })).booking.waived).toBe(true)
  })

  test('starts at most 15 minutes early and is a no-show only after its start', async () => {
    const { as, wish, clock } = await setting()
    const { id } = await as().bookings.create({ ...wish, confirm: true, waiver: { reason: 'regular' } })
    clock.set('2026-12-25T18:44:59Z')
    await expect(as().bookings.setStatus({ id, newStatus: 'in_progress' })).rejects.toMatchObject({
      cause: { facts: { rule: 'notTooEarly' } },
    })
    await expect(as().bookings.setStatus({ id, newStatus: 'no_show' })).rejects.toMatchObject({
      cause: { facts: { rule: 'startHasPassed' } },
    })
    clock.set('2026-12-25T18:45:00Z')
    expect((await as().bookings.setStatus({ id, newStatus: 'in_progress' })).transition.to).toBe('in_progress')
    expect((await as().bookings.setStatus({ id, newStatus: 'completed' })).booking.possible).toEqual([])
  })

  test('of somebody else looks to an operator like one that does not exist', async () => {
    const { db, as, operator, wish } = await setting()
    const { id } = await as().bookings.create(wish)
    const other = await makeUser(db, 'OPERATOR', 'Other')
    await as().bookings.assign({ id, userId: other.id })
    const foreign = await as(operator)
      .bookings.get({ id })
      .catch((error: Error) => error.message)
    const unknown = await as(operator)
      .bookings.get({ id: operator.id })
      .catch((error: Error) => error.message)
    expect(foreign).toBe(unknown)
    await expect(as(operator).bookings.setStatus({ id, newStatus: 'pending' })).rejects.toMatchObject({
      cause: { code: 'not_found' },
    })
    expect((await as(other).bookings.get({ id })).id).toBe(id)
  })

  test('is not changed on a version that is no longer current', async () => {
    const { as, wish } = await setting()
    const booking = await as().bookings.create(wish)
    await as().bookings.update({ id: booking.id, version: 1, internalNotes: 'first' })
    await expect(as().bookings.update({ id: booking.id, version: 1, internalNotes: 'second' })).rejects.toMatchObject({
      cause: { code: 'stale_write', facts: { currentVersion: 2 } },
    })
  })

  test('can not change status by hand-written SQL, nor lose its time', async () => {
    const { db, as, wish } = await setting()
    const { id } = await as().bookings.create({ ...wish, confirm: true, waiver: { reason: 'regular' } })
    const statement = (text: string) => sql.raw(text).execute(db.db)
    await expect(statement(`update bookings set status = 'completed' where id = '${id}'`)).rejects.toMatchObject({
      code: 'VR001',
    })
    await expect(statement(`update bookings set status = 'cancelled' where id = '${id}'`)).rejects.toMatchObject({
      code: 'VR002',
    })
    await expect(statement(`update time_blocks set active = false where booking_id = '${id}'`)).rejects.toMatchObject({
      constraint: 'booking_holds_its_time',
    })
    await expect(statement(`delete from time_blocks where booking_id = '${id}'`)).rejects.toMatchObject({
      constraint: 'booking_holds_its_time',
    })
  })
})
