import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { seededRng } from '#server/context.ts'
import { MAX_DEPTH, relayOnce, startRelay } from '#server/outbox/relay.ts'
import { createWaker } from '#server/outbox/wake.ts'
import { createTestDatabase, type TestDatabase, testDatabase } from '#tests/support/database.ts'
import { relayAll, silent, until, writeEvent } from '#tests/support/events.ts'
import { openEnvelope } from '#workers/enqueue.ts'

const database = testDatabase()
const long = process.env.VIREL_FAULTS === '1'

interface JobRow {
  task_identifier: string
  key: string | null
  run_at: Date
  max_attempts: number
}
async function jobs(db: TestDatabase, key: string): Promise<JobRow[]> {
  const { rows } = await db.pool.query<JobRow>(
    'select task_identifier, key, run_at, max_attempts from graphile_worker.jobs where key = $1',
    [key],
  )
  return rows
}

describe('the relay', () => {
  // R9. A cursor over a sequence is the planted bug: it passes over rows that commit late.
  test('loses nothing and keeps the order of each entity while 50 writers commit at random; a cursor loses some', async () => {
    const db = await createTestDatabase({ max: 60 })
    const [writers, total, slowestMs] = long ? [50, 20_000, 500] : [50, 2_000, 50]
    const seed = 20_261_121
    console.info(`R9: ${total} events of ${writers} writers, commits of 0–${slowestMs} ms, seed ${seed}`)
    const entities = Array.from({ length: 200 }, () => randomUUID())
    try {
      const relays = [1, 2].map(() => startRelay({ pool: db.pool, log: silent, url: db.url }, { batch: 100, pollMs: 50 }))
      let writing = true
      let cursor = 0
      const seenByCursor = new Set<string>()
      const readByCursor = async () => {
        const { rows } = await db.pool.query<{ id: string; position: number }>(
          'select id, position from domain_events where position > $1 order by position',
          [cursor],
        )
        for (const row of rows) seenByCursor.add(row.id)
        cursor = rows.at(-1)?.position ?? cursor
        return rows.length
      }
      const naive = (async () => {
        while (writing) await readByCursor()
        while ((await readByCursor()) > 0);
      })()
      await Promise.all(
        Array.from({ length: writers }, async (_, writer) => {
          const rng = seededRng(seed + writer)
          for (let n = 0; n < total / writers; n++) {
            const client = await db.pool.connect()
            const entity = entities[Math.floor(rng() * entities.length)]
            await client.query('begin')
            // Stands for the lock on the entity's row; the version counts under it.
            await client.query('select pg_advisory_xact_lock(hashtextextended($1, 7))', [entity])
            await client.query(
              `insert into domain_events (id, type, entity_type, entity_id, payload, occurred_at)
               select gen_random_uuid(), 'inquiry.created', 'inquiry', $1,
                 jsonb_build_object('version', (select count(*) from domain_events where entity_id = $1)), now()`,
              [entity],
            )
            await client.query('select pg_sleep($1)', [(rng() * slowestMs) / 1_000])
            await client.query('commit')
            client.release()
          }
        }),
      )
      writing = false
      await naive
      await until('all relayed', async () => {
        const { rows } = await db.pool.query<{ n: number }>('select count(*) as n from domain_events where seq is null')
        return rows[0]?.n === 0
      })
      await Promise.all(relays.map((relay) => relay.stop()))
      const { rows } = await db.pool.query<{ seq: number; entity_id: string; version: number }>(
        `select seq, entity_id, (payload->>'version')::int as version from domain_events order by seq`,
      )
      expect(rows).toHaveLength(total)
      expect(new Set(rows.map((row) => row.seq)).size).toBe(total)
      const next = new Map<string, number>()
      const outOfOrder = rows.filter((row) => {
        const expected = next.get(row.entity_id) ?? 0
        next.set(row.entity_id, expected + 1)
        return row.version !== expected
      })
      expect(outOfOrder).toEqual([])
      const { rows: made } = await db.pool.query<{ jobs: number; events: number }>(
        'select count(*) as jobs, count(distinct key) as events from graphile_worker.jobs',
      )
      expect(made).toEqual([{ jobs: total, events: total }])
      expect(seenByCursor.size, 'the planted bug was not seen').toBeLessThan(total)
    } finally {
      await db.drop()
    }
  }, 240_000)

  test('works alone: while one relays, another finds it busy and takes nothing', async () => {
    const db = database()
    await writeEvent(db)
    const client = await db.pool.connect()
    await client.query('begin')
    await client.query('select pg_advisory_xact_lock(726500001)')
    expect(await relayOnce({ pool: db.pool, log: silent })).toEqual({ count: 0, busy: true })
    await client.query('rollback')
    client.release()
    expect(await relayOnce({ pool: db.pool, log: silent })).toEqual({ count: 1, busy: false })
  })

  test('makes one job per consumer with the tries of its queue, and none for what nobody consumes', async () => {
    const db = database()
    const wanted = await writeEvent(db)
    const unwanted = await writeEvent(db, { type: 'user.updated' })
    await relayAll(db)
    expect(await jobs(db, `event:event-react:${wanted}`)).toMatchObject([{ task_identifier: 'event-react', max_attempts: 5 }])
    expect(await jobs(db, `event:event-react:${unwanted}`)).toEqual([])
  })

  test('sets a timer, replaces it by the next of its key and removes it; the last word of a batch counts', async () => {
    const db = database()
    const bookingId = randomUUID()
    const key = `booking:${bookingId}:hold`
    const timer = (runAt: string | null) => ({
      timers: [{ key, task: 'booking-expire-hold', runAt, payload: { bookingId } }],
      type: 'booking.updated',
      entityId: bookingId,
    })
    await writeEvent(db, timer('2030-01-01T10:00:00Z'))
    await relayAll(db)
    expect(await jobs(db, key)).toMatchObject([{ run_at: new Date('2030-01-01T10:00:00Z'), max_attempts: 3 }])
    await writeEvent(db, timer('2030-01-01T11:00:00Z'))
    await writeEvent(db, timer('2030-01-01T12:00:00Z'))
    await relayAll(db)
    expect(await jobs(db, key)).toMatchObject([{ run_at: new Date('2030-01-01T12:00:00Z') }])
    await writeEvent(db, timer(null))
    await relayAll(db)
    expect(await jobs(db, key)).toEqual([])
    await writeEvent(db, timer('2030-01-01T13:00:00Z'))
    await writeEvent(db, timer(null))
    await relayAll(db)
    expect(await jobs(db, key)).toEqual([])
  })

  test('leaves out a timer it does not understand and passes the rest on', async () => {
    const db = database()
    const inquiryId = randomUUID()
    const good = {
      key: `good:${inquiryId}`,
      task: 'inquiry-check-unanswered',
      runAt: '2030-01-01T10:00:00Z',
      payload: { inquiryId },
    }
    await writeEvent(db, {
      timers: [
        { ...good, key: 'bad:task', task: 'no-such-task' },
        { ...good, key: 'bad:time', runAt: 'tomorrow' },
        { ...good, key: 'bad:payload', payload: {} },
        good,
      ],
    })
    await relayAll(db)
    expect(await jobs(db, good.key)).toHaveLength(1)
    for (const key of ['bad:task', 'bad:time', 'bad:payload']) expect(await jobs(db, key)).toEqual([])
  })

  test('ends a chain of events at its depth', async () => {
    const db = database()
    const last = await writeEvent(db, { depth: MAX_DEPTH - 1 })
    const beyond = await writeEvent(db, { depth: MAX_DEPTH })
    await relayAll(db)
    expect(await jobs(db, `event:event-react:${last}`)).toHaveLength(1)
    expect(await jobs(db, `event:event-react:${beyond}`)).toEqual([])
  })

  test('is woken by a commit and does not wait for its poll; a thousand wake-ups at once are two NOTIFYs', async () => {
    const db = database()
    let notified = 0
    const wake = createWaker({
      query: ((text: string) => {
        notified += 1
        return db.pool.query(text)
      }) as typeof db.pool.query,
    })
    const relay = startRelay({ pool: db.pool, log: silent, url: db.url }, { pollMs: 600_000 })
    try {
      // The loop's first look and the one after LISTEN are over when this event is through.
      await writeEvent(db)
      await until('relayed', async () => {
        wake()
        return (await unrelayed(db)) === 0
      })
      const before = notified
      await writeEvent(db)
      for (let i = 0; i < 1_000; i++) wake()
      await until('woken', async () => (await unrelayed(db)) === 0, 2_000)
      await new Promise((resolve) => setTimeout(resolve, 50))
      expect(notified - before).toBeLessThanOrEqual(2)
    } finally {
      await relay.stop()
    }
  })

  test('without a wake-up it finds new events by itself', async () => {
    const db = database()
    const relay = startRelay({ pool: db.pool, log: silent, url: db.url }, { pollMs: 100 })
    try {
      await writeEvent(db)
      await until('polled', async () => (await unrelayed(db)) === 0, 3_000)
    } finally {
      await relay.stop()
    }
  })
})

async function unrelayed(db: TestDatabase): Promise<number> {
  const { rows } = await db.pool.query<{ n: number }>('select count(*) as n from domain_events where seq is null')
  return rows[0]?.n ?? -1
}

test('a scheduled job has no envelope and is read all the same', () => {
  expect(openEnvelope({ _cron: { ts: '2026-11-21T12:00:00Z' } })).toMatchObject({ causeId: null, depth: 0 })
  expect(openEnvelope({ data: { a: 1 }, causeId: 'x', depth: 3 })).toEqual({ data: { a: 1 }, causeId: 'x', depth: 3 })
})
