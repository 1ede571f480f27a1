import { describe, expect, test } from 'vitest'
import { transact } from '#server/transact.ts'
import { callerOf, makeUser, TestClock, testCtx } from '#tests/support/context.ts'
import { type TestDatabase, testDatabase } from '#tests/support/database.ts'
import { relayAll } from '#tests/support/events.ts'
import { makeWorld } from '#tests/support/world.ts'
import { openEnvelope } from '#workers/enqueue.ts'
import { jobContext, runnable } from '#workers/run-task.ts'
import type { Attempt } from '#workers/task.ts'
import { HANDLERS } from '#workers/tasks/index.ts'

const database = testDatabase()
const attempt: Attempt = { jobId: '1', number: 1, of: 3, signal: new AbortController().signal }

async function setting() {
  const db = database()
  const world = await makeWorld(db)
  const clock = new TestClock()
  const manager = await makeUser(db, 'OPS_MANAGER')
  const as = () => callerOf(db, manager, { clock })
  const ctx = testCtx(db, undefined, { clock })
  const inquire = () =>
    as().inquiries.receive({
      source: 'phone',
      client: { name: 'Ann Lee', email: `ann.${Math.random().toString(36).slice(2)}@example.com` },
      message: 'Dinner for two',
      location: world.location.slug,
      priority: 'high',
    })
  const hold = async () => {
    const wish = { clientId: world.client.id, modelId: world.models[0]?.id ?? '', location: world.location.slug }
    const { id } = await as().bookings.create({
      ...wish,
      start: '2026-12-25T19:00:00Z',
      end: '2026-12-25T21:00:00Z',
      depositRequired: { amount: 5_000, currency: 'GBP' },
    })
    await as().bookings.setStatus({ id, newStatus: 'pending' })
    return id
  }
  return { db, world, clock, as, ctx, inquire, hold }
}

/** Relays, then runs every event job there is, twice: a delivery may repeat. */
async function settle(db: TestDatabase, clock: TestClock): Promise<void> {
  await relayAll(db)
  const { rows } = await db.pool.query<{ id: string; payload: unknown }>(
    `select j.id, p.payload from graphile_worker.jobs j join graphile_worker._private_jobs p using (id)
     where j.task_identifier = 'event-react' order by id`,
  )
  for (const row of [...rows, ...rows]) {
    const { causeId, depth, data } = openEnvelope(row.payload)
    const ctx = jobContext(testCtx(db, undefined, { clock }), 'event-react', String(row.id), { causeId, depth })
    await HANDLERS['event-react'](ctx, data as { eventId: string }, attempt)
  }
  await db.pool.query(
    'select graphile_worker.complete_jobs(array(select id from graphile_worker.jobs where task_identifier = $1))',
    ['event-react'],
  )
}

async function timer(db: TestDatabase, key: string): Promise<Date | undefined> {
  const { rows } = await db.pool.query<{ run_at: Date }>('select run_at from graphile_worker.jobs where key = $1', [key])
  return rows[0]?.run_at
}

async function tasksOf(db: TestDatabase, entityId: string) {
  return db.db
    .selectFrom('tasks')
    .select(['type', 'priority', 'status', 'entity_ref', 'client_id', 'sla_deadline_at', 'created_at'])
    .where('entity_id', '=', entityId)
    .orderBy('created_at')
    .execute()
}

describe('a new inquiry', () => {
  test('becomes one review task with the deadline of its priority, in the name of the reaction and with its cause', async () => {
    const { db, clock, inquire } = await setting()
    const inquiry = await inquire()
    await settle(db, clock)
    const tasks = await tasksOf(db, inquiry.id)
    expect(tasks).toMatchObject([{ type: 'review_inquiry', priority: 'high', status: 'open', entity_ref: inquiry.ref }])
    expect(tasks[0]?.sla_deadline_at).toEqual(new Date(clock.now().getTime() + 30 * 60_000))
    const { rows } = await db.pool.query(
      `select a.actor_kind, a.actor_name, a.via, e.type as cause from audit_log a join domain_events e on e.id = a.cause_id
       where a.action = 'task.created' and a.after->>'entityId' = $1`,
      [inquiry.id],
    )
    expect(rows).toEqual([{ actor_kind: 'system', actor_name: 'review new inquiry', via: 'job', cause: 'inquiry.created' }])
  })

  test('that is dealt with closes its review task by itself, in the name of the reaction', async () => {
    const { db, clock, as, inquire } = await setting()
    const inquiry = await inquire()
    await settle(db, clock)
    await as().inquiries.setStatus({ id: inquiry.id, newStatus: 'qualified' })
    await settle(db, clock)
    expect(await tasksOf(db, inquiry.id)).toMatchObject([{ type: 'review_inquiry', status: 'done' }])
  })

  test('that was dealt with before the reaction ran makes no task', async () => {
    const { db, clock, as, inquire } = await setting()
    const inquiry = await inquire()
    await as().inquiries.setStatus({ id: inquiry.id, newStatus: 'spam' })
    await settle(db, clock)
    expect(await tasksOf(db, inquiry.id)).toEqual([])
  })

  test('that nobody answers for two days makes a task; answered, its timer is gone and even a late one is silent', async () => {
    const { db, clock, as, ctx, inquire } = await setting()
    const [waiting, answered] = [await inquire(), await inquire()]
    await settle(db, clock)
    const due = new Date(clock.now().getTime() + 48 * 3_600_000)
    expect(await timer(db, `inquiry:${waiting.id}:unanswered`)).toEqual(due)
    await as().inquiries.setStatus({ id: answered.id, newStatus: 'spam' })
    await settle(db, clock)
    expect(await timer(db, `inquiry:${answered.id}:unanswered`)).toBeUndefined()
    for (const { id } of [waiting, answered, waiting]) await HANDLERS['inquiry-check-unanswered'](ctx, { inquiryId: id }, attempt)
    expect((await tasksOf(db, waiting.id)).map((task) => task.type)).toEqual(['review_inquiry', 'inquiry_unanswered'])
    expect((await tasksOf(db, answered.id)).map((task) => task.type)).toEqual(['review_inquiry'])
  })
})

