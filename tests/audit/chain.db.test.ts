import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { digestOfIds, redactAudit } from '#server/domains/audit/index.ts'
import { transact } from '#server/transact.ts'
import { AuditLog, testHeads } from '#tests/support/audit-log.ts'
import { testCtx } from '#tests/support/context.ts'

/** What somebody with all powers over the database does to a log, and what the verifier says of it. */
const ATTACKS: {
  name: string
  does: (log: AuditLog, id: string, other: string) => Promise<void>
  kind: string
  /** Which row is named; none when a seal is at fault. */
  names?: 'row' | 'other'
  says: RegExp
}[] = [
  {
    name: 'a value of a row is altered',
    does: (log, id) => log.tamper(`update audit_log set after = '{"n": 99}' where id = '${id}'`),
    kind: 'altered',
    names: 'row',
    says: /was altered/,
  },
  {
    name: 'another person is put in the place of who did it',
    does: (log, id) => log.tamper(`update audit_log set actor_name = 'someone else' where id = '${id}'`),
    kind: 'altered',
    names: 'row',
    says: /was altered/,
  },
  {
    name: 'a row is dated back by a microsecond',
    does: (log, id) => log.tamper(`update audit_log set at = at - interval '1 microsecond' where id = '${id}'`),
    kind: 'altered',
    names: 'row',
    says: /was altered/,
  },
  {
    name: 'text is moved from one field into its neighbour',
    does: (log, id) => log.tamper(`update audit_log set action = 'client.updatedclient', entity_type = '' where id = '${id}'`),
    kind: 'altered',
    names: 'row',
    says: /was altered/,
  },
  {
    name: 'an empty text takes the place of nothing',
    does: (log, id) => log.tamper(`update audit_log set reason = '' where id = '${id}'`),
    kind: 'altered',
    names: 'row',
    says: /was altered/,
  },
  {
    name: 'a row is removed',
    does: (log, id) => log.tamper(`delete from audit_log where id = '${id}'`),
    kind: 'missing',
    names: 'row',
    says: /is missing/,
  },
  {
    name: 'two rows change places',
    does: (log, id, other) =>
      log.tamper(`
      create temp table p on commit drop as select id, position from audit_log where id in ('${id}', '${other}');
      alter table audit_log alter column position drop identity;
      update audit_log a set position = p.position from p where a.id in ('${id}', '${other}') and p.id <> a.id and p.id in ('${id}', '${other}')`),
    kind: 'moved',
    names: 'row',
    says: /its place in the log was \d+ and is now \d+/,
  },
  {
    name: 'two rows change their contents',
    does: (log, id, other) =>
      log.tamper(`
      create temp table c on commit drop as select * from audit_log where id in ('${id}', '${other}');
      update audit_log a set (at, action, entity_id, before, after, salt) = (select c.at, c.action, c.entity_id, c.before, c.after, c.salt from c where c.id <> a.id)
      where a.id in ('${id}', '${other}')`),
    kind: 'moved',
    names: 'row',
    says: /in its place stands what was sealed as row/,
  },
  {
    name: 'a row gets another id',
    does: (log, id) => log.tamper(`update audit_log set id = gen_random_uuid() where id = '${id}'`),
    kind: 'moved',
    names: 'row',
    says: /its contents stand under the id/,
  },
  {
    name: 'a row is inserted between others',
    does: (log, id) =>
      log.tamper(`
      insert into audit_log (id, at, actor_kind, actor_name, via, action, entity_type, txid)
      select '00000000-0000-7000-8000-000000000001', at, actor_kind, 'forger', via, action, entity_type, txid from audit_log where id = '${id}'`),
    kind: 'inserted',
    says: /^Row 00000000-0000-7000-8000-000000000001, dated 2026-11-22.* was inserted/,
  },
  {
    name: 'the newest rows are cut off together with their seals',
    does: (log) =>
      log.tamper(`
      create temp table gone on commit drop as select day, number, row_ids from audit_seals order by day desc, number desc limit 2;
      delete from audit_log where id in (select unnest(row_ids) from gone);
      delete from audit_seals s using gone g where s.day = g.day and s.number = g.number`),
    kind: 'head_differs',
    says: /Seal 2 of 2026-11-23 is missing: its head is kept in/,
  },
  {
    name: 'a whole seal in the middle is removed with its rows',
    does: (log, id) =>
      log.tamper(`
      delete from audit_log where id in (select unnest(row_ids) from audit_seals where '${id}' = any(row_ids));
      delete from audit_seals where '${id}' = any(row_ids)`),
    kind: 'seal_altered',
    says: /Seal 2 of 2026-11-22 does not continue|Seal 1 of 2026-11-23 does not continue/,
  },
  {
    name: 'a row and its digest in the seal are altered together',
    does: (log, id) =>
      log.tamper(`
      update audit_log set actor_name = 'someone else' where id = '${id}';
      update audit_seals set digests = overlay(digests placing sha256('x') from 1 for 32) where '${id}' = any(row_ids)`),
    kind: 'seal_altered',
    says: /was altered: its head does not fit/,
  },
  {
    name: 'a seal and its head are made anew',
    does: (log, id) => log.tamper(`update audit_seals set head = sha256('x') where '${id}' = any(row_ids)`),
    kind: 'seal_altered',
    says: /was altered: its head does not fit/,
  },
  {
    name: 'contents are taken away without an erasure',
    does: (log, id) =>
      log.tamper(`
      update audit_log set before = null, after = null, reason = null, ip = null, agent = null, salt = null,
        redacted_by = '00000000-0000-7000-8000-000000000002' where id = '${id}'`),
    kind: 'not_redacted_by_erasure',
    names: 'row',
    says: /lost its contents, and the erasure .* is not in the log/,
  },
  {
    name: 'contents are taken away in the name of a row that is no erasure',
    does: (log, id, other) =>
      log.tamper(`
      update audit_log set before = null, after = null, reason = null, ip = null, agent = null, salt = null,
        redacted_by = '${other}' where id = '${id}'`),
    kind: 'not_redacted_by_erasure',
    names: 'row',
    says: /is no erasure but client.updated/,
  },
]

