import { describe, expect, test } from 'vitest'
import { systemActor } from '#server/context.ts'
import { testCtx } from '#tests/support/context.ts'
import { testDatabase } from '#tests/support/database.ts'
import { item, makeDesk } from '#tests/support/desk.ts'
import { relayAll } from '#tests/support/events.ts'
import { makeWorld } from '#tests/support/world.ts'
import { HANDLERS } from '#workers/tasks/index.ts'

const database = testDatabase()
const attempt = { jobId: '1', number: 1, of: 1, signal: new AbortController().signal }

async function desk() {
  const made = await makeDesk(database())
  const { db, clock } = made
  const ctx = () => testCtx(db, systemActor('a job'), { clock, via: 'job' })
  /** The timer of an item fires at this moment of the test's clock. */
  const tick = (it: { kind: 'task' | 'exception'; id: string }) => HANDLERS['work-clock'](ctx(), item(it), attempt)
  const sweep = () => HANDLERS['work-sweep'](ctx(), {}, attempt)
  const timerOf = async ({ kind, id }: { kind: string; id: string }) => {
    await relayAll(db)
    const { rows } = await db.pool.query<{ run_at: Date }>('select run_at from graphile_worker.jobs where key = $1', [
      `${kind}:${id}:clock`,
    ])
    return rows[0]?.run_at.toISOString()
  }
  /** Brings every event to the consumer, as its jobs would. */
  const deliver = async () => {
    await relayAll(db)
    const { rows } = await db.pool.query<{ id: string }>(
      `select payload -> 'data' ->> 'eventId' as id from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
       where t.identifier = 'work-wake'`,
    )
    for (const { id } of rows) await HANDLERS['work-wake'](ctx(), { eventId: id }, attempt)
  }
  const events = async (id: string) =>
    (await db.db.selectFrom('domain_events').select('type').where('entity_id', '=', id).orderBy('position').execute()).map(
      (row) => row.type,
    )
  return { ...made, tick, sweep, timerOf, deliver, events }
}

const minutes = (n: number) => new Date(Date.UTC(2026, 10, 21, 12, n)).toISOString()

describe('the clock of an item', () => {
  test('warns before its deadline and says when it is missed, each once, also when it fires twice or late', async () => {
    const { clock, task, tick, sweep, timerOf, events } = await desk()
    const it = await task({ priority: 'high' })
    expect(await timerOf(it)).toBe(minutes(48))
    await tick(it)
    expect(await events(it.id)).toEqual(['task.created'])
    clock.advance(48)
    await Promise.all([tick(it), tick(it), tick(it)])
    expect(await events(it.id)).toEqual(['task.created', 'task.sla_warning'])
    expect(await timerOf(it)).toBe(minutes(60))
    clock.advance(12)
    await Promise.all([tick(it), sweep(), tick(it)])
    await sweep()
    expect(await events(it.id)).toEqual(['task.created', 'task.sla_warning', 'task.sla_breached'])
    expect(await timerOf(it)).toBeUndefined()
  })

  test('after an outage says only that the deadline was missed', async () => {
    const { clock, exception, sweep, events } = await desk()
    const it = await exception()
    clock.advance(600)
    await sweep()
    expect(await events(it.id)).toEqual(['exception.created', 'exception.sla_breached'])
  })

  test('is set anew when the deadline moves, and stopped when the work is done', async () => {
    const { as, clock, task, tick, timerOf, events } = await desk()
    const it = await task({ priority: 'high' })
    await as().actionCenter.act({ ...item(it), action: 'edit', slaDeadlineAt: minutes(20) })
    expect(await timerOf(it)).toBe(minutes(16))
    clock.advance(20)
    await tick(it)
    expect((await events(it.id)).at(-1)).toBe('task.sla_breached')
    const later = await as().actionCenter.act({ ...item(it), action: 'edit', slaDeadlineAt: minutes(120) })
    expect(later.item?.breached).toBe(false)
    expect(await timerOf(it)).toBe(minutes(100))
    const done = await as().actionCenter.act({ ...item(it), action: 'move', to: 'done', through: true })
    expect(await timerOf(it)).toBeUndefined()
    await as().actionCenter.undo({ id: done.undo?.id ?? '' })
    expect(await timerOf(it)).toBe(minutes(100))
  })

  test('a level that rises is due sooner, one that falls later', async () => {
    const { as, task } = await desk()
    const it = await task({ priority: 'normal' })
    const due = async (priority: 'critical' | 'low') =>
      (await as().actionCenter.act({ ...item(it), action: 'edit', priority })).item?.slaDeadlineAt
    expect(await due('critical')).toBe(minutes(30))
    expect(await due('low')).toBe(minutes(1_440))
  })
})

