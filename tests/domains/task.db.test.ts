import { describe, expect, test } from 'vitest'
import { systemActor } from '#server/context.ts'
import { createTask } from '#server/domains/tasks/index.ts'
import { transact } from '#server/transact.ts'
import { callerOf, makeUser, TestClock, testCtx } from '#tests/support/context.ts'
import { testDatabase } from '#tests/support/database.ts'
import { makeWorld } from '#tests/support/world.ts'

const database = testDatabase()

async function setting() {
  const db = database()
  const clock = new TestClock()
  const [manager, olivia, oscar, reader] = await Promise.all([
    makeUser(db, 'OPS_MANAGER', 'Mona'),
    makeUser(db, 'OPERATOR', 'Olivia'),
    makeUser(db, 'OPERATOR', 'Oscar'),
    makeUser(db, 'READ_ONLY', 'Rhea'),
  ])
  const as = (actor = manager) => callerOf(db, actor, { clock })
  return { db, clock, manager, olivia, oscar, reader, as }
}

describe('a task', () => {
  test('gets the deadline of its type and priority, else the default one', async () => {
    const { db, clock, as } = await setting()
    const ctx = testCtx(db, systemActor('reactions'), { clock })
    const { id } = await transact(ctx, (tx) => createTask(tx, { type: 'review_inquiry', subject: 'Look', priority: 'high' }))
    const other = await transact(ctx, (tx) => createTask(tx, { type: 'call_back', subject: 'Call', priority: 'high' }))
    expect((await as().tasks.get({ id })).slaDeadlineAt).toBe('2026-11-21T12:30:00.000Z')
    expect((await as().tasks.get({ id: other.id })).slaDeadlineAt).toBe('2026-11-21T13:00:00.000Z')
  })

  test('with one dedupe key is one task, however many ask at once, until it is finished', async () => {
    const { db, clock, as } = await setting()
    const ctx = testCtx(db, systemActor('reactions'), { clock })
    const ask = () =>
      transact(ctx, (tx) => createTask(tx, { type: 'call_back', subject: 'Call', priority: 'normal', dedupeKey: 'once' }))
    const made = await Promise.all(Array.from({ length: 12 }, ask))
    expect(new Set(made.map((task) => task.id)).size).toBe(1)
    const id = made[0]?.id ?? ''
    expect((await db.db.selectFrom('audit_log').select('id').where('entity_id', '=', id).execute()).length).toBe(1)
    await as().tasks.setStatus({ id, newStatus: 'cancelled' })
    expect((await ask()).id).not.toBe(id)
  })

  test('claimed by two at once goes to one; the other is told who has it', async () => {
    const { as, olivia, oscar } = await setting()
    const { id } = await as().tasks.create({ subject: 'Call back' })
    const claims = await Promise.allSettled([
      as(olivia).tasks.assign({ id, userId: olivia.id }),
      as(oscar).tasks.assign({ id, userId: oscar.id }),
    ])
    expect(claims.filter((claim) => claim.status === 'fulfilled')).toHaveLength(1)
    const lost = claims.find((claim) => claim.status === 'rejected')
    const winner = claims[0]?.status === 'fulfilled' ? olivia : oscar
    expect(lost?.reason).toMatchObject({ cause: { code: 'conflict', message: `${winner.name} has this already.` } })
  })

  test('that is someone else’s looks like one that does not exist, to read and to change', async () => {
    const { as, clock, olivia, oscar } = await setting()
    const { id } = await as().tasks.create({ subject: 'Hers', assigneeId: olivia.id })
    const unknown = '01931e3c-0000-7000-8000-000000000000'
    clock.advance(60)
    const calls = [
      (task: string) => as(oscar).tasks.get({ id: task }),
      (task: string) => as(oscar).tasks.setStatus({ id: task, newStatus: 'in_progress' }),
      (task: string) => as(oscar).tasks.assign({ id: task, userId: oscar.id }),
      (task: string) => as(oscar).tasks.addNote({ id: task, body: 'mine now' }),
    ]
    for (const call of calls) {
      const [foreign, nothing] = await Promise.all(
        [call(id), call(unknown)].map((answer) => answer.catch((error: unknown) => error)),
      )
      expect(foreign).toMatchObject({ cause: { code: 'not_found' } })
      expect((foreign as Error).message).toBe((nothing as Error).message)
    }
    const list = await as(oscar).tasks.list({})
    expect(list.items.map((task) => task.id)).not.toContain(id)
    expect((await as(olivia).tasks.list({ assignedTo: 'me' })).items.map((task) => task.id)).toContain(id)
  })

  test('is started by who takes it, released to nobody, and finished for good', async () => {
    const { as, olivia } = await setting()
    const { id } = await as().tasks.create({ subject: 'Call back' })
    const started = await as(olivia).tasks.setStatus({ id, newStatus: 'in_progress' })
    expect(started.task.assignee?.id).toBe(olivia.id)
    expect(started.transition).toMatchObject({ from: 'open', to: 'in_progress', by: 'Olivia' })
    const released = await as(olivia).tasks.setStatus({ id, newStatus: 'open' })
    expect(released.task.assignee).toBeNull()
    await as(olivia).tasks.setStatus({ id, newStatus: 'in_progress' })
    const done = await as(olivia).tasks.setStatus({ id, newStatus: 'done', reason: 'reached her' })
    expect(done.task).toMatchObject({ status: 'done', possible: [], statusReason: 'reached her' })
    await expect(as(olivia).tasks.setStatus({ id, newStatus: 'open' })).rejects.toMatchObject({
      cause: { code: 'transition_refused', facts: { possible: [] } },
    })
  })

  test('is assigned to others only by who may, and only to who could see it', async () => {
    const { db, as, olivia, oscar } = await setting()
    const finance = await makeUser(db, 'FINANCE')
    const { id } = await as().tasks.create({ subject: 'Call back' })
    await expect(as(olivia).tasks.assign({ id, userId: oscar.id })).rejects.toMatchObject({ cause: { code: 'forbidden' } })
    await expect(as().tasks.assign({ id, userId: finance.id })).rejects.toMatchObject({ cause: { code: 'invalid' } })
    const given = await as().tasks.assign({ id, userId: oscar.id })
    expect(given.assignee).toEqual({ id: oscar.id, name: 'Oscar' })
    await expect(as().tasks.assign({ id, userId: null, version: 1 })).rejects.toMatchObject({
      cause: { code: 'stale_write', facts: { currentVersion: 2 } },
    })
  })

  test('can only be about what its maker may see', async () => {
    const { db, as, olivia, oscar } = await setting()
    const world = await makeWorld(db)
    const booking = await as().bookings.create({
      clientId: world.client.id,
      modelId: world.models[0]?.id ?? '',
      location: world.location.slug,
      start: '2026-12-25T19:00:00Z',
      end: '2026-12-25T21:00:00Z',
    })
    await as().bookings.assign({ id: booking.id, userId: olivia.id })
    const about = { subject: 'Ask', entityType: 'booking' as const, entityId: booking.id }
    const task = await as(olivia).tasks.create(about)
    expect(task.entity).toEqual({ type: 'booking', id: booking.id, ref: booking.ref })
    expect(task.client?.id).toBe(world.client.id)
    await expect(as(oscar).tasks.create(about)).rejects.toMatchObject({ cause: { code: 'invalid' } })
  })

  test('shows who may see no personal data neither its words nor its notes, and lets them change nothing', async () => {
    const { as, reader } = await setting()
    const { id } = await as().tasks.create({ subject: 'Ring Jane on +447700900123', details: 'jane@example.com' })
    await as().tasks.addNote({ id, body: 'Jane was out' })
    const seen = await as(reader).tasks.get({ id })
    expect(JSON.stringify(seen)).not.toMatch(/Jane|7700900|example\.com/i)
    expect(seen.possible).toEqual([])
    await expect(as(reader).tasks.setStatus({ id, newStatus: 'in_progress' })).rejects.toMatchObject({
      cause: { code: 'forbidden' },
    })
    expect((await as(reader).tasks.list({ q: 'jane' })).items).toEqual([])
  })
})
