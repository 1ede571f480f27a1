import { expect, test } from 'vitest'
import { idsFrom } from '#server/context.ts'
import { decide, findFree, loadTimeFacts } from '#server/domains/availability/index.ts'
import { testDatabase } from '#tests/support/database.ts'
import { makeWorld } from '#tests/support/world.ts'

const database = testDatabase()
const ids = idsFrom({ now: () => new Date() })
const NOW = new Date('2026-11-21T12:00:00Z')

function question(modelId: string, start: string, end: string, locationId: string | null = null) {
  return { modelId, startsAt: new Date(start), endsAt: new Date(end), locationId, callType: 'incall' as const }
}

test('a model without rules is free at any time', async () => {
  const world = await makeWorld(database())
  const modelId = world.models[0]?.id ?? ''
  const from = new Date('2026-12-25T03:07:00Z')
  const to = new Date('2026-12-25T04:07:00Z')
  const facts = (await loadTimeFacts(database().db, [modelId], { from, to })).get(modelId)
  if (!facts) throw new Error('no facts')
  const decision = decide(facts, question(modelId, from.toISOString(), to.toISOString(), world.location.id), NOW)
  expect(decision).toMatchObject({ ok: true, reasons: [], tentative: false, minutesBefore: 0, minutesAfter: 15 })
})

test('hours, exceptions, blackouts, slots and the ledger of several models come in one statement', async () => {
  const db = database().db
  const world = await makeWorld(database(), { models: 3 })
  const [one, two, three] = world.models.map((model) => model.id)
  if (!one || !two || !three) throw new Error('no models')
  const rule = (kind: 'hours' | 'blackout' | 'notice' | 'limits', model_id: string, config: object) => ({
    id: ids.next(),
    scope: 'model' as const,
    model_id,
    kind,
    config: JSON.stringify(config),
    created_at: NOW,
    updated_at: NOW,
  })
  await db
    .insertInto('availability_rules')
    .values([
      rule('hours', one, { periods: [{ weekday: 5, from: 600, to: 1080 }] }),
      rule('blackout', two, { from: '2026-12-25', to: '2026-12-25', yearly: true }),
      rule('notice', three, { minutes: 60 * 24 * 60 }),
      rule('limits', three, { bookingsPerDay: 1 }),
    ])
    .execute()
  await db
    .insertInto('time_blocks')
    .values({
      id: ids.next(),
      model_id: three,
      kind: 'time_off',
      starts_at: '2026-12-25T12:00:00Z',
      ends_at: '2026-12-25T13:00:00Z',
      created_at: NOW,
      updated_at: NOW,
    })
    .execute()
  await db
    .insertInto('availability_exceptions')
    .values({
      id: ids.next(),
      model_id: one,
      on_day: '2026-12-25',
      opens: false,
      from_minute: 600,
      to_minute: 720,
      created_at: NOW,
      updated_at: NOW,
    })
    .execute()
  const window = { from: new Date('2026-12-24T00:00:00Z'), to: new Date('2026-12-27T00:00:00Z') }
  const facts = await loadTimeFacts(db, [one, two, three], window)
  const rulesOf = (id: string, start: string, end: string) => {
    const known = facts.get(id)
    if (!known) throw new Error('no facts')
    return decide(known, question(id, start, end), NOW).reasons.map((reason) => reason.rule)
  }
  // A Friday.
  expect(rulesOf(one, '2026-12-25T12:00:00Z', '2026-12-25T13:00:00Z')).toEqual([])
  expect(rulesOf(one, '2026-12-25T10:00:00Z', '2026-12-25T13:00:00Z')).toEqual(['exception'])
  expect(rulesOf(one, '2026-12-25T17:30:00Z', '2026-12-25T18:30:00Z')).toEqual(['hours'])
  expect(rulesOf(one, '2026-12-24T12:00:00Z', '2026-12-24T13:00:00Z')).toEqual(['hours'])
  expect(rulesOf(two, '2026-12-25T12:00:00Z', '2026-12-25T13:00:00Z')).toEqual(['blackout'])
  expect(rulesOf(two, '2026-12-26T12:00:00Z', '2026-12-26T13:00:00Z')).toEqual([])
  expect(rulesOf(three, '2026-12-25T12:30:00Z', '2026-12-25T13:30:00Z')).toEqual(['overlap', 'notice'])
  const first = facts.get(one)
  if (!first) throw new Error('no facts')
  const free = findFree(first, { durationMinutes: 120, ...window, locationId: null, callType: 'incall', now: NOW, limit: 2 })
  expect(free.map((time) => time.start.toISOString())).toEqual(['2026-12-25T12:00:00.000Z', '2026-12-25T12:15:00.000Z'])
})
