import { readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import pino from 'pino'
import { describe, expect, inject, test } from 'vitest'
import { seededRng, systemActor, systemClock } from '#server/context.ts'
import { sealOnce, startSealer, verifyAudit } from '#server/domains/audit/index.ts'
import { transact } from '#server/transact.ts'
import { AuditLog, testHeads } from '#tests/support/audit-log.ts'
import { testCtx } from '#tests/support/context.ts'
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts'
import { until } from '#tests/support/events.ts'

const log = pino({ level: 'silent' })
const WRITERS = 50
const ROUNDS = process.env.VIREL_FAULTS === '1' ? 60 : 6

/** Writers whose transactions draw their place early and commit late, in any order; some give up. */
async function writeAtOnce(db: TestDatabase, seed: number): Promise<number> {
  const rng = seededRng(seed)
  let written = 0
  const writer = async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const [rows, before, after, fails] = [1 + Math.floor(rng() * 3), rng() * 20, rng() * 60, rng() < 0.1]
      await transact(testCtx(db, systemActor('writer'), { clock: systemClock }), async (tx) => {
        // The number of the transaction is drawn here, long before its rows are written.
        await tx.db.selectNoFrom((eb) => eb.fn('pg_current_xact_id', []).as('id')).execute()
        await wait(before)
        for (let n = 0; n < rows; n++) tx.audit({ action: 'test.written', entityType: 'test', entityId: tx.ctx.ids.next() })
        await wait(after)
        if (fails) throw new Error('given up')
      }).then(
        () => {
          written += rows
        },
        () => {},
      )
    }
  }
  await Promise.all(Array.from({ length: WRITERS }, writer))
  return written
}

async function sealed(db: TestDatabase): Promise<{ all: number; distinct: number; rows: number }> {
  const { rows } = await db.pool.query<{ all: number; distinct: number; rows: number }>(
    `select count(id) as all, count(distinct id) as distinct, (select count(*) from audit_log) as rows
     from (select unnest(row_ids) as id from audit_seals) as s`,
  )
  if (!rows[0]) throw new Error('a count has one row')
  return rows[0]
}