describe('what is put aside', () => {
  test('leaves everybody’s list and its counts until its time, and says why it is back', async () => {
    const { as, clock, olivia, oscar, task, tick, timerOf } = await desk()
    const it = await task({ priority: 'low' })
    const before = (await as(oscar).actionCenter.list({})).counts
    const rests = await as(olivia).actionCenter.act({ ...item(it), action: 'snooze', until: minutes(30) })
    expect(rests.item?.snooze).toMatchObject({ until: minutes(30), by: { name: 'Olivia' } })
    expect(await timerOf(it)).toBe(minutes(30))
    const list = await as(oscar).actionCenter.list({})
    expect(list.items.map((one) => one.id)).not.toContain(it.id)
    expect(list.counts).toEqual({ ...before, normal: before.normal - 1, snoozed: before.snoozed + 1 })
    expect((await as(oscar).actionCenter.list({ snoozed: 'true' })).items.map((one) => one.id)).toEqual([it.id])
    clock.advance(30)
    await tick(it)
    const back = (await as(oscar).actionCenter.list({})).items.find((one) => one.id === it.id)
    expect(back).toMatchObject({ snooze: null, returned: { because: 'The time it was put aside for is over', at: minutes(30) } })
    expect((await as(oscar).actionCenter.list({})).counts).toEqual(before)
  })

  test('is back when what it is about changes its status, gets a note, or anything happens to it: whichever was asked', async () => {
    const { as, db, deliver, clock } = await desk()
    const world = await makeWorld(db)
    const about = async () =>
      (
        await as().bookings.create({
          clientId: world.client.id,
          modelId: world.models[0]?.id ?? '',
          location: world.location.slug,
          start: '2026-12-25T19:00:00Z',
          end: '2026-12-25T21:00:00Z',
        })
      ).id
    const happen = {
      status: (id: string) => as().bookings.setStatus({ id, newStatus: 'cancelled' }),
      note: (id: string) => as().bookings.addNote({ id, body: 'rang' }),
      any: (id: string) => as().bookings.update({ id, internalNotes: 'late' }),
    }
    const wakes = { status: ['status', 'any'], note: ['any', 'note'], any: ['any'] } as const
    for (const [what, woken] of Object.entries(wakes)) {
      const entityId = await about()
      const asleep = new Map<string, string>()
      for (const event of ['status', 'note', 'any'] as const) {
        const { id } = await as().tasks.create({ subject: event, priority: 'low', entityType: 'booking', entityId })
        await as().actionCenter.act({ kind: 'task', id, action: 'snooze', event })
        asleep.set(id, event)
      }
      clock.advance(0.1)
      await happen[what as keyof typeof happen](entityId)
      await deliver()
      const up: string[] = []
      for (const [id, event] of asleep) {
        const one = await as().actionCenter.item({ kind: 'task', id })
        if (one.snooze === null) up.push(event)
        if (one.snooze === null) expect(one.returned?.because).toMatch(/^B-\d+ (is cancelled now|has a new note|was changed)$/)
      }
      expect(`${what}: ${up.sort().join()}`).toBe(`${what}: ${[...woken].sort().join()}`)
    }
  })

  test('until a note is back at the note; until its time is back sooner when its deadline passes', async () => {
    const { as, clock, olivia, task, tick } = await desk()
    const it = await task({ priority: 'high' })
    await as(olivia).actionCenter.act({ ...item(it), action: 'snooze', event: 'note' })
    await as().actionCenter.act({ ...item(it), action: 'note', body: 'She rang' })
    expect(await as().actionCenter.item(item(it))).toMatchObject({ snooze: null, returned: { because: 'Mona added a note' } })
    await as(olivia).actionCenter.act({ ...item(it), action: 'snooze', until: minutes(600) })
    clock.advance(60)
    await tick(it)
    const back = await as().actionCenter.item(item(it))
    expect(back).toMatchObject({ snooze: null, breached: true, returned: { because: 'Its deadline passed' } })
    await expect(as(olivia).actionCenter.act({ ...item(it), action: 'snooze', until: minutes(600) })).rejects.toMatchObject({
      cause: { code: 'conflict', message: expect.stringContaining('Its deadline has passed') },
    })
    expect(back.actions.find((one) => one.action === 'snooze')?.refusedBy?.rule).toBe('deadlineAhead')
  })

  test('in a race with its deadline is on the list in the end, whoever comes first', async () => {
    const { as, clock, olivia, task, tick } = await desk()
    for (let round = 0; round < 5; round++) {
      const it = await task({ priority: 'critical' })
      clock.advance(30)
      const [put] = await Promise.allSettled([
        as(olivia).actionCenter.act({ ...item(it), action: 'snooze', event: 'note' }),
        tick(it),
        tick(it),
      ])
      expect(put.status).toBe('rejected')
      expect(await as().actionCenter.item(item(it))).toMatchObject({ snooze: null, breached: true })
    }
  })

  test('needs a time ahead or something that can happen', async () => {
    const { as, task } = await desk()
    const it = await task()
    const put = (how: { until?: string; event?: 'status' }) => as().actionCenter.act({ ...item(it), action: 'snooze', ...how })
    for (const how of [{}, { until: minutes(-5) }, { until: '2027-11-21T12:00:00Z' }, { event: 'status' as const }])
      await expect(put(how)).rejects.toMatchObject({ cause: { code: 'invalid' } })
  })
})

