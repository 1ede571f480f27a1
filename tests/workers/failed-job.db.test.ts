import type { JobHelpers } from 'graphile-worker'
import { describe, expect, test } from 'vitest'
import { createSecretBox } from '#server/auth/secret-box.ts'
import { systemClock } from '#server/context.ts'
import { callerOf, makeUser, TEST_SECRET, testCtx } from '#tests/support/context.ts'
import { createTestDatabase, type TestDatabase, testDatabase } from '#tests/support/database.ts'
import { silent, until } from '#tests/support/events.ts'
import { enqueue } from '#workers/enqueue.ts'
import { findUnreported } from '#workers/free-jobs.ts'
import { type JobBase, runnable } from '#workers/run-task.ts'
import { startRunner } from '#workers/runner.ts'
import type { Handlers } from '#workers/task.ts'
import { HANDLERS } from '#workers/tasks/index.ts'

const database = testDatabase()

function base(db: TestDatabase): JobBase {
  return { ...testCtx(db), clock: systemClock, log: silent }
}

function attempt(number: number, of: number, id = 9_001): JobHelpers {
  // What run-task reads of graphile-worker's helpers.
  return { job: { id: String(id), attempts: number, max_attempts: of, key: null } } as JobHelpers
}

function withHandler(handler: Handlers['records-clean-up']): Handlers {
  return { ...HANDLERS, 'records-clean-up': handler }
}

async function exceptions(db: TestDatabase) {
  return db.db
    .selectFrom('exceptions')
    .select(['type', 'severity', 'status', 'summary', 'details', 'occurrences', 'entity_ref'])
    .where('type', '=', 'job_failed')
    .execute()
}

describe('a job that fails', () => {
  test('is silent while it has tries left, and one exception when it has none, however often it fails again', async () => {
    const db = database()
    const failing = withHandler(async () => {
      throw new Error('the disk is full')
    })
    const run = runnable(base(db), 'records-clean-up', failing)
    await expect(run({}, attempt(1, 2))).rejects.toThrow('the disk is full')
    expect(await exceptions(db)).toEqual([])
    await expect(run({}, attempt(2, 2))).rejects.toThrow('the disk is full')
    await expect(run({}, attempt(2, 2))).rejects.toThrow('the disk is full')
    expect(await exceptions(db)).toMatchObject([
      {
        severity: 'high',
        status: 'open',
        entity_ref: '9001',
        occurrences: 2,
        details: { task: 'records-clean-up', error: 'Error: the disk is full' },
      },
    ])
  })

  test('fails when its time is up, and is told so', async () => {
    const db = database()
    let told: unknown
    const slow = withHandler(async (_ctx, _payload, { signal }) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      told = signal.reason
    })
    await expect(runnable(base(db), 'records-clean-up', slow, 20)({}, attempt(1, 2))).rejects.toThrow('longer than 0.02 s')
    expect(told).toBeInstanceOf(Error)
  })

  test('is not run with a payload that does not fit', async () => {
    const db = database()
    let ran = false
    const handlers: Handlers = {
      ...HANDLERS,
      async 'event-react'() {
        ran = true
      },
    }
    await expect(runnable(base(db), 'event-react', handlers)({ data: { eventId: 'none' } }, attempt(1, 5))).rejects.toThrow()
    expect(ran).toBe(false)
  })

  test('acts as the system, because of its event, one step further from the cause', async () => {
    const db = database()
    const seen: unknown[] = []
    const handlers = withHandler(async (ctx) => {
      seen.push([ctx.actor.kind, ctx.actor.name, ctx.via, ctx.causeId, ctx.depth])
    })
    const causeId = '0197a000-0000-7000-8000-000000000001'
    await runnable(base(db), 'records-clean-up', handlers)({ data: {}, causeId, depth: 3 }, attempt(1, 2))
    expect(seen).toEqual([['system', 'records-clean-up', 'job', causeId, 3]])
  })
})

