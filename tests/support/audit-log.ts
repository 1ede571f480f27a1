import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type Actor, idsFrom, systemActor } from '#server/context.ts'
import { headOf } from '#server/domains/audit/digest.ts'
import { type HeadsFile, openHeadsFile, sealOnce, type VerifyOptions, verifyAudit } from '#server/domains/audit/index.ts'
import { readSealsAfter } from '#server/domains/audit/seal.repository.ts'
import { type AuditEntry, transact } from '#server/transact.ts'
import { TEST_SECRET, TestClock, testCtx } from './context.ts'
import { createTestDatabase, type TestDatabase } from './database.ts'
import { until } from './events.ts'

const ids = idsFrom({ now: () => new Date() })

/** A heads file of one's own, gone with the test. */
export function testHeads(secret: string = TEST_SECRET, path?: string): HeadsFile {
  const folder = mkdtempSync(join(tmpdir(), 'virel-heads-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return openHeadsFile(path ?? join(folder, 'audit-heads.log'), [secret])
}

/** A log of some rows in several seals, of three days, with its heads kept. */
export class AuditLog {
  readonly clock = new TestClock()
  readonly db: TestDatabase
  readonly heads: HeadsFile
  readonly rows: string[] = []
  private constructor(db: TestDatabase, heads: HeadsFile) {
    this.db = db
    this.heads = heads
  }

  static async make({ seals = 6, rows = 3 } = {}): Promise<AuditLog> {
    const db = await createTestDatabase()
    onTestFinished(() => db.drop())
    const log = new AuditLog(db, testHeads())
    for (let n = 0; n < seals; n++) {
      await log.write(rows)
      await log.seal()
      log.clock.advance(12 * 60)
    }
    return log
  }

  /** One transaction with `count` rows; returns their ids. */
  async write(count = 1, entry: Partial<AuditEntry> = {}, actor: Actor = systemActor('test')): Promise<string[]> {
    const made = Array.from({ length: count }, () => ids.next())
    await transact(testCtx(this.db, actor, { clock: this.clock }), async (tx) => {
      for (const [index, id] of made.entries()) {
        const before = { phone: `+44770090${String(index).padStart(4, '0')}` }
        tx.audit({
          id,
          action: 'client.updated',
          entityType: 'client',
          entityId: ids.next(),
          before,
          after: { n: index },
          ...entry,
        })
      }
    })
    this.rows.push(...made)
    return made
  }

  /** How many rows stand in no seal. */
  async unsealed(): Promise<number> {
    const { rows } = await this.db.pool.query<{ n: number }>(
      'select count(*) as n from audit_log where id not in (select unnest(row_ids) from audit_seals)',
    )
    return rows[0]?.n ?? -1
  }

  /** Seals what there is and keeps the head. Waits for that: a transaction of any database of the server holds sealing up. */
  async seal({ keep = true } = {}): Promise<void> {
    await until('every row is sealed', async () => {
      await sealOnce({ pool: this.db.pool, clock: this.clock })
      return (await this.unsealed()) === 0
    })
    const { seal } = await sealOnce({ pool: this.db.pool, clock: this.clock })
    if (!seal || !keep) return
    const { day, number, head } = seal
    await this.heads.append({ day, number, head: head.toString('hex'), at: this.clock.now().toISOString() })
  }

  verify(more: Partial<VerifyOptions> = {}) {
    return verifyAudit({ url: this.db.url, heads: this.heads, now: this.clock.now(), ...more })
  }

  /** As somebody with the database's own powers would: no trigger stands in the way. */
  async tamper(statements: string): Promise<void> {
    const client = await this.db.pool.connect()
    try {
      await client.query(`begin; set local session_replication_role = replica; ${statements}; commit`)
    } finally {
      client.release()
    }
  }

  /** Seals all but the last two rows in the name of another server whose transactions had got as far as `txid`. */
  async resealAs(server: string, txid: string): Promise<void> {
    const { seal } = await sealOnce({ pool: this.db.pool, clock: this.clock }, { batch: this.rows.length - 2 })
    if (!seal) throw new Error('nothing was sealed')
    const all = await readSealsAfter(this.db.pool, { day: '0001-01-01', number: 0 }, undefined, 1)
    if (!all[0]) throw new Error('there is no seal')
    const moved = { ...all[0], server, cursorTxid: txid, cursorPosition: 1 }
    const head = headOf(moved).toString('hex')
    await this.tamper(
      `update audit_seals set server = '${server}', cursor_txid = '${txid}', cursor_position = 1, head = '\\x${head}'`,
    )
  }
}
