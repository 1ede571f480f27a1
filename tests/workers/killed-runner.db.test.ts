import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { seededRng } from '#server/context.ts'
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts'
import { relayAll, until, writeEvent } from '#tests/support/events.ts'
import { freeJobs } from '#workers/free-jobs.ts'

const long = process.env.VIREL_FAULTS === '1'
const KILLS = long ? 100 : 4
const EVENTS = long ? 2_000 : 80

async function launch(db: TestDatabase, { lingerMs = 0, unmarked = false } = {}): Promise<ChildProcess> {
  const child = fork(join(import.meta.dirname, 'runner-under-test.ts'), [db.url, String(lingerMs)], {
    env: { ...process.env, VIREL_TEST_UNMARKED: unmarked ? '1' : '0' },
    execArgv: [],
  })
  await once(child, 'message')
  return child
}

async function end(child: ChildProcess, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill(signal)
  await once(child, 'exit')
}

async function count(db: TestDatabase, text: string): Promise<number> {
  const { rows } = await db.pool.query<{ n: number }>(text)
  return rows[0]?.n ?? -1
}
const EFFECTS = `select count(*) as n from audit_log where action = 'test.effect'`
const openJobs = (db: TestDatabase) => count(db, 'select count(*) as n from graphile_worker.jobs')

/** Kills runners at random moments while they work; answers how many effects each event had, as [events, effects]. */
async function killRepeatedly(unmarked: boolean): Promise<{ events: number; effects: number; recoveryMs: number }> {
  const db = await createTestDatabase()
  const seed = 7
  const rng = seededRng(seed)
  if (!unmarked) console.info(`R3: ${KILLS} kills, ${EVENTS} events, seed ${seed}`)
  try {
    for (let n = 0; n < EVENTS; n++) await writeEvent(db)
    await relayAll(db)
    for (let kill = 0; kill < KILLS; kill++) {
      const child = await launch(db, { lingerMs: unmarked ? 1_000 : 40, unmarked })
      // The planted bug shows only when the kill falls between an effect and its completion: there it is made to fall.
      if (unmarked) await until('an effect', async () => (await count(db, EFFECTS)) > 0)
      else await wait(Math.round(rng() * 120))
      await end(child, 'SIGKILL')
    }
    const last = performance.now()
    const survivor = await launch(db, { unmarked })
    await until('every orphaned job ran again', async () => (await openJobs(db)) === 0, 30_000)
    const recoveryMs = Math.round(performance.now() - last)
    await end(survivor, 'SIGTERM')
    return {
      events: await count(db, `select count(distinct entity_id) as n from audit_log where action = 'test.effect'`),
      effects: await count(db, EFFECTS),
      recoveryMs,
    }
  } finally {
    await db.drop()
  }
}

describe('a killed runner', () => {
  // R3
  test('loses no job and doubles no effect: its jobs run again within 30 s; without the mark effects come twice', async () => {
    const [kept, planted] = await Promise.all([killRepeatedly(false), killRepeatedly(true)])
    console.info(
      `R3: ${kept.effects} effects of ${EVENTS} events, ${kept.recoveryMs} ms to recover; planted bug: ${planted.effects}`,
    )
    expect(kept).toMatchObject({ events: EVENTS, effects: EVENTS })
    expect(planted.events).toBe(EVENTS)
    expect(planted.effects, 'the planted bug was not seen').toBeGreaterThan(EVENTS)
  }, 600_000)

  test('does not cost a job its last try, but a job that keeps killing its process is given up', async () => {
    const db = await createTestDatabase()
    try {
      await writeEvent(db)
      await relayAll(db)
      const free = async (attempts: number, maxAttempts: number) => {
        // As a runner has it in its last try.
        await db.pool.query(
          `update graphile_worker._private_jobs set locked_by = 'pool-dead', locked_at = now(), attempts = $1, max_attempts = $2`,
          [attempts, maxAttempts],
        )
        const client = await db.pool.connect()
        const spent = await freeJobs(client, ['pool-dead'])
        client.release()
        const { rows } = await db.pool.query('select attempts, max_attempts, locked_by from graphile_worker.jobs')
        return { spent: spent.length, job: rows[0] }
      }
      expect(await free(2, 5)).toEqual({ spent: 0, job: { attempts: 2, max_attempts: 5, locked_by: null } })
      expect(await free(5, 5)).toEqual({ spent: 0, job: { attempts: 5, max_attempts: 6, locked_by: null } })
      expect(await free(15, 15)).toEqual({ spent: 1, job: { attempts: 15, max_attempts: 15, locked_by: null } })
    } finally {
      await db.drop()
    }
  })
})

describe('a runner that is asked to stop', () => {
  test('finishes what it has begun, gives back what it has not, and says goodbye', async () => {
    const db = await createTestDatabase()
    try {
      for (let n = 0; n < 30; n++) await writeEvent(db)
      await relayAll(db)
      const child = await launch(db, { lingerMs: 500 })
      await until('it works', async () => (await count(db, `select count(*) as n from consumed_events`)) > 0)
      await end(child, 'SIGTERM')
      expect(child.exitCode).toBe(0)
      const done = await count(db, 'select count(*) as n from consumed_events')
      expect(done).toBeLessThan(30)
      expect(await openJobs(db)).toBe(30 - done)
      expect(await count(db, 'select count(*) as n from graphile_worker.jobs where locked_by is not null or attempts > 0')).toBe(
        0,
      )
      expect(await count(db, 'select count(*) as n from worker_processes where stopped_at is null')).toBe(0)
    } finally {
      await db.drop()
    }
  })

  test('ends by itself when its queue connection is cut: what a lost answer had locked is freed with it', async () => {
    const db = await createTestDatabase()
    try {
      const child = await launch(db)
      const exited = once(child, 'exit')
      // Its connections open as it needs them: whichever is there is cut, until one of them was the queue's.
      await until(
        'it has ended',
        async () => {
          await db.pool.query(
            `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'virel ops jobs' and datname = current_database()`,
          )
          return child.exitCode !== null || child.signalCode !== null
        },
        30_000,
      )
      expect(await exited).toEqual([1, null])
    } finally {
      await db.drop()
    }
  })
})
