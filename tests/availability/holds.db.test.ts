import { describe, expect, test } from 'vitest'
import { expireHold } from '#server/domains/availability/index.ts'
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
  const other = await as().clients.create({ name: 'Ann Lee', email: `ann.${Date.now()}@example.com` })
  const wish = {
    clientId: world.client.id,
    modelId: world.models[0]?.id ?? '',
    location: world.location.slug,
    start: START,
    end: END,
  }
  const theirs = { ...wish, clientId: other.id }
  return { db, world, manager, operator, clock, as, wish, theirs }
}

const waived = { confirm: true, waiver: { reason: 'regular guest' } }

describe('a hold', () => {
  test('keeps the time for its client until its deadline, and for nobody after it', async () => {
    const { as, wish, theirs, clock } = await setting()
    const hold = await as().holds.place(wish)
    expect(hold).toMatchObject({ status: 'held', expiresAt: '2026-11-21T12:15:00.000Z', latestAt: '2026-11-21T13:00:00.000Z' })
    await expect(as().bookings.create({ ...theirs, ...waived })).rejects.toMatchObject({ cause: { code: 'taken' } })
    await expect(as().holds.place(theirs)).rejects.toMatchObject({
      cause: { code: 'taken', facts: { alternatives: [{}, {}, {}], reasons: [{ rule: 'overlap', overridable: false }] } },
    })
    clock.set('2026-11-21T12:15:00Z')
    const taken = await as().bookings.create({ ...theirs, ...waived })
    expect(taken.status).toBe('confirmed')
    expect((await as().holds.get({ id: hold.id })).status).toBe('expired')
  })

  test('is extended up to its cap and not a minute further', async () => {
    const { as, wish, clock } = await setting()
    const { id } = await as().holds.place(wish)
    clock.advance(10)
    expect((await as().holds.extend({ id })).expiresAt).toBe('2026-11-21T12:25:00.000Z')
    expect((await as().holds.extend({ id, minutes: 600 })).expiresAt).toBe('2026-11-21T13:00:00.000Z')
    await expect(as().holds.extend({ id, minutes: 600 })).rejects.toMatchObject({ cause: { code: 'conflict' } })
    clock.set('2026-11-21T13:00:00Z')
    await expect(as().holds.extend({ id })).rejects.toMatchObject({ cause: { code: 'conflict' } })
  })

  test('is one per client and model: the same wish is answered with it, another is refused', async () => {
    const { as, wish, operator } = await setting()
    const first = await as().holds.place(wish)
    expect((await as().holds.place(wish)).id).toBe(first.id)
    const later = { ...wish, start: '2026-12-26T19:00:00Z', end: '2026-12-26T21:00:00Z' }
    await expect(as().holds.place(later)).rejects.toMatchObject({ cause: { code: 'conflict' } })
    await expect(as(operator).holds.place(later)).rejects.toMatchObject({ cause: { code: 'conflict' } })
    await as().holds.release({ id: first.id })
    expect((await as().holds.place(later)).status).toBe('held')
  })

  test('becomes the booking in one step: nobody gets between, and the hold is over', async () => {
    const { db, as, wish } = await setting()
    const hold = await as().holds.place(wish)
    const booking = await as().bookings.create({ ...wish, holdId: hold.id, ...waived })
    expect(booking.status).toBe('confirmed')
    const blocks = await db.db
      .selectFrom('time_blocks')
      .select(['id', 'kind', 'active', 'expires_at', 'booking_id'])
      .where('model_id', '=', wish.modelId)
      .execute()
    expect(blocks).toEqual([{ id: hold.id, kind: 'booking', active: true, expires_at: null, booking_id: booking.id }])
    expect(await as().holds.get({ id: hold.id })).toMatchObject({ status: 'booked', booking: { id: booking.id } })
    await expect(as().bookings.create({ ...wish, holdId: hold.id })).rejects.toMatchObject({ cause: { code: 'conflict' } })
  })

  test('goes with a draft: kept until its deadline, taken over by the deposit, given back when the draft is cancelled', async () => {
    const { db, as, wish, theirs, clock } = await setting()
    const hold = await as().holds.place(wish)
    const deposit = { depositRequired: { amount: 5_000, currency: 'GBP' } }
    const draft = await as().bookings.create({ ...wish, holdId: hold.id, ...deposit })
    await as().bookings.setStatus({ id: draft.id, newStatus: 'pending' })
    await expect(as().holds.place(theirs)).rejects.toMatchObject({ cause: { code: 'taken' } })
    const held = await as().bookings.setStatus({ id: draft.id, newStatus: 'deposit_required' })
    expect(held.booking.depositDeadline).toBe('2026-11-22T12:00:00.000Z')
    clock.advance(30)
    expect(await expireHold(testCtx(db, undefined, { clock }), hold.id)).toBe(false)
    await as().bookings.setStatus({ id: draft.id, newStatus: 'cancelled', reason: 'changed their mind' })
    const next = await as().holds.place(theirs)
    const other = await as().bookings.create({ ...theirs, holdId: next.id })
    await as().bookings.setStatus({ id: other.id, newStatus: 'cancelled', reason: 'no' })
    expect((await as().holds.get({ id: next.id })).status).toBe('released')
    expect((await as().holds.place(wish)).status).toBe('held')
  })

  test('that ends leaves its draft without time, and says so in its timeline', async () => {
    const { db, as, wish, theirs, clock } = await setting()
    const hold = await as().holds.place(wish)
    const draft = await as().bookings.create({ ...wish, holdId: hold.id })
    clock.advance(15)
    const ctx = testCtx(db, undefined, { clock })
    const answers = await Promise.all([1, 2, 3].map(() => expireHold(ctx, hold.id)))
    expect(answers.filter(Boolean)).toHaveLength(1)
    expect((await as().bookings.timeline({ id: draft.id })).items.at(-1)?.title).toBe('Hold ended unused')
    await as().bookings.create({ ...theirs, ...waived })
    await as().bookings.setStatus({ id: draft.id, newStatus: 'pending' })
    await expect(
      as().bookings.setStatus({ id: draft.id, newStatus: 'confirmed', metadata: { waiver: { reason: 'regular' } } }),
    ).rejects.toMatchObject({ cause: { code: 'taken' } })
  })

  test('of somebody else is taken over by nobody who may not see it', async () => {
    const { as, wish, operator } = await setting()
    const hold = await as().holds.place(wish)
    await expect(as(operator).bookings.create({ ...wish, holdId: hold.id })).rejects.toMatchObject({
      cause: { code: 'not_found' },
    })
    await expect(as().bookings.create({ ...wish, end: '2026-12-25T20:00:00Z', holdId: hold.id })).rejects.toMatchObject({
      cause: { code: 'invalid', facts: { errors: [{ path: 'holdId' }] } },
    })
  })
})
