import { sql } from 'kysely'
import { beforeAll, expect, test } from 'vitest'
import { rowsOf, type Wanted } from '#server/domains/search/find-rows.ts'
import { SEARCH_KINDS } from '#server/domains/search/search.policy.ts'
import { makeUser, type RoleCode, testCtx } from '#tests/support/context.ts'
import { testDatabase } from '#tests/support/database.ts'

const database = testDatabase()
const ROWS = 30_000

/** Words as a large agency has them: one in all rows, one in every tenth, one of its own for each. */
beforeAll(async () => {
  const { db } = database()
  for (const kind of SEARCH_KINDS) {
    await sql`insert into ${sql.table(`search_${kind}_words`)} (id, assignee_id, words)
      select gen_random_uuid(), null, array_to_tsvector(array['oeverywhere', 'oword' || n % 10, 'nsingle' || n])
      from generate_series(1, ${ROWS}::int) n`.execute(db)
    await sql`vacuum analyze ${sql.table(`search_${kind}_words`)}`.execute(db)
  }
})

async function planOf(role: RoleCode, wanted: Partial<Wanted> & Pick<Wanted, 'kind'>): Promise<string> {
  const ctx = testCtx(database(), await makeUser(database(), role))
  const query = rowsOf(ctx, { refs: [], clientIds: [], shown: 6, counted: 100, ...wanted }).compile(database().db)
  const client = await database().pool.connect()
  try {
    await client.query('begin; set local plan_cache_mode = force_generic_plan')
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(`explain ${query.sql}`, [...query.parameters])
    await client.query('rollback')
    return rows.map((row) => row['QUERY PLAN']).join('\n')
  } finally {
    client.release()
  }
}

test.each(SEARCH_KINDS)('a word of %s is asked of its index, for who sees all and who sees some', async (kind) => {
  for (const role of ['OWNER', 'OPERATOR'] as const) {
    const plan = await planOf(role, { kind, words: `'nsingle77':*` })
    expect(plan, role).toContain(`search_${kind}_words_idx`)
    expect(plan, role).not.toContain(`Seq Scan on search_${kind}_words`)
  }
})

test.each(SEARCH_KINDS)('a common word of %s is met by walking back from the newest', async (kind) => {
  const plan = await planOf('OWNER', { kind, words: `'oeverywhere':*`, isCommon: true })
  expect(plan).toContain(`Index Scan Backward using search_${kind}_words_pkey`)
  expect(plan).not.toContain(`Seq Scan on search_${kind}_words`)
})

test('negative control: without the index of words the table is read from end to end', async () => {
  await sql`drop index search_task_words_idx`.execute(database().db)
  expect(await planOf('OWNER', { kind: 'task', words: `'nsingle77':*` })).toContain('Seq Scan on search_task_words')
})
