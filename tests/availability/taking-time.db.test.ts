import { describe, expect, test } from 'vitest'
import { systemActor } from '#server/context.ts'
import { expireBooking, lockBooking, reholdForPayment, setBookingStatus } from '#server/domains/bookings/index.ts'
import { transact } from '#server/transact.ts'
import { callerOf, makeUser, TestClock, testCtx } from '#tests/support/context.ts'
import { testDatabase } from '#tests/support/database.ts'
import { makeWorld } from '#tests/support/world.ts'

const database = testDatabase()
const waived = { confirm: true, waiver: { reason: 'regular guest' } }
const GBP = (amount: number) => ({ amount, currency: 'GBP' })
/** An hour of Christmas Day 2026, as its start and end. */
const at = (from: number, hours = 1) => ({
  start: new Date(Date.UTC(2026, 11, 25, from)).toISOString(),
  end: new Date(Date.UTC(2026, 11, 25, from + hours)).toISOString(),
})

async function setting() {
  const db = database()
  const world = await makeWorld(db)
  const manager = await makeUser(db, 'OPS_MANAGER')
  const operator = await makeUser(db, 'OPERATOR')
  const clock = new TestClock()
  const as = (actor = manager) => callerOf(db, actor, { clock })
  const [one, two] = world.models.map((model) => model.id)
  const wish = { clientId: world.client.id, modelId: one ?? '', location: world.location.slug }
  const blocks = async (bookingId: string) => {
    const rows = await db.db.selectFrom('time_blocks').selectAll().where('booking_id', '=', bookingId).execute()
    return rows.map(({ model_id, starts_at, ends_at, active }) => [
      model_id,
      starts_at.toISOString(),
      ends_at.toISOString(),
      active,
    ])
  }
  /** Offered on Christmas Day from 18 to 23 only, by the model's own hours. */
  const workEvenings = () =>
    as().availability.rules.create({
      scope: 'model',
      modelId: one,
      kind: 'hours',
      config: { periods: [{ weekday: 5, from: '18:00', to: '23:00' }] },
    })
  return { db, world, manager, operator, clock, as, wish, one: one ?? '', two: two ?? '', blocks, workEvenings }
}