describe('a claim', () => {
  test('lapses after a while without a sign of its holder, says so, and is everybody’s again', async () => {
    const { as, clock, olivia, oscar, task, tick, sweep, timerOf, events } = await desk()
    const it = await task({ priority: 'low' })
    await as(olivia).actionCenter.act({ ...item(it), action: 'claim' })
    expect(await timerOf(it)).toBe(minutes(15))
    clock.advance(10)
    await as(olivia).actionCenter.presence({ ...item(it), mode: 'viewing' })
    clock.advance(5)
    await tick(it)
    expect((await as(olivia).actionCenter.item(item(it))).assignee?.id).toBe(olivia.id)
    clock.advance(10)
    await sweep()
    const free = await as(oscar).actionCenter.item(item(it))
    expect(free).toMatchObject({ assignee: null, returned: { because: 'It was claimed, and nothing happened for a while' } })
    expect((await events(it.id)).at(-1)).toBe('task.updated')
  })

  test('does not lapse once its work has begun, nor when someone was given it', async () => {
    const { as, clock, olivia, task, sweep } = await desk()
    const [begun, given] = [await task({ priority: 'low' }), await task({ priority: 'low' })]
    await as(olivia).actionCenter.act({ ...item(begun), action: 'claim' })
    await as(olivia).actionCenter.act({ ...item(begun), action: 'move', to: 'in_progress' })
    await as().actionCenter.act({ ...item(given), action: 'assign', userId: olivia.id })
    clock.advance(60)
    await sweep()
    for (const it of [begun, given]) expect((await as().actionCenter.item(item(it))).assignee?.id).toBe(olivia.id)
  })
})
