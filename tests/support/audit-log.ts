import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type Actor, idsFrom, systemActor } from '#server/context.ts'
import { type HeadsFile, openHeadsFile, sealOnce, type VerifyOptions, verifyAudit } from '#server/domains/audit/index.ts'
import { type AuditEntry, transact } from '#server/transact.ts'
import { TEST_SECRET, TestClock, testCtx } from './context.ts'
import { createTestDatabase, type TestDatabase } from './database.ts'

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

  /** Seals what there is and keeps the head. */
  async seal({ keep = true } = {}): Promise<void> {
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
}