describe('a booking that moves', () => {
  test('frees its old time exactly when it takes the new one, and is priced anew', async () => {
    const { as, wish, one, blocks } = await setting()
    const { id } = await as().bookings.create({ ...wish, ...at(19), ...waived })
    const moved = await as().bookings.reschedule({ id, ...at(20, 2), reason: 'Their train is late' })
    expect(moved).toMatchObject({ status: 'confirmed', price: GBP(45_000), start: '2026-12-25T20:00:00.000Z' })
    expect(await blocks(id)).toEqual([[one, '2026-12-25T20:00:00.000Z', '2026-12-25T22:00:00.000Z', true]])
    expect((await as().bookings.timeline({ id })).items.at(-1)).toMatchObject({
      title: 'Rescheduled',
      body: 'Their train is late',
    })
    expect((await as().bookings.create({ ...wish, ...at(18), ...waived })).status).toBe('confirmed')
  })

  test('may overlap its own old time, but nobody else’s; the refusal offers real times and leaves it where it was', async () => {
    const { as, wish, one, blocks } = await setting()
    const { id } = await as().bookings.create({ ...wish, ...at(18, 2), ...waived })
    await as().bookings.reschedule({ id, ...at(19, 2) })
    await as().bookings.create({ ...wish, ...at(22), ...waived })
    const refused = as().bookings.reschedule({ id, ...at(21, 2) })
    await expect(refused).rejects.toMatchObject({ cause: { code: 'taken', facts: { alternatives: [{}, {}, {}] } } })
    expect(await blocks(id)).toEqual([[one, '2026-12-25T19:00:00.000Z', '2026-12-25T21:00:00.000Z', true]])
    const cause = await refused.catch(
      (error: { cause: { facts: { alternatives: { modelId: string; start: string; end: string }[] } } }) => error.cause,
    )
    for (const { modelId, start, end } of 'facts' in cause ? cause.facts.alternatives : []) {
      const other = await as().bookings.create({ ...wish, modelId, start, end, ...waived })
      expect(other.status).toBe('confirmed')
      await as().bookings.setStatus({ id: other.id, newStatus: 'cancelled', reason: 'only a look' })
    }
  })

  test('to another model changes places with one that comes the other way at the same moment, without a deadlock', async () => {
    const { as, wish, one, two, blocks } = await setting()
    for (let round = 0; round < 5; round++) {
      const a = await as().bookings.create({ ...wish, ...at(4 * round), ...waived })
      const b = await as().bookings.create({ ...wish, modelId: two, ...at(4 * round + 2), ...waived })
      await Promise.all([
        as().bookings.reschedule({ id: a.id, modelId: two }),
        as().bookings.reschedule({ id: b.id, modelId: one }),
      ])
      expect([(await blocks(a.id))[0]?.[0], (await blocks(b.id))[0]?.[0]]).toEqual([two, one])
    }
  })

  test('while it runs is extended when she is free, and finished early at any time', async () => {
    const { as, wish, one, clock, blocks } = await setting()
    const { id } = await as().bookings.create({ ...wish, ...at(19), ...waived })
    const next = await as().bookings.create({ ...wish, ...at(21), ...waived })
    clock.set('2026-12-25T19:00:00Z')
    await as().bookings.setStatus({ id, newStatus: 'in_progress' })
    await expect(as().bookings.reschedule({ id, ...at(19, 3) })).rejects.toMatchObject({ cause: { code: 'taken' } })
    await expect(as().bookings.reschedule({ id, ...at(18, 2) })).rejects.toMatchObject({ cause: { code: 'conflict' } })
    expect((await as().bookings.reschedule({ id, end: '2026-12-25T20:30:00Z' })).price).toEqual(GBP(37_500))
    clock.set('2026-12-25T19:40:00Z')
    const early = await as().bookings.reschedule({ id, end: '2026-12-25T19:40:00Z' })
    expect(early).toMatchObject({ end: '2026-12-25T19:40:00.000Z', price: GBP(37_500), status: 'in_progress' })
    expect(await blocks(id)).toEqual([[one, '2026-12-25T19:00:00.000Z', '2026-12-25T19:40:00.000Z', true]])
    expect((await as().bookings.get({ id: next.id })).status).toBe('confirmed')
  })

  test('waits for its deposit no longer than it lasts', async () => {
    const { db, as, wish, clock } = await setting()
    const { id } = await as().bookings.create({ ...wish, ...at(19), depositRequired: GBP(5_000) })
    await as().bookings.setStatus({ id, newStatus: 'pending' })
    await as().bookings.setStatus({ id, newStatus: 'deposit_required', metadata: { depositDeadline: '2026-12-25T18:00:00Z' } })
    const moved = await as().bookings.reschedule({ id, start: '2026-11-21T15:00:00Z', end: '2026-11-21T16:00:00Z' })
    expect(moved.depositDeadline).toBe('2026-11-21T16:00:00.000Z')
    clock.set('2026-11-21T16:00:00Z')
    expect(await expireBooking(testCtx(db, undefined, { clock }), id)).toBe(true)
  })

  test('by an edit of its time moves the same way', async () => {
    const { as, wish, blocks, one } = await setting()
    const { id } = await as().bookings.create({ ...wish, ...at(19), ...waived })
    expect((await as().bookings.update({ id, ...at(20) })).status).toBe('confirmed')
    expect(await blocks(id)).toEqual([[one, '2026-12-25T20:00:00.000Z', '2026-12-25T21:00:00.000Z', true]])
  })
})

