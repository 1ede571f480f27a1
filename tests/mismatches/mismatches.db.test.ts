import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Actor, systemActor } from '#server/context.ts'
import type { EventName } from '#server/outbox/catalogue.ts'
import { callerOf, makeUser, TestClock, testCtx } from '#tests/support/context.ts'
import { testDatabase } from '#tests/support/database.ts'
import { makeWorld, type World } from '#tests/support/world.ts'
import { CONSUMERS } from '#workers/catalogue.ts'
import { HANDLERS } from '#workers/tasks/index.ts'

const database = testDatabase()
const clock = new TestClock()
let world: World
let owner: Actor & { id: string }
beforeAll(async () => {
  world = await makeWorld(database(), { models: 1 })
  owner = await makeUser(database(), 'OWNER')
})
beforeEach(() => {
  clock.set('2026-11-21T12:00:00Z')
})

const api = () => callerOf(database(), owner, { clock })
const attempt = { jobId: '1', number: 1, of: 1, signal: new AbortController().signal }
const ctx = () => testCtx(database(), systemActor('test'), { clock })
/** Brings what happened to the check, as the queue does. */
async function settle(handler = HANDLERS['mismatch-check']): Promise<void> {
  const events = await database()
    .db.selectFrom('domain_events as e')
    .select('e.id')
    .where('e.type', 'in', [...CONSUMERS['mismatch-check']] as EventName[])
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('consumed_events as c')
            .select('c.event_id')
            .whereRef('c.event_id', '=', 'e.id')
            .where('c.consumer', '=', 'mismatch-check'),
        ),
      ),
    )
    .orderBy('e.position')
    .execute()
  for (const { id } of events) await handler(ctx(), { eventId: id }, attempt)
}
const sweep = () => HANDLERS['mismatches-sweep'](ctx(), {}, attempt)

/** Where nobody is based. */
async function emptyPlace(): Promise<World> {
  const place = await makeWorld(database(), { models: 1 })
  await database()
    .db.updateTable('models')
    .set({ deleted_at: clock.now() })
    .where('primary_location_id', '=', place.location.id)
    .execute()
  return place
}
let counter = 0
async function newModel(more: object = {}) {
  return api().models.create({
    name: `Iris ${counter++}`,
    primaryLocation: world.location.slug,
    stats: { age: 30 },
    status: 'active',
    ...more,
  })
}
/** Tuesdays, ten to eight in the evening. */
async function worksTuesdays(modelId: string): Promise<string> {
  const rule = await api().availability.rules.create({
    scope: 'model',
    modelId,
    kind: 'hours',
    config: { periods: [{ weekday: 2, from: '10:00', to: '20:00' }] },
  })
  return rule.id
}
const TUESDAY = '2026-11-24T11:00:00Z'
async function book(modelId: string, start = TUESDAY) {
  const end = new Date(Date.parse(start) + 3_600_000).toISOString()
  return api().bookings.create({
    clientId: world.client.id,
    modelId,
    location: world.location.slug,
    start,
    end,
    confirm: true,
    waiver: { reason: 'A regular' },
  })
}
const open = async (modelId: string) => (await api().mismatches.list({ modelId })).items
async function exceptionsOf(modelId: string) {
  const rows = await database()
    .db.selectFrom('exceptions')
    .select(['id', 'ref', 'status', 'occurrences', 'type', 'resolution'])
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('availability_mismatches')
        .select('exception_id')
        .where('model_id', '=', modelId)
        .$castTo<{ exception_id: string }>(),
    )
    .execute()
  return rows
}

