import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { type Actor, seededRng, systemActor } from '#server/context.ts'
import { auditCounts } from '#server/domains/action-center/index.ts'
import { type Count, foldCounts, readCounts } from '#server/domains/work/index.ts'
import { transact } from '#server/transact.ts'
import { callerOf, testCtx } from '#tests/support/context.ts'
import { testDatabase } from '#tests/support/database.ts'
import { makeDesk } from '#tests/support/desk.ts'

const LONG = process.env.VIREL_FAULTS !== undefined
const COMMANDS = LONG ? 3_000 : 240
const seed = Number(process.env.VIREL_SEED ?? Date.now() % 1_000_000_000)
process.stdout.write(`counters: seed ${seed}\n`)

const database = testDatabase()

async function counted(): Promise<string[]> {
  const { rows } = await sql<{ line: string }>`
    select concat_ws(' ', kind, assignee, type, rank, snoozed, count(*)) as line from (
      select 'task' as kind, assignee_id as assignee, type, priority_rank as rank, snoozed_at is not null as snoozed
      from tasks where status in ('open', 'in_progress')
      union all
      select 'exception', assignee_id, type, severity_rank, snoozed_at is not null
      from exceptions where status in ('open', 'investigating')) w
    group by kind, assignee, type, rank, snoozed order by 1`.execute(database().db)
  return rows.map((row) => row.line)
}

function said(counts: readonly Count[]): string[] {
  return counts
    .map(({ kind, assignee_id, type, rank, snoozed, count }) =>
      [kind, ...(assignee_id.startsWith('00000000') ? [] : [assignee_id]), type, rank, snoozed ? 't' : 'f', count].join(' '),
    )
    .sort()
}

const job = () => testCtx(database(), systemActor('a job'))

describe('the counters of the Action Center', () => {
  test(
    'are what counting the rows gives, after random operations of many at once, folded meanwhile or not',
    async () => {
      const { as, olivia, oscar, manager, clock } = await makeDesk(database())
      const rng = seededRng(seed)
      const pick = <T>(list: readonly T[]): T => list[Math.floor(rng() * list.length)] as T
      const made: { kind: 'task' | 'exception'; id: string }[] = []
      const levels = ['low', 'normal', 'high', 'critical'] as const
      const people: (Actor & { id: string })[] = [olivia, oscar, manager]
      const make = async () => {
        const it =
          rng() < 0.6
            ? {
                kind: 'task' as const,
                id: (await as(manager).tasks.create({ subject: 'x', priority: pick(levels), type: pick(['a', 'b']) })).id,
              }
            : {
                kind: 'exception' as const,
                id: (await as(manager).exceptions.create({ summary: 'x', severity: pick(['low', 'medium', 'high', 'critical']) }))
                  .id,
              }
        made.push(it)
      }
      const acts = [
        { action: 'claim' },
        { action: 'release' },
        { action: 'assign', userId: olivia.id },
        { action: 'snooze', event: 'note' },
        { action: 'wake' },
        { action: 'note', body: 'x' },
        { action: 'edit', priority: 'critical' },
        { action: 'edit', priority: 'low' },
        { action: 'move', to: 'in_progress' },
        { action: 'move', to: 'done', through: true },
        { action: 'move', to: 'dismissed', through: true, reason: 'x' },
        { action: 'move', to: 'investigating' },
      ] as const
      const undos: { who: Actor; id: string }[] = []
      let refused = 0
      const command = async () => {
        const chance = rng()
        if (made.length < 12 || chance < 0.15) return make()
        if (chance < 0.2) {
          const undo = undos.pop()
          return undo && callerOf(database(), undo.who, { clock }).actionCenter.undo({ id: undo.id })
        }
        if (chance < 0.23) return transact(job(), foldCounts)
        const who = pick(people)
        const { undo } = await as(who).actionCenter.act({ ...pick(made), ...pick(acts) })
        if (undo) undos.push({ who, id: undo.id })
      }
      for (let n = 0; n < COMMANDS; n += 8) {
        const done = await Promise.allSettled(Array.from({ length: 8 }, command))
        for (const one of done) {
          if (one.status === 'fulfilled') continue
          refused += 1
          expect(one.reason).toMatchObject({
            cause: { code: expect.stringMatching(/conflict|refused|not_found|forbidden|invalid/) },
          })
        }
      }
      expect(refused).toBeLessThan(COMMANDS * 0.8)
      expect(said(await readCounts(database().db))).toEqual(await counted())
      while ((await transact(job(), foldCounts)) > 0);
      expect(said(await readCounts(database().db))).toEqual(await counted())
      const changes = await database().db.selectFrom('work_count_changes').select('position').execute()
      expect(changes).toEqual([])
      for (const who of people) {
        const list = await as(who).actionCenter.list({ limit: 200 })
        const { counts } = list
        if (list.nextCursor === null) expect(list.items).toHaveLength(counts.urgent + counts.high + counts.normal)
      }
    },
    LONG ? 600_000 : 60_000,
  )

  test('many who fold at once fold each change once; readers always see a whole', async () => {
    const { db } = database()
    await sql`insert into work_count_changes (kind, assignee_id, type, rank, snoozed, delta)
      select 'task', '00000000-0000-0000-0000-000000000000', 'planted', n % 4, false, case when n % 3 = 0 then -1 else 1 end
      from generate_series(1, 30000) n`.execute(db)
    const total = async () => (await readCounts(db, sql`type = 'planted'`)).reduce((sum, one) => sum + one.count, 0)
    const before = await total()
    let folding = true
    const readers = (async () => {
      while (folding) expect(await total()).toBe(before)
    })()
    await Promise.all(
      Array.from({ length: 4 }, async () => {
        for (let left = 1; left > 0; ) {
          await transact(job(), foldCounts)
          const { rows } = await sql<{ left: number }>`select count(*)::int as left from work_count_changes`.execute(db)
          left = rows[0]?.left ?? 0
        }
      }),
    )
    folding = false
    await readers
    expect(await total()).toBe(before)
    await sql`delete from work_counts where type = 'planted'`.execute(db)
  })

  test('negative control: rows changed past the counters are noticed, put right, and said aloud', async () => {
    const { db } = database()
    expect(await transact(job(), auditCounts)).toBe(0)
    await db.transaction().execute(async (trx) => {
      await sql`set local session_replication_role = replica`.execute(trx)
      await sql`insert into tasks (id, type, subject, status, created_at, updated_at)
        select gen_random_uuid(), 'smuggled', 'x', 'open', now(), now() from generate_series(1, 3)`.execute(trx)
    })
    expect(said(await readCounts(db))).not.toEqual(await counted())
    expect(await transact(job(), auditCounts)).toBe(1)
    expect(said(await readCounts(db))).toEqual(await counted())
    const raised = await db.selectFrom('exceptions').select('id').where('dedupe_key', '=', 'work-counts').execute()
    expect(raised).toHaveLength(1)
  })
})