describe('S14: whatever is done to the audit log behind its back is named', () => {
  test.each(ATTACKS)('$name', async ({ does, kind, names, says }) => {
    const log = await AuditLog.make()
    expect(await log.verify()).toMatchObject({ problem: null, seals: 6, rows: 18, waiting: 0, heads: 6 })
    // The fourth seal; the other row is of the same day and another seal.
    const [id = '', other = ''] = [log.rows[7], log.rows[10]]
    await does(log, id, other)
    const { problem } = await log.verify()
    expect(problem).toMatchObject({ kind })
    expect(problem?.sentence).toMatch(says)
    if (names) expect(problem?.rowId).toBe(id)
  })

  test('with the check of rows or of heads switched off, the same attacks go unseen', async () => {
    const log = await AuditLog.make()
    await log.tamper(`update audit_log set after = '{"n": 99}' where id = '${log.rows[7]}'`)
    expect((await log.verify()).problem?.kind).toBe('altered')
    expect((await log.verify({ faults: { skipRows: true } })).problem).toBeNull()
    const cut = await AuditLog.make()
    await cut.tamper(`
      create temp table gone on commit drop as select day, number, row_ids from audit_seals order by day desc, number desc limit 2;
      delete from audit_log where id in (select unnest(row_ids) from gone);
      delete from audit_seals s using gone g where s.day = g.day and s.number = g.number`)
    expect((await cut.verify()).problem?.kind).toBe('head_differs')
    expect((await cut.verify({ faults: { skipHeads: true } })).problem).toBeNull()
  })

  test('only the first is named, and a day can be looked at alone', async () => {
    const log = await AuditLog.make()
    await log.tamper(`update audit_log set actor_name = 'x' where id in ('${log.rows[4]}', '${log.rows[16]}')`)
    expect((await log.verify()).problem).toMatchObject({ rowId: log.rows[4], day: '2026-11-22', number: 1 })
    expect((await log.verify({ from: '2026-11-21', to: '2026-11-21' })).problem).toBeNull()
    expect((await log.verify({ from: '2026-11-23' })).problem).toMatchObject({ rowId: log.rows[16], day: '2026-11-24' })
  })
})

