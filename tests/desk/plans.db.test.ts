import { Kysely, PostgresDialect, sql } from 'kysely'
import { beforeAll, describe, expect, test } from 'vitest'
import type { DB } from '#db/tables/index.ts'
import { type Actor, systemActor } from '#server/context.ts'
import { repairCounts } from '#server/domains/work/index.ts'
import { transact } from '#server/transact.ts'
import { createCaller } from '#server/trpc/router.ts'
import { makeUser, testCtx } from '#tests/support/context.ts'
import { testDatabase } from '#tests/support/database.ts'

const LONG = process.env.VIREL_FAULTS !== undefined
const OPEN = LONG ? 200_000 : 30_000
const FINISHED = OPEN

const database = testDatabase()
let manager: Actor & { id: string }
let olivia: Actor & { id: string }

/** Open and finished tasks, a quarter as many exceptions: half of them nobody's, the rest of ten people. */
async function fill(): Promise<void> {
  const { db } = database()
  const people = [olivia.id]
  for (let n = 0; n < 9; n++) people.push((await makeUser(database(), 'OPERATOR', `Person ${n}`)).id)
  const who = sql`case when n % 2 = 0 then null else (${people}::uuid[])[1 + n / 2 % 10] end`
  const when = sql`'2026-11-21T12:00:00Z'::timestamptz - make_interval(mins => n % 5000)`
  const deadline = sql`case when n % 50 = 0 then null else '2026-11-21T10:00:00Z'::timestamptz + make_interval(secs => n) end`
  const finish = (done: boolean, status: string, other: string) =>
    done
      ? sql`case when n % 100 = 1 then ${other} else ${status} end`
      : sql`case when n % 200 = 1 then ${other} else ${status} end`
  for (const done of [false, true]) {
    const rows = done ? FINISHED : OPEN
    await db.transaction().execute(async (trx) => {
      // Past every trigger: lifecycle, search, counters; the counters are put right below.
      await sql`set local session_replication_role = replica`.execute(trx)
      await sql`set local statement_timeout = 0`.execute(trx)
      await sql`insert into tasks (id, type, subject, priority, status, assignee_id, sla_deadline_at, completed_at, snoozed_at, snooze_event, created_at, updated_at)
        select gen_random_uuid(), case when n % 1000 = 0 then 'rare' when n % 3 = 0 then 'call_back' else 'manual' end, 'x',
          (array['low', 'normal', 'high', 'critical'])[1 + n / 7 % 4], ${done ? finish(true, 'done', 'failed') : finish(false, 'open', 'in_progress')}, ${who}, ${deadline},
          ${done ? when : sql`null::timestamptz`}, case when ${!done} and n % 40 = 7 then ${when} end, case when ${!done} and n % 40 = 7 then 'note' end, ${when}, ${when}
        from generate_series(1, ${rows}::int) n`.execute(trx)
      await sql`insert into exceptions (id, type, summary, severity, status, assignee_id, sla_deadline_at, closed_at, resolution, created_at, updated_at)
        select gen_random_uuid(), 'other', 'x', (array['low', 'medium', 'high', 'critical'])[1 + n / 7 % 4],
          ${done ? finish(true, 'resolved', 'dismissed') : finish(false, 'open', 'investigating')}, ${who}, ${deadline}, ${done ? when : sql`null::timestamptz`}, 'x', ${when}, ${when}
        from generate_series(1, ${Math.floor(rows / 4)}::int) n`.execute(trx)
    })
  }
  await transact(testCtx(database(), systemActor('a test')), repairCounts)
  for (const table of ['tasks', 'exceptions', 'work_counts', 'work_count_changes', 'domain_events', 'notes', 'presence'])
    await sql`analyze ${sql.table(table)}`.execute(db)
}

interface Plan {
  'Node Type': string
  'Relation Name'?: string
  'Actual Rows': number
  'Actual Loops': number
  'Rows Removed by Filter'?: number
  Plans?: Plan[]
}
interface Statement {
  text: string
  values: readonly unknown[]
}

function scans(plan: Plan): Plan[] {
  return [...(plan['Relation Name'] ? [plan] : []), ...(plan.Plans ?? []).flatMap(scans)]
}

/** A caller that notes its statements. */
function noting(actor: Actor) {
  const statements: Statement[] = []
  const { pool } = database()
  const db = new Kysely<DB>({
    dialect: new PostgresDialect({ pool }),
    log: ({ query }) => {
      statements.push({ text: query.sql, values: query.parameters })
    },
  })
  return { api: createCaller(testCtx({ ...database(), db }, actor)), statements }
}