describe('a rule that forbids a time', () => {
  test('is named, with whether it may be set aside and times that are allowed', async () => {
    const { as, wish, workEvenings } = await setting()
    await workEvenings()
    const outside = { ...wish, ...at(12) }
    const refusal = { code: 'transition_refused', facts: { rule: 'hours', overridable: true, reasons: [{ rule: 'hours' }] } }
    await expect(as().holds.place(outside)).rejects.toMatchObject({ cause: refusal })
    await expect(as().bookings.create({ ...outside, ...waived })).rejects.toMatchObject({ cause: refusal })
    const { id } = await as().bookings.create(outside)
    await as().bookings.setStatus({ id, newStatus: 'pending' })
    const refused = as().bookings.setStatus({ id, newStatus: 'confirmed', metadata: { waiver: { reason: 'regular' } } })
    await expect(refused).rejects.toMatchObject({
      cause: { ...refusal, facts: { from: 'pending', newStatus: 'confirmed', ...refusal.facts } },
    })
    const shown = (await as().bookings.get({ id })).possible.find((step) => step.to === 'confirmed')
    expect(shown?.refusedBy?.rule).toBe('depositSettled')
    expect((await as().bookings.create({ ...wish, ...at(19), ...waived })).status).toBe('confirmed')
  })

  test('is set aside by who may, with a reason that is audited; an overlap never is', async () => {
    const { db, as, wish, operator, workEvenings } = await setting()
    await workEvenings()
    const override = { reason: 'She said yes on the phone' }
    await expect(as(operator).holds.place({ ...wish, ...at(12), override })).rejects.toMatchObject({
      cause: { code: 'forbidden' },
    })
    const booked = await as().bookings.create({ ...wish, ...at(12), ...waived, override })
    expect(booked.status).toBe('confirmed')
    const audit = await db.db
      .selectFrom('audit_log')
      .select(['action', 'after', 'reason'])
      .where('entity_id', '=', booked.id)
      .where('action', '=', 'booking.rule_overridden')
      .execute()
    expect(audit).toMatchObject([{ after: { rules: ['hours'] }, reason: override.reason }])
    expect((await as().bookings.timeline({ id: booked.id })).items.map((item) => item.title)).toContain('Set aside: hours')
    await expect(as().bookings.create({ ...wish, ...at(12), ...waived, override })).rejects.toMatchObject({
      cause: { code: 'taken', facts: { overridable: false } },
    })
    await expect(as().bookings.reschedule({ id: booked.id, ...at(14) })).rejects.toMatchObject({
      cause: { code: 'transition_refused', facts: { rule: 'hours' } },
    })
    expect((await as().bookings.reschedule({ id: booked.id, ...at(14), override })).start).toBe('2026-12-25T14:00:00.000Z')
    await as().bookings.reschedule({ id: booked.id, ...at(19), override })
    const again = await db.db
      .selectFrom('audit_log')
      .select('id')
      .where('action', '=', 'booking.rule_overridden')
      .where('entity_id', '=', booked.id)
      .execute()
    expect(again).toHaveLength(2)
  })
})

describe('the way to her next place', () => {
  test('is kept free, also when the neighbour was booked first, and the ledger says how long it is', async () => {
    const { db, world, as, wish, one } = await setting()
    const far = await makeWorld(db)
    await db.db.updateTable('locations').set({ latitude: 51.6 }).where('id', '=', far.location.id).execute()
    await as().availability.travel.set({ from: world.location.slug, to: far.location.slug, minutes: 40, bothWays: true })
    await as().bookings.create({ ...wish, ...at(20), ...waived })
    const there = { ...wish, location: far.location.slug, ...waived }
    await expect(
      as().bookings.create({ ...there, start: '2026-12-25T18:30:00Z', end: '2026-12-25T19:30:00Z' }),
    ).rejects.toMatchObject({
      cause: { code: 'taken', facts: { reasons: [{ rule: 'travel' }] } },
    })
    await as().bookings.create({ ...there, start: '2026-12-25T18:20:00Z', end: '2026-12-25T19:20:00Z' })
    await as().bookings.create({ ...there, start: '2026-12-25T21:55:00Z', end: '2026-12-25T22:55:00Z' })
    const rows = await db.db
      .selectFrom('time_blocks')
      .select(['travel_before', 'travel_after', 'minutes_after'])
      .where('model_id', '=', one)
      .orderBy('starts_at')
      .execute()
    expect(rows.map((row) => [row.travel_before, row.travel_after])).toEqual([
      [0, 40],
      [0, 0],
      [40, 0],
    ])
  })
})