describe('the sealer', () => {
  test('takes every row of 50 writers once, however late they commit, with two sealers at work and one killed', async () => {
    const seed = Math.floor(Math.random() * 2 ** 31)
    console.info(`S14: ${WRITERS} writers, ${ROUNDS} rounds, seed ${seed}`)
    const db = await createTestDatabase({ max: 60 })
    const heads = testHeads()
    const deps = { pool: db.pool, clock: systemClock, log, heads }
    const sealers = [startSealer(deps, { batch: 7, everyMs: 5, keepMs: 20 }), startSealer(deps, { batch: 7, everyMs: 5 })]
    const writing = writeAtOnce(db, seed)
    // Killed in the middle of a batch: its connection ends before its COMMIT.
    const killing = (async () => {
      for (let n = 0; n < 5; n++) {
        await wait(30)
        await db.pool.query(
          `select pg_terminate_backend(l.pid) from pg_locks l where l.locktype = 'advisory' and l.objid = 726500002
           and l.database = (select oid from pg_database where datname = current_database()) limit 1`,
        )
      }
    })()
    const written = await writing
    await killing
    await until('all is sealed', async () => (await sealed(db)).distinct === written, 30_000)
    await Promise.all(sealers.map((sealer) => sealer.stop()))
    expect(await sealed(db)).toEqual({ all: written, distinct: written, rows: written })
    expect(await verifyAudit({ url: db.url, heads })).toMatchObject({ problem: null, rows: written, waiting: 0 })
    await db.drop()
  })

  test('takes a row that commits late before those of later transactions that were there first', async () => {
    const auditLog = await AuditLog.make({ seals: 1, rows: 1 })
    const { pool } = auditLog.db
    const late = await pool.connect()
    const insert = `insert into audit_log (id, at, actor_kind, actor_name, via, action, entity_type)
      values (gen_random_uuid(), now(), 'system', 'late', 'job', 'test.written', 'test') returning position`
    await late.query('begin')
    const first = (await late.query<{ position: number }>(insert)).rows[0]?.position ?? 0
    const second = (await pool.query<{ position: number }>(insert)).rows[0]?.position ?? 0
    expect(second).toBeGreaterThan(first)
    // The later place is there to see and is left alone, for the earlier may still come.
    expect((await sealOnce({ pool, clock: systemClock })).count).toBe(0)
    await late.query('commit')
    late.release()
    await auditLog.seal()
    expect(await sealed(auditLog.db)).toMatchObject({ all: 3, distinct: 3 })
  })

  test('that did not wait would lose it, and the verifier would say so', async () => {
    const auditLog = await AuditLog.make({ seals: 1, rows: 1 })
    const { pool } = auditLog.db
    const late = await pool.connect()
    await late.query(`begin; insert into audit_log (id, at, actor_kind, actor_name, via, action, entity_type)
      values ('00000000-0000-7000-8000-000000000003', now(), 'system', 'late', 'job', 'test.written', 'test')`)
    await auditLog.write(1)
    expect((await sealOnce({ pool, clock: systemClock }, { faults: { takeAtOnce: true } })).count).toBe(1)
    await late.query('commit')
    late.release()
    await auditLog.write(1)
    expect((await sealOnce({ pool, clock: systemClock }, { faults: { takeAtOnce: true } })).count).toBe(1)
    expect((await auditLog.verify({ heads: undefined })).problem).toMatchObject({
      kind: 'inserted',
      rowId: '00000000-0000-7000-8000-000000000003',
    })
  })

  test('waits for a transaction of another database of the server, and loses nothing by it', async () => {
    const auditLog = await AuditLog.make({ seals: 1, rows: 1 })
    const elsewhere = new pg.Client({ connectionString: inject('adminUrl') })
    await elsewhere.connect()
    await elsewhere.query('begin; select pg_current_xact_id()')
    await auditLog.write(2)
    expect((await sealOnce({ pool: auditLog.db.pool, clock: auditLog.clock })).count).toBe(0)
    expect(await auditLog.verify()).toMatchObject({ problem: null, waiting: 2 })
    await elsewhere.query('commit')
    await elsewhere.end()
    await auditLog.seal()
    expect(await auditLog.verify()).toMatchObject({ problem: null, rows: 3, waiting: 0 })
  })

  test('goes on where it was after the database was carried to another server, whose transactions count from anew', async () => {
    const auditLog = await AuditLog.make({ seals: 3 })
    // As after a copy: the seals speak of another server, whose transactions had far higher numbers.
    await auditLog.write(2)
    const { rows } = await auditLog.db.pool.query<{ id: string }>('select pg_current_xact_id()::text as id')
    const far = String(BigInt(rows[0]?.id ?? '0') + 1_000_000n)
    await auditLog.tamper(`update audit_log set txid = '${far}' where id = '${auditLog.rows.at(-1)}'`)
    await auditLog.tamper('truncate audit_seals')
    await auditLog.resealAs('another server', far)
    for (let n = 0; n < 3; n++) {
      await auditLog.write(2)
      await auditLog.seal({ keep: false })
    }
    const { all, distinct, rows: total } = await sealed(auditLog.db)
    expect([all, distinct]).toEqual([total, total])
    expect((await auditLog.verify({ heads: undefined })).problem).toBeNull()
  })

  test('keeps the head outside, at the latest when it stops', async () => {
    const auditLog = await AuditLog.make({ seals: 1 })
    const heads = testHeads()
    const sealer = startSealer({ pool: auditLog.db.pool, clock: auditLog.clock, log, heads }, { everyMs: 5, keepMs: 60_000 })
    await until('the first head is kept', () => {
      try {
        return readFileSync(heads.path, 'utf8').includes('"number":1')
      } catch {
        return false
      }
    })
    await auditLog.write()
    await until('it is sealed', async () => (await auditLog.unsealed()) === 0)
    await sealer.stop()
    const kept = []
    for await (const line of heads.read()) kept.push(line)
    expect(kept).toMatchObject([{ signature: 'good' }, { signature: 'good' }])
    expect(await auditLog.verify({ heads })).toMatchObject({ problem: null, heads: 2 })
  })
})
