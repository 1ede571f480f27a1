import { expect, test } from 'vitest'
import type { Actor } from '#server/context.ts'
import { callerOf, makeUser, TestClock } from '#tests/support/context.ts'
import { testDatabase } from '#tests/support/database.ts'
import { makeWorld } from '#tests/support/world.ts'

const database = testDatabase()
const WEEK = { from: '2026-12-21T00:00:00Z', to: '2026-12-28T00:00:00Z' }
const at = (day: number, hour: number) => `2026-12-${day}T${String(hour).padStart(2, '0')}:00:00Z`

async function setting() {
  const db = database()
  const world = await makeWorld(db)
  const manager = await makeUser(db, 'OPS_MANAGER')
  const clock = new TestClock()
  const as = (actor: Actor = manager) => callerOf(db, actor, { clock })
  const [ava = '', bea = ''] = world.models.map((model) => model.id)
  const book = (modelId: string, day: number, hour: number, more: object = {}) =>
    as().bookings.create({
      clientId: world.client.id,
      modelId,
      location: world.location.slug,
      start: at(day, hour),
      end: at(day, hour + 2),
      ...more,
    })
  const confirmed = { confirm: true, waiver: { reason: 'regular guest' } }
  return { db, world, manager, clock, as, ava, bea, book, confirmed }
}

test('a row has all that takes her time in the window, in order, and nothing of before or after', async () => {
  const { as, ava, bea, book, confirmed } = await setting()
  const asked = await book(ava, 24, 12)
  const booked = await book(ava, 23, 19, confirmed)
  await book(ava, 28, 12, confirmed)
  await book(ava, 20, 12, confirmed)
  const off = await as().timeOff.add({ modelId: ava, start: at(25, 8), end: at(25, 20), reason: 'Family' })
  const open = await as().availability.slots.create({ modelId: ava, kind: 'tentative', start: at(26, 8), end: at(26, 20) })
  const { rows } = await as().availability.timeline({ modelIds: [bea, ava], ...WEEK })
  expect(rows.map((row) => row.modelId)).toEqual([bea, ava])
  expect(rows[0]?.entries).toEqual([])
  expect(rows[1]?.entries.map(({ id, kind, start }) => [id, kind, start])).toEqual([
    [expect.any(String), 'booking', '2026-12-23T19:00:00.000Z'],
    [asked.id, 'request', '2026-12-24T12:00:00.000Z'],
    [off.id, 'time_off', '2026-12-25T08:00:00.000Z'],
    [open.id, 'tentative', '2026-12-26T08:00:00.000Z'],
  ])
  expect(rows[1]?.entries[0]).toMatchObject({ after: 15, booking: { ref: booked.ref, client: 'Jane Doe', status: 'confirmed' } })
})

test('that a time is taken is told to everyone, for whom only to who may see the booking', async () => {
  const { db, as, ava, book, confirmed } = await setting()
  const { id } = await book(ava, 23, 19, confirmed)
  const [mine, other] = [await makeUser(db, 'OPERATOR'), await makeUser(db, 'OPERATOR')]
  await as().bookings.assign({ id, userId: mine.id })
  const request = await book(ava, 24, 12)
  await as().bookings.assign({ id: request.id, userId: mine.id })
  const seen = async (actor: Actor) => {
    const { rows } = await as(actor).availability.timeline({ modelIds: [ava], ...WEEK })
    return rows[0]?.entries.map((entry) => [entry.kind, entry.booking?.client ?? null])
  }
  expect(await seen(mine)).toEqual([
    ['booking', 'Jane Doe'],
    ['request', 'Jane Doe'],
  ])
  expect(await seen(other)).toEqual([['booking', null]])
  expect(await seen(await makeUser(db, 'READ_ONLY'))).toEqual([
    ['booking', 'J. D.'],
    ['request', 'J. D.'],
  ])
})

test('hours, days that differ and blackouts are drawn as they are decided', async () => {
  const { as, ava, bea } = await setting()
  const periods = [{ weekday: 3, from: '10:00', to: '22:00' }]
  await as().availability.rules.create({ scope: 'model', modelId: ava, kind: 'hours', config: { periods } })
  await as().availability.rules.create({
    scope: 'model',
    modelId: ava,
    kind: 'blackout',
    title: 'Christmas',
    config: { from: '2026-12-25', to: '2026-12-26', yearly: true },
  })
  const { rows } = await as().availability.timeline({ modelIds: [ava, bea], ...WEEK })
  const [hers, others] = rows
  expect(hers?.open).toEqual([{ from: '2026-12-23T10:00:00.000Z', to: '2026-12-23T22:00:00.000Z' }])
  expect(hers?.blackouts).toEqual([{ title: 'Christmas', from: '2026-12-25T00:00:00.000Z', to: '2026-12-27T00:00:00.000Z' }])
  expect(others).toMatchObject({ open: null, closed: [], blackouts: [] })
  for (const [hour, ok] of [
    [9, false],
    [12, true],
  ] as const) {
    const why = await as().availability.why({ modelId: ava, start: at(23, hour), end: at(23, hour + 2) })
    expect(why.ok).toBe(ok)
  }
})

test('as a table each entry comes once, page by page, whichever way it is sorted', async () => {
  const { as, ava, bea, book, confirmed } = await setting()
  for (const [model, day] of [
    [ava, 22],
    [bea, 22],
    [ava, 23],
    [bea, 24],
    [ava, 26],
  ] as const)
    await book(model, day, 12, confirmed)
  await as().timeOff.add({ modelId: bea, start: at(25, 8), end: at(25, 20) })
  const whose = { modelIds: [ava, bea], ...WEEK, limit: 2 }
  for (const sort of ['start', '-start', 'model', '-kind']) {
    const ids: string[] = []
    let cursor: string | undefined
    do {
      const page = await as().availability.entries({ ...whose, sort, cursor })
      ids.push(...page.items.map((item) => item.id))
      cursor = page.nextCursor ?? undefined
    } while (cursor)
    expect(ids).toHaveLength(6)
    expect(new Set(ids).size).toBe(6)
  }
  const off = await as().availability.entries({ ...whose, kind: ['time_off'] })
  expect(off.items.map((item) => item.model.name)).toEqual(['Model 2'])
})

test('a month counts each day by the clock on the wall, and a night on both of its days', async () => {
  const { as, ava, bea, world, clock } = await setting()
  clock.set('2026-10-01T12:00:00Z')
  await as().bookings.create({
    clientId: world.client.id,
    modelId: ava,
    location: world.location.slug,
    start: '2026-10-23T21:00:00Z',
    end: '2026-10-24T01:00:00Z',
    confirm: true,
    waiver: { reason: 'regular guest' },
  })
  const month = await as().availability.month({ month: '2026-10', modelIds: [ava, bea] })
  expect(month.models).toBe(2)
  expect(month.days).toHaveLength(31)
  const day = (number: number) => month.days[number - 1]
  // Midnight in London is 23:00 in UTC until the 25th, which has an hour more.
  expect(day(23)).toMatchObject({ day: '2026-10-23', bookings: 1, bookedMinutes: 120, busyModels: 1, offeredMinutes: 2 * 1_440 })
  expect(day(24)).toMatchObject({ bookings: 0, bookedMinutes: 120 })
  expect(day(25)).toMatchObject({ bookedMinutes: 0, offeredMinutes: 2 * 1_500 })
})