describe('time off', () => {
  test('stands in the ledger: nothing is sold over it, and it takes nothing that is sold', async () => {
    const { as, wish, one, two } = await setting()
    const off = await as().timeOff.add({ modelId: one, ...at(10, 4), reason: 'Dentist' })
    await expect(as().bookings.create({ ...wish, ...at(12), ...waived })).rejects.toMatchObject({ cause: { code: 'taken' } })
    await as().bookings.create({ ...wish, ...at(15), ...waived })
    await expect(as().timeOff.move({ id: off.id, ...at(10, 6) })).rejects.toMatchObject({
      cause: { code: 'taken', facts: { conflict: { from: '2026-12-25T15:00:00.000Z' } } },
    })
    expect((await as().timeOff.move({ id: off.id, modelId: two, ...at(10, 6) })).model.id).toBe(two)
    expect((await as().bookings.create({ ...wish, ...at(12), ...waived })).status).toBe('confirmed')
    await as().timeOff.remove({ id: off.id })
    expect((await as().timeOff.list({ modelId: two })).items).toEqual([])
    await expect(as().timeOff.remove({ id: off.id })).rejects.toMatchObject({ cause: { code: 'not_found' } })
  })
})

describe('money that comes after the hold has ended', () => {
  async function expired() {
    const it = await setting()
    const { id } = await it.as().bookings.create({ ...it.wish, ...at(19), depositRequired: GBP(5_000) })
    await it.as().bookings.setStatus({ id, newStatus: 'pending' })
    await it.as().bookings.setStatus({ id, newStatus: 'deposit_required' })
    it.clock.advance(24 * 60)
    const ctx = testCtx(it.db, systemActor('payments'), { clock: it.clock })
    await expireBooking(ctx, id)
    const rehold = () => transact(ctx, async (tx) => reholdForPayment(tx, await lockBooking(tx, id)))
    return { ...it, id, ctx, rehold }
  }

  test('holds the time again when it is still free, and the booking can be confirmed', async () => {
    const { as, id, ctx, rehold, wish } = await expired()
    expect(await rehold()).toMatchObject({ held: true, booking: { status: 'deposit_required' } })
    await expect(as().bookings.create({ ...wish, ...at(19), ...waived })).rejects.toMatchObject({ cause: { code: 'taken' } })
    await transact(ctx, async (tx) => {
      tx.send(tx.db.updateTable('bookings').set({ deposit_status: 'paid', paid_amount: 5_000 }).where('id', '=', id))
      await setBookingStatus(tx, id, { newStatus: 'confirmed' })
    })
    expect((await as().bookings.get({ id })).status).toBe('confirmed')
    expect(await rehold()).toMatchObject({ held: false })
  })

  test('holds nothing when someone else has it by now, and names times that could be offered', async () => {
    const { as, id, rehold, wish } = await expired()
    await as().bookings.create({ ...wish, ...at(19), ...waived })
    expect(await rehold()).toMatchObject({ held: false, alternatives: [{}, {}, {}] })
    expect((await as().bookings.get({ id })).status).toBe('expired')
  })

  test('is the only thing that leads out of expired', async () => {
    const { as, id } = await expired()
    await expect(as().bookings.setStatus({ id, newStatus: 'deposit_required' })).rejects.toMatchObject({
      cause: { code: 'transition_refused', facts: { possible: [] } },
    })
  })
})