describe('the heads outside the database', () => {
  test('a chain made anew from the first row on agrees with itself, and not with them', async () => {
    const log = await AuditLog.make({ seals: 3 })
    await log.tamper(`update audit_log set actor_name = 'someone else' where id = '${log.rows[0]}'; truncate audit_seals`)
    log.clock.set('2026-11-21T12:00:00Z')
    for (const heads of [1, 2, 3]) {
      void heads
      await log.seal({ keep: false })
    }
    expect((await log.verify({ heads: undefined })).problem).toBeNull()
    expect((await log.verify()).problem).toMatchObject({ kind: 'head_differs' })
  })

  test('a line altered, signed by a stranger, or cut off is noticed', async () => {
    const log = await AuditLog.make({ seals: 3 })
    const lines = readFileSync(log.heads.path, 'utf8')
    writeFileSync(log.heads.path, lines.replace(/"number":1/, '"number":2'))
    expect((await log.verify()).problem?.sentence).toMatch(/^Line 1 of .* was altered: its signature does not fit/)
    writeFileSync(log.heads.path, `${lines}not a line\n`)
    expect((await log.verify()).problem?.sentence).toMatch(/^Line 4 of /)
    writeFileSync(log.heads.path, lines)
    const stranger = testHeads('another secret, just as long as it has to be', log.heads.path)
    expect((await log.verify({ heads: stranger })).problem).toMatchObject({ kind: 'not_kept' })
    writeFileSync(log.heads.path, `${lines.split('\n').slice(0, 2).join('\n')}\n`)
    expect((await log.verify()).problem?.sentence).toMatch(/ends with seal 1 of 2026-11-22.*nothing outside the database/)
    writeFileSync(log.heads.path, '')
    expect((await log.verify()).problem).toMatchObject({ kind: 'not_kept' })
    writeFileSync(log.heads.path, lines)
    expect((await log.verify()).problem).toBeNull()
  })
})

describe('an erasure', () => {
  async function erase(log: AuditLog, rowIds: string[], { honest = true } = {}): Promise<string> {
    const ctx = testCtx(log.db, undefined, { clock: log.clock })
    const erasureId = ctx.ids.next()
    await transact(ctx, async (tx) => {
      const redacted = await redactAudit(tx, { erasureId, rowIds })
      const after = { redacted: honest ? redacted : { ...redacted, digest: digestOfIds(rowIds.slice(1)) } }
      tx.audit({ id: erasureId, action: 'client.erased', entityType: 'client', entityId: ctx.ids.next(), after })
    })
    return erasureId
  }

  test('takes contents away for good and leaves the chain whole, sealed rows and those that wait alike', async () => {
    const log = await AuditLog.make()
    const [waiting = ''] = await log.write()
    const gone = [log.rows[4] ?? '', log.rows[5] ?? '', waiting]
    const erasureId = await erase(log, gone)
    expect((await log.verify()).problem).toBeNull()
    await log.seal()
    expect((await log.verify()).problem).toBeNull()
    const rows = await log.db.db.selectFrom('audit_log').selectAll().where('id', 'in', gone).execute()
    for (const row of rows) {
      expect(row).toMatchObject({ before: null, after: null, ip: null, agent: null, salt: null, redacted_by: erasureId })
    }
    // Once more takes nothing more, and may not touch an erasure's own row.
    await erase(log, [...gone, erasureId])
    await log.seal()
    expect((await log.verify()).problem).toBeNull()
    expect(await log.db.db.selectFrom('audit_log').select('after').where('id', '=', erasureId).executeTakeFirst()).toMatchObject({
      after: { redacted: { count: 3 } },
    })
  })

  test('that speaks of other rows than it took is no excuse', async () => {
    const log = await AuditLog.make()
    await erase(log, log.rows.slice(4, 6), { honest: false })
    await log.seal()
    expect((await log.verify()).problem).toMatchObject({ kind: 'not_redacted_by_erasure', rowId: log.rows[4] })
  })

  test('is the only door: outside it no row changes, and inside it nothing but contents', async () => {
    const log = await AuditLog.make({ seals: 1 })
    const refused = async (statement: string, door = 'advance') => {
      await expect(
        log.db.pool
          .query(`begin; set local virel.door = '${door}'; ${statement}; commit`)
          .finally(() => log.db.pool.query('rollback')),
      ).rejects.toMatchObject({ code: 'VR003' })
    }
    const away = 'before = null, after = null, reason = null, ip = null, agent = null, salt = null'
    await refused(`update audit_log set ${away}, redacted_by = gen_random_uuid()`)
    await refused(`update audit_log set ${away}`, 'erase')
    await refused(`update audit_log set ${away}, redacted_by = gen_random_uuid(), actor_name = 'x'`, 'erase')
    await refused(`update audit_log set before = null, redacted_by = gen_random_uuid()`, 'erase')
    await refused('delete from audit_log', 'erase')
    await refused('truncate audit_log', 'erase')
    await refused('update audit_seals set number = 7', 'erase')
    await refused('delete from audit_seals', 'erase')
    await refused('truncate audit_seals', 'erase')
  })
})