describe('a job that was given up', () => {
  test('stands on the system page, is retried from there once, and leaves a trace', async () => {
    const db = await createTestDatabase()
    let broken = true
    let runs = 0
    const handlers = withHandler(async () => {
      runs += 1
      if (broken) throw new Error('no space for +447700900123')
    })
    const runner = await startRunner({
      queue: 'heavy',
      url: db.url,
      log: silent,
      handlers,
      appUrl: 'http://localhost',
      secrets: createSecretBox([TEST_SECRET]),
    })
    try {
      await enqueue(db.pool, [{ task: 'records-clean-up', payload: {} }])
      await until('given up', async () => (await exceptions(db)).length === 1, 15_000)
      expect(runs).toBe(2)
      const manager = callerOf(db, await makeUser(db, 'OPS_MANAGER'))
      await until('on the page', async () => (await manager.system.failedJobs({})).items.length === 1)
      const { items } = await manager.system.failedJobs({})
      expect(items[0]).toMatchObject({ task: 'records-clean-up', queue: 'heavy', attempts: 2, maxAttempts: 2 })
      expect(items[0]?.lastError).toContain('no space')
      const integrations = callerOf(db, await makeUser(db, 'INTEGRATIONS_ADMIN'))
      expect((await integrations.system.failedJobs({})).items[0]?.lastError).not.toContain('+447700900123')
      const { queues } = await manager.system.queues({})
      expect(queues.find((queue) => queue.name === 'heavy')).toMatchObject({ failed: 1, waiting: 0, running: 0 })

      const id = items[0]?.id ?? ''
      await expect(integrations.system.retryJob({ id })).rejects.toMatchObject({ cause: { code: 'forbidden' } })
      broken = false
      expect(await manager.system.retryJob({ id })).toEqual({ id, task: 'records-clean-up' })
      await until('done', async () =>
        (await manager.system.queues({})).queues.every((queue) => queue.failed + queue.waiting + queue.running === 0),
      )
      expect(runs).toBe(3)
      await expect(manager.system.retryJob({ id })).rejects.toMatchObject({ cause: { code: 'not_found' } })
      const trace = await db.db
        .selectFrom('audit_log')
        .select(['actor_kind', 'entity_ref'])
        .where('action', '=', 'job.retried')
        .execute()
      expect(trace).toEqual([{ actor_kind: 'user', entity_ref: id }])
      expect((await manager.system.health({})).workers).toMatchObject([{ kind: 'heavy', alive: true, pid: process.pid }])
    } finally {
      await runner.stop()
      await db.drop()
    }
  })

  test('is reported by the sweep when its process ended before it could', async () => {
    const db = database()
    await enqueue(db.pool, [{ task: 'records-clean-up', payload: {}, key: 'unreported' }])
    await db.pool.query(
      `select graphile_worker.permanently_fail_jobs(array(select id from graphile_worker.jobs where key = 'unreported'), 'lost')`,
    )
    expect(await findUnreported(db.pool)).toMatchObject([{ task: 'records-clean-up', key: 'unreported', error: 'lost' }])
  })

  test('is listed page by page, forward and back', async () => {
    const db = await createTestDatabase()
    try {
      await enqueue(
        db.pool,
        Array.from({ length: 5 }, () => ({ task: 'records-clean-up' as const, payload: {} })),
      )
      await db.pool.query(`select graphile_worker.permanently_fail_jobs(array(select id from graphile_worker.jobs), 'lost')`)
      const caller = callerOf(db, await makeUser(db, 'OWNER'))
      const first = await caller.system.failedJobs({ limit: 2 })
      const second = await caller.system.failedJobs({ limit: 2, cursor: first.nextCursor ?? '' })
      const third = await caller.system.failedJobs({ limit: 2, cursor: second.nextCursor ?? '' })
      expect([first, second, third].flatMap((page) => page.items.map((job) => job.id))).toEqual(['5', '4', '3', '2', '1'])
      expect([first.prevCursor, third.nextCursor]).toEqual([null, null])
      const back = await caller.system.failedJobs({ limit: 2, cursor: third.prevCursor ?? '' })
      expect(back).toEqual(second)
      await expect(caller.system.failedJobs({ cursor: "next:1' or 1=1" })).rejects.toMatchObject({ cause: { code: 'malformed' } })
    } finally {
      await db.drop()
    }
  })
})
