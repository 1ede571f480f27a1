import { describe, expect, test } from 'vitest'
import { systemActor } from '#server/context.ts'
import { loadTimeFacts, materialise } from '#server/domains/availability/index.ts'
import { wallTime } from '#server/domains/availability/wall-clock.ts'
import { callerOf, makeUser, TestClock, testCtx } from '#tests/support/context.ts'
import { testDatabase } from '#tests/support/database.ts'
import { makeWorld } from '#tests/support/world.ts'

const database = testDatabase()
const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7]

async function setting(now = '2027-02-10T12:00:00Z') {
  const world = await makeWorld(database(), { models: 1 })
  const modelId = world.models[0]?.id ?? ''
  const clock = new TestClock(now)
  const api = callerOf(database(), await makeUser(database(), 'OPS_MANAGER'), { clock })
  const ctx = testCtx(database(), systemActor('test'), { clock })
  const hours = (from: string, to: string) => ({ periods: EVERY_DAY.map((weekday) => ({ weekday, from, to })) })
  const rule = (from: string, to: string) =>
    api.availability.rules.create({ scope: 'model', modelId, kind: 'hours', config: hours(from, to) })
  const slots = () =>
    database().db.selectFrom('availability_slots').selectAll().where('model_id', '=', modelId).orderBy('starts_at').execute()
  return { world, modelId, clock, api, ctx, rule, hours, slots, run: () => materialise(ctx, { modelId }) }
}

describe('recurring hours in the calendar', () => {
  test('reach three months ahead, through the night clocks change, and a second run finds nothing to do', async () => {
    const { rule, slots, run } = await setting()
    await rule('22:00', '04:00')
    expect(await run()).toBe(1)
    const made = await slots()
    expect(made.length).toBe(94)
    for (const slot of made) {
      expect(slot.source).toBe('automation')
      expect(wallTime('Europe/London', slot.starts_at.getTime()).minute).toBe(22 * 60)
      expect(wallTime('Europe/London', slot.ends_at.getTime()).minute).toBe(4 * 60)
    }
    // 2027-03-27: the night is an hour shorter.
    const short = made.filter((slot) => slot.ends_at.getTime() - slot.starts_at.getTime() === 5 * 3_600_000)
    expect(short.map((slot) => slot.starts_at.toISOString())).toEqual(['2027-03-27T22:00:00.000Z'])
    expect(await run()).toBe(0)
    expect((await slots()).map((slot) => slot.id)).toEqual(made.map((slot) => slot.id))
  })

  test('run twice at once are written once', async () => {
    const { rule, slots, run } = await setting()
    await rule('10:00', '18:00')
    const changed = await Promise.all([run(), run(), run(), run()])
    expect(changed.reduce((sum, one) => sum + one, 0)).toBe(1)
    expect(await slots()).toHaveLength(94)
  })

  test('move with the day, keep what is past, and go when the rule goes or the model is suspended', async () => {
    const { rule, slots, run, clock, api, modelId } = await setting()
    const made = await rule('10:00', '18:00')
    await run()
    const first = (await slots())[0]
    clock.set('2027-03-10T12:00:00Z')
    expect(await run()).toBe(1)
    const later = await slots()
    expect(later[0]?.id).toBe(first?.id)
    expect(later).toHaveLength(94 + 28)
    await api.availability.rules.update({ id: made.id, active: false })
    await run()
    expect((await slots()).every((slot) => slot.starts_at < clock.now())).toBe(true)
    await api.availability.rules.update({ id: made.id, active: true })
    await run()
    await api.models.setStatus({ id: modelId, newStatus: 'suspended', reason: 'Pause' })
    await run()
    expect((await slots()).every((slot) => slot.starts_at < clock.now())).toBe(true)
  })

  test('around the clock are one slot a day', async () => {
    const { rule, slots, run } = await setting()
    await rule('00:00', '24:00')
    await run()
    const made = await slots()
    expect(made.every((slot) => wallTime('Europe/London', slot.starts_at.getTime()).minute === 0)).toBe(true)
    expect(made.map((slot) => slot.ends_at.getTime() - slot.starts_at.getTime()).filter((ms) => ms !== 86_400_000)).toEqual([
      23 * 3_600_000,
    ])
  })

  test('changed by hand stay changed: an exception keeps the rule away', async () => {
    const { rule, slots, run, api, modelId } = await setting()
    await rule('10:00', '18:00')
    await run()
    const [moved, removed] = (await slots()).filter((slot) => slot.starts_at >= new Date('2027-02-20T00:00:00Z'))
    if (!moved || !removed) throw new Error('no slots')
    await api.availability.slots.update({ id: moved.id, start: '2027-02-20T12:00:00Z', end: '2027-02-20T20:00:00Z' })
    const gone = await api.availability.slots.delete({ id: removed.id })
    await run()
    const around = (await slots()).filter(
      (slot) => slot.starts_at > new Date('2027-02-20T00:00Z') && slot.starts_at < new Date('2027-02-22T00:00Z'),
    )
    expect(around).toMatchObject([{ id: moved.id, source: 'manual', starts_at: new Date('2027-02-20T12:00:00Z') }])
    const ask = async (start: string, end: string) =>
      (await api.availability.why({ modelId, start, end })).reasons.map((reason) => reason.rule)
    expect(await ask('2027-02-20T10:00:00Z', '2027-02-20T11:00:00Z')).toEqual(['exception'])
    expect(await ask('2027-02-20T18:30:00Z', '2027-02-20T19:30:00Z')).toEqual([])
    expect(await ask('2027-02-21T12:00:00Z', '2027-02-21T13:00:00Z')).toEqual(['exception'])
    await api.availability.exceptions.delete({ id: gone.exceptionId ?? '' })
    await run()
    expect(await ask('2027-02-21T12:00:00Z', '2027-02-21T13:00:00Z')).toEqual([])
  })

  test('say the same as the rules do when they are asked', async () => {
    const { rule, slots, run, api, modelId } = await setting()
    await rule('09:30', '01:15')
    await api.availability.exceptions.create({ modelId, day: '2027-03-28', opens: false, from: '00:30', to: '12:00' })
    await api.availability.exceptions.create({ modelId, day: '2027-03-29', opens: true, from: '03:00', to: '05:00' })
    await run()
    const window = { from: new Date('2027-03-26T00:00:00Z'), to: new Date('2027-03-31T00:00:00Z') }
    const facts = (await loadTimeFacts(database().db, [modelId], window)).get(modelId)
    const written = (await slots()).map((slot) => ({ from: slot.starts_at.getTime(), to: slot.ends_at.getTime() }))
    const inside = (facts?.coverage.open ?? []).filter(
      (span) => span.from >= window.from.getTime() && span.to <= window.to.getTime(),
    )
    expect(inside.length).toBeGreaterThan(4)
    for (const span of inside) expect(written).toContainEqual(span)
  })
})