describe('a booking', () => {
  test('that is pending for a day makes a task', async () => {
    const { db, clock, ctx, hold } = await setting()
    const id = await hold()
    await settle(db, clock)
    expect(await timer(db, `booking:${id}:pending`)).toEqual(new Date(clock.now().getTime() + 24 * 3_600_000))
    await HANDLERS['booking-check-pending'](ctx, { bookingId: id }, attempt)
    await HANDLERS['booking-check-pending'](ctx, { bookingId: id }, attempt)
    expect((await tasksOf(db, id)).map((task) => task.type)).toEqual(['booking_pending'])
  })

  test('held and not paid expires at its deadline, frees its time and says so in the Action Center, once', async () => {
    const { db, clock, as, ctx, hold } = await setting()
    const id = await hold()
    const { booking } = await as().bookings.setStatus({ id, newStatus: 'deposit_required' })
    await settle(db, clock)
    const deadline = new Date(booking.depositDeadline ?? 0)
    expect(await timer(db, `booking:${id}:hold`)).toEqual(deadline)
    expect(await timer(db, `booking:${id}:pending`)).toBeDefined()

    // A timer that comes a moment too early sets itself again.
    clock.set(new Date(deadline.getTime() - 100))
    await HANDLERS['booking-expire-hold'](ctx, { bookingId: id }, attempt)
    expect((await as().bookings.get({ id })).status).toBe('deposit_required')
    expect((await timer(db, `booking:${id}:hold`))?.getTime()).toBeGreaterThanOrEqual(deadline.getTime())

    clock.set(deadline)
    await HANDLERS['booking-expire-hold'](ctx, { bookingId: id }, attempt)
    await HANDLERS['booking-expire-hold'](ctx, { bookingId: id }, attempt)
    await settle(db, clock)
    expect((await as().bookings.get({ id })).status).toBe('expired')
    const exceptions = await db.db
      .selectFrom('exceptions')
      .select(['type', 'severity', 'status', 'occurrences', 'entity_ref'])
      .where('entity_id', '=', id)
      .execute()
    expect(exceptions).toEqual([
      { type: 'hold_expired', severity: 'medium', status: 'open', occurrences: 1, entity_ref: booking.ref },
    ])
    expect(await timer(db, `booking:${id}:hold`)).toBeUndefined()
    expect(await timer(db, `booking:${id}:pending`)).toBeUndefined()
  })

  test('whose timer was lost is expired by the sweep of the minute', async () => {
    const { db, clock, as, ctx, hold } = await setting()
    const id = await hold()
    await as().bookings.setStatus({ id, newStatus: 'deposit_required' })
    await HANDLERS['bookings-expire-holds'](ctx, {}, attempt)
    expect((await as().bookings.get({ id })).status).toBe('deposit_required')
    clock.advance(24 * 60)
    await HANDLERS['bookings-expire-holds'](ctx, {}, attempt)
    expect((await as().bookings.get({ id })).status).toBe('expired')
    await settle(db, clock)
  })
})

describe('cleaning up', () => {
  test('removes what has had its time and keeps what was consumed, is recent or is not relayed', async () => {
    const { db, clock, ctx } = await setting()
    await relayAll(db)
    const old = new Date(clock.now().getTime() - 31 * 24 * 3_600_000)
    const event = (id: string, relayedAt: Date | null) =>
      db.pool.query(
        `insert into domain_events (id, seq, type, entity_type, entity_id, occurred_at, relayed_at)
         values ($1, case when $2::timestamptz is null then null else nextval('domain_event_seq') end, 'user.updated', 'user', $1, $3, $2)`,
        [id, relayedAt, old],
      )
    const [gone, consumed, recent, waiting] = Array.from({ length: 4 }, () => ctx.ids.next())
    // The oldest stand first in seq, as they do in life.
    await db.pool.query('delete from consumed_events')
    await db.pool.query('delete from domain_events')
    for (const id of [gone, consumed]) await event(id ?? '', old)
    await event(recent ?? '', clock.now())
    await event(waiting ?? '', null)
    await transact(ctx, (tx) =>
      tx.run(tx.db.insertInto('consumed_events').values({ consumer: 'test', event_id: consumed ?? '', consumed_at: tx.now })),
    )
    const key = (name: string, hours: number) =>
      db.db
        .insertInto('idempotency_keys')
        .values({
          scope: 's',
          key: name,
          operation: 'o',
          input_hash: 'h',
          owner: ctx.ids.next(),
          state: 'done',
          created_at: new Date(clock.now().getTime() - hours * 3_600_000),
          locked_until: clock.now(),
        })
        .execute()
    await key('old', 73)
    await key('young', 71)
    await runnable(ctx, 'records-clean-up', HANDLERS)({}, { job: { id: '1', attempts: 1, max_attempts: 2, key: null } } as never)
    const events = await db.db.selectFrom('domain_events').select('id').execute()
    expect(events.map((row) => row.id).sort()).toEqual([consumed, recent, waiting].sort())
    const keys = await db.db.selectFrom('idempotency_keys').select('key').where('scope', '=', 's').execute()
    expect(keys).toEqual([{ key: 'young' }])
  })
})