describe('a booking outside of her time', () => {
  test('is one mismatch with one exception, counted when it is touched, closed by itself when mended', async () => {
    const model = await newModel()
    const booking = await book(model.id)
    await settle()
    expect(await open(model.id)).toEqual([])
    // Her hours change under it: now she works on Wednesdays.
    await api().availability.rules.create({
      scope: 'model',
      modelId: model.id,
      kind: 'hours',
      config: { periods: [{ weekday: 3, from: '10:00', to: '20:00' }] },
    })
    await settle()
    const [found, ...more] = await open(model.id)
    expect(more).toEqual([])
    expect(found).toMatchObject({
      kind: 'booking_without_slot',
      booking: { id: booking.id, ref: booking.ref },
      model: { id: model.id },
      occurrences: 1,
      summary: expect.stringContaining(booking.ref),
      exception: { status: 'open' },
    })
    await sweep()
    await sweep()
    expect(await open(model.id)).toMatchObject([{ occurrences: 1 }])
    clock.advance(1)
    await api().bookings.update({ id: booking.id, internalNotes: 'Rang her' })
    await settle()
    expect(await open(model.id)).toMatchObject([{ id: found?.id, occurrences: 2 }])
    expect(await exceptionsOf(model.id)).toMatchObject([{ type: 'mismatch', occurrences: 2, status: 'open' }])
    await api().availability.slots.create({
      modelId: model.id,
      kind: 'available',
      start: '2026-11-24T10:00:00Z',
      end: '2026-11-24T13:00:00Z',
    })
    await settle()
    expect(await open(model.id)).toEqual([])
    expect(await exceptionsOf(model.id)).toMatchObject([{ status: 'resolved', resolution: 'Mended: it fits again.' }])
    const all = await api().mismatches.list({ modelId: model.id, resolved: true })
    expect(all.items).toMatchObject([{ id: found?.id, resolvedAt: clock.now().toISOString() }])
  })

  test('is found by the sweep when no event told of it, and is no more when the booking is over or cancelled', async () => {
    const model = await newModel()
    const [kept, cancelled] = [await book(model.id), await book(model.id, '2026-11-25T11:00:00Z')]
    await settle()
    const at = clock.now()
    await database()
      .db.insertInto('availability_slots')
      .values({
        id: ctx().ids.next(),
        model_id: model.id,
        kind: 'unavailable',
        starts_at: '2026-11-24T00:00:00Z',
        ends_at: '2026-11-26T00:00:00Z',
        created_at: at,
        updated_at: at,
      })
      .execute()
    await sweep()
    expect((await open(model.id)).map((one) => one.booking?.id).sort()).toEqual([kept.id, cancelled.id].sort())
    await api().bookings.setStatus({ id: cancelled.id, newStatus: 'cancelled', reason: 'Changed plans' })
    await settle()
    expect((await open(model.id)).map((one) => one.booking?.id)).toEqual([kept.id])
    clock.set('2026-11-24T12:30:00Z')
    await sweep()
    expect(await open(model.id)).toEqual([])
  })

  test('checked by many at once is still one', async () => {
    const model = await newModel()
    await book(model.id)
    await worksTuesdays(model.id)
    await api().availability.slots.create({
      modelId: model.id,
      kind: 'unavailable',
      start: '2026-11-24T00:00:00Z',
      end: '2026-11-25T00:00:00Z',
    })
    await Promise.all([settle(), settle(), settle(), sweep(), sweep()])
    expect(await open(model.id)).toHaveLength(1)
    expect(await exceptionsOf(model.id)).toHaveLength(1)
    const { rows } = {
      rows: await database().db.selectFrom('availability_mismatches').select('id').where('model_id', '=', model.id).execute(),
    }
    expect(rows).toHaveLength(1)
  })

  test('that a person dismissed stays quiet until it is another; one said to be resolved comes back', async () => {
    const model = await newModel()
    const booking = await book(model.id)
    await api().availability.slots.create({
      modelId: model.id,
      kind: 'unavailable',
      start: '2026-11-24T00:00:00Z',
      end: '2026-11-25T00:00:00Z',
    })
    await settle()
    const [first] = await exceptionsOf(model.id)
    await api().exceptions.dismiss({ id: first?.id ?? '', reason: 'She comes all the same' })
    await sweep()
    expect(await exceptionsOf(model.id)).toMatchObject([{ status: 'dismissed', occurrences: 1 }])
    clock.advance(1)
    await api().bookings.update({ id: booking.id, clientConfirmedArrival: true })
    await settle()
    const [again] = await exceptionsOf(model.id)
    expect(again).toMatchObject({ status: 'open' })
    expect(again?.id).not.toBe(first?.id)
    await api().exceptions.resolve({ id: again?.id ?? '', resolution: 'Done' })
    await sweep()
    expect(await exceptionsOf(model.id)).toMatchObject([{ status: 'open' }])
    expect(await open(model.id)).toHaveLength(1)
  })

  test('is mended by its fixes, each by who may do it by hand', async () => {
    const model = await newModel()
    const booking = await book(model.id)
    await worksTuesdays(model.id)
    await settle()
    expect(await open(model.id)).toEqual([])
    await api().availability.exceptions.create({ modelId: model.id, day: '2026-11-24', opens: false, from: '00:00', to: '12:30' })
    await settle()
    const [found] = await open(model.id)
    expect(found?.fixes.map((fix) => fix.key)).toEqual(['open', 'move', 'see'])
    const reader = callerOf(database(), await makeUser(database(), 'READ_ONLY'), { clock })
    await expect(reader.mismatches.fix({ id: found?.id ?? '', key: 'move' })).rejects.toMatchObject({
      message: expect.stringContaining('role'),
    })
    await expect(api().mismatches.fix({ id: found?.id ?? '', key: 'burn' })).rejects.toThrow('no such fix')
    const { mismatch, done } = await api().mismatches.fix({ id: found?.id ?? '', key: 'move' })
    expect(done).toContain('Move it to')
    expect(mismatch.resolvedAt).not.toBeNull()
    const moved = await api().bookings.get({ id: booking.id })
    expect(moved.start).toBe('2026-11-24T12:30:00.000Z')
    expect(await exceptionsOf(model.id)).toMatchObject([{ status: 'resolved' }])
    await expect(api().mismatches.fix({ id: found?.id ?? '', key: 'move' })).rejects.toThrow('mended already')
  })

  test('is shown only to who may see the booking', async () => {
    const model = await newModel()
    const booking = await book(model.id)
    await api().bookings.assign({ id: booking.id, userId: owner.id })
    await api().availability.slots.create({
      modelId: model.id,
      kind: 'unavailable',
      start: '2026-11-24T00:00:00Z',
      end: '2026-11-25T00:00:00Z',
    })
    await settle()
    const [found] = await open(model.id)
    const operator = callerOf(database(), await makeUser(database(), 'OPERATOR'), { clock })
    expect((await operator.mismatches.list({ modelId: model.id })).items).toEqual([])
    await expect(operator.mismatches.fix({ id: found?.id ?? '', key: 'free' })).rejects.toThrow('There is no such mismatch')
  })
})