/** What a call's statements read, with what is wrong with how. */
async function readsOf(statements: readonly Statement[]): Promise<{ rows: number; walked: string[]; ms: number }> {
  let [rows, ms] = [0, 0]
  const walked: string[] = []
  for (const { text, values } of statements) {
    const { rows: answer } = await database().pool.query(`explain (analyze, format json) ${text}`, [...values])
    const root = answer[0]['QUERY PLAN'][0] as { Plan: Plan; 'Execution Time': number }
    ms += root['Execution Time']
    for (const scan of scans(root.Plan)) {
      const name = scan['Relation Name'] ?? ''
      if (!['tasks', 'exceptions'].includes(name)) continue
      rows += (scan['Actual Rows'] + (scan['Rows Removed by Filter'] ?? 0)) * scan['Actual Loops']
      if (scan['Node Type'] === 'Seq Scan') walked.push(name)
    }
  }
  return { rows, walked, ms }
}

const LISTS: Record<string, Record<string, unknown>> = {
  everything: {},
  urgent: { group: 'urgent' },
  'two levels apart': { priority: ['critical', 'low'] },
  breached: { breached: 'true' },
  'not breached': { breached: 'false' },
  due: { dueAfter: '2026-11-21T13:00:00Z', dueBefore: '2026-11-21T13:30:00Z' },
  'a rare type': { type: 'rare' },
  mine: { assignedTo: 'me' },
  nobody: { assignedTo: 'none' },
  begun: { status: ['in_progress', 'investigating'] },
  'put aside': { snoozed: 'true' },
  completed: { group: 'completed' },
  failed: { status: ['failed'] },
}

describe(`lists of the Action Center over ${OPEN} open and ${FINISHED} finished tasks`, () => {
  beforeAll(async () => {
    manager = await makeUser(database(), 'OPS_MANAGER')
    olivia = await makeUser(database(), 'OPERATOR', 'Olivia')
    await fill()
  }, 300_000)

  for (const role of ['manager', 'operator'] as const) {
    test.each(Object.entries(LISTS))(
      `%s, as ${role}: no table is walked, and no more than ten times the page is read`,
      async (name, filter) => {
        const { api, statements } = noting(role === 'manager' ? manager : olivia)
        const started = performance.now()
        const page = await api.actionCenter.list({ ...filter, limit: 50 })
        const took = performance.now() - started
        const counts = statements.filter(({ text }) => text.includes('counted group by rank'))
        const lists = statements.filter((statement) => !counts.includes(statement))
        const { rows, walked, ms } = await readsOf(lists)
        process.stdout.write(
          `${role} ${name}: ${page.items.length} shown, ${rows} read, ${ms.toFixed(1)} ms in the database, ${took.toFixed(1)} ms\n`,
        )
        expect(walked).toEqual([])
        expect(rows).toBeLessThanOrEqual(10 * Math.max(page.items.length, 51))
        // Counted rows are limited, not the table's.
        expect((await readsOf(counts)).rows).toBeLessThanOrEqual(40_000)
      },
    )
  }

  test('the twentieth page costs what the first does', async () => {
    const { api, statements } = noting(manager)
    let cursor: string | undefined
    for (let page = 0; page < 20; page++) cursor = (await api.actionCenter.list({ limit: 200, cursor })).nextCursor ?? undefined
    statements.length = 0
    await api.actionCenter.list({ limit: 200, cursor })
    const { rows, walked } = await readsOf(statements)
    expect(walked).toEqual([])
    expect(rows).toBeLessThanOrEqual(10 * 201)
  })

  test('counts come from counters: nothing of the tables is read for them', async () => {
    const { api } = noting(olivia)
    const { counts } = await api.actionCenter.list({ limit: 1 })
    const { rows } = await sql<{
      n: number
    }>`select (select count(*) from tasks where status in ('open', 'in_progress') and snoozed_at is null
        and (assignee_id is null or assignee_id = ${olivia.id}::uuid)) + (select count(*) from exceptions
        where status in ('open', 'investigating') and (assignee_id is null or assignee_id = ${olivia.id}::uuid)) as n`.execute(
      database().db,
    )
    expect(counts.urgent + counts.high + counts.normal).toBe(rows[0]?.n)
  })

  test('negative control: without its index a list is noticed', async () => {
    await database()
      .db.transaction()
      .execute(async (trx) => {
        await sql`drop index tasks_desk_type_idx`.execute(trx)
        await sql`drop index tasks_type_idx`.execute(trx)
      })
    const { api, statements } = noting(manager)
    const page = await api.actionCenter.list({ type: 'rare', limit: 50 })
    const { rows, walked } = await readsOf(statements)
    expect(walked.length > 0 || rows > 10 * Math.max(page.items.length, 51)).toBe(true)
  })
})