describe('slots', () => {
  test('that overlap are told once for each pair, and no more when one is gone', async () => {
    const model = await newModel()
    const slot = (kind: 'available' | 'unavailable', from: number, to: number) =>
      api().availability.slots.create({
        modelId: model.id,
        kind,
        start: new Date(Date.UTC(2026, 10, 24, from)).toISOString(),
        end: new Date(Date.UTC(2026, 10, 24, to)).toISOString(),
      })
    await slot('available', 10, 14)
    const second = await slot('unavailable', 12, 16)
    await slot('available', 16, 18)
    await settle()
    const found = await open(model.id)
    expect(found).toMatchObject([
      { kind: 'overlapping_slots', severity: 'medium', from: '2026-11-24T12:00:00.000Z', to: '2026-11-24T14:00:00.000Z' },
    ])
    await api().availability.slots.delete({ id: second.id })
    await settle()
    expect(await open(model.id)).toEqual([])
  })

  test('of a suspended model are told, and taken away by one button', async () => {
    const model = await newModel()
    await api().availability.slots.create({
      modelId: model.id,
      kind: 'available',
      start: '2026-11-24T10:00:00Z',
      end: '2026-11-24T12:00:00Z',
    })
    await api().models.setStatus({ id: model.id, newStatus: 'suspended', reason: 'No show' })
    await settle()
    const [found] = await open(model.id)
    expect(found).toMatchObject({ kind: 'slot_of_suspended', summary: `${model.name} is suspended but has 1 slot to come` })
    await api().mismatches.fix({ id: found?.id ?? '', key: 'remove' })
    expect(await open(model.id)).toEqual([])
    expect((await api().availability.slots.list({ modelId: model.id })).items).toEqual([])
  })
})

test('a calendar that can not be read is one, with the button that reads it', async () => {
  const model = await newModel()
  await api().calendars.addExternal({ id: model.id, name: 'Private', address: 'https://calendar.example.com/a.ics' })
  const at = clock.now()
  const stale = (state: 'stale' | 'fresh') =>
    database()
      .db.updateTable('external_calendars')
      .set({ state, stale_since: state === 'stale' ? at : null, problem: state === 'stale' ? 'It is down.' : null })
      .where('model_id', '=', model.id)
      .execute()
  await stale('stale')
  await sweep()
  expect(await open(model.id)).toMatchObject([
    { kind: 'stale_calendar', actual: 'It is down.', fixes: [{ key: 'read' }, { key: 'see' }] },
  ])
  await stale('fresh')
  await sweep()
  expect(await open(model.id)).toEqual([])
  expect(await exceptionsOf(model.id)).toMatchObject([{ status: 'resolved' }])
})

describe('cover', () => {
  test('that is missing is told for each day of the two weeks ahead, and mended by whoever comes', async () => {
    const place = await emptyPlace()
    const at = async () => {
      const { items } = await api().mismatches.list({ kind: ['missing_cover'], location: place.location.slug })
      return { items: items.sort((a, b) => (a.from ?? '').localeCompare(b.from ?? '')).reverse() }
    }
    const [ann, bea] = [
      await newModel({ primaryLocation: place.location.slug }),
      await newModel({ primaryLocation: place.location.slug }),
    ]
    await worksTuesdays(ann.id)
    const rule = await api().mismatches.createCover({
      name: 'Evenings',
      location: place.location.slug,
      weekdays: [2],
      from: 18 * 60,
      to: 22 * 60,
      needed: 2,
    })
    await settle()
    // Bea has no hours: she is there at any time. Ann goes at eight.
    expect((await at()).items.map(({ from, to, actual, occurrences }) => [from, to, actual, occurrences])).toEqual([
      ['2026-12-01T20:00:00.000Z', '2026-12-01T22:00:00.000Z', expect.stringContaining('1 at'), 1],
      ['2026-11-24T20:00:00.000Z', '2026-11-24T22:00:00.000Z', expect.stringContaining('1 at'), 1],
    ])
    expect((await api().mismatches.coverRules({ location: place.location.slug })).items).toMatchObject([
      { id: rule.id, missing: 2 },
    ])
    const [, first] = (await at()).items
    expect(first?.fixes.map((fix) => fix.label)).toContain(`Open this time for ${ann.name}`)
    await api().mismatches.fix({ id: first?.id ?? '', key: `open-${ann.id}` })
    expect((await at()).items).toHaveLength(1)
    // Nobody at all is worse.
    await api().models.setStatus({ id: bea.id, newStatus: 'inactive' })
    await settle()
    expect((await at()).items).toMatchObject([
      { actual: expect.stringContaining('0 at') },
      { actual: expect.stringContaining('1 at') },
    ])
    await api().mismatches.updateCover({ id: rule.id, needed: 1 })
    await settle()
    expect((await at()).items).toMatchObject([{ severity: 'high' }])
    await api().mismatches.deleteCover({ id: rule.id })
    await settle()
    expect((await at()).items).toEqual([])
  })

  test('through the night on which clocks go back is asked for by the wall clock', async () => {
    clock.set('2026-10-20T12:00:00Z')
    const place = await emptyPlace()
    await api().mismatches.createCover({
      name: 'Night',
      location: place.location.slug,
      weekdays: [6],
      from: 22 * 60,
      to: 4 * 60,
      needed: 1,
    })
    await settle()
    const { items } = await api().mismatches.list({ location: place.location.slug })
    items.sort((a, b) => (a.from ?? '').localeCompare(b.from ?? '')).reverse()
    // 22:00 to 04:00 in London is seven hours that night.
    expect(items.map(({ from, to }) => [from, to])).toEqual([
      ['2026-10-31T22:00:00.000Z', '2026-11-01T04:00:00.000Z'],
      ['2026-10-24T21:00:00.000Z', '2026-10-25T04:00:00.000Z'],
    ])
  })
})

test('negative control: a check that finds nothing any more closes what is still wrong', async () => {
  const model = await newModel()
  await book(model.id)
  await api().availability.slots.create({
    modelId: model.id,
    kind: 'unavailable',
    start: '2026-11-24T00:00:00Z',
    end: '2026-11-25T00:00:00Z',
  })
  // Without the consumer nothing is noticed: what the tests above see is its work.
  await settle(async () => {})
  expect(await open(model.id)).toEqual([])
  await settle()
  expect(await open(model.id)).toHaveLength(1)
})
