import { sql } from 'kysely'
import type { Tx } from '#server/transact.ts'

/**
 * Tables in which an identifier does not mean this person, or that have a step of their own: staff and their sign-in, what
 * code defines, and the audit log, whose rows are redacted so that its chain still holds.
 */
const SPARED_TABLES =
  /^(kysely_.*|audit_.*|users|user_.*|roles|role_permissions|permissions|sessions|api_keys|rate_limits|settings|lifecycle_.*|locations|service.*|call_rates|worker_processes|consumed_events|client_erasures|ledger_accounts|ledger_entries|finance_months)$/
/** Who acted is staff; ids, keys and refs are not words. Models and other clients may have the same name. */
const SPARED_COLUMNS =
  /^(actor_name|by_name|id|ref|entity_ref|key|dedupe_key|scope|operation|input_hash|slug|public_code|status|type|kind|source|via|currency|state|.*_hash)$/
const SPARED_OF: Record<string, RegExp> = { models: /^(?!internal_notes$).*/, clients: /^(?!notes$).*/ }

interface SweptColumn {
  schema: string
  table: string
  column: string
  json: boolean
}

/** Every column of the database that may hold words about people. What is added later is among them by itself. */
async function sweptColumns(tx: Tx): Promise<SweptColumn[]> {
  const rows = await tx.run(sql<{ table: string; column: string; type: string }>`
    select c.table_name as table, c.column_name as column, c.data_type as type
    from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
    where c.table_schema = 'public' and t.table_type = 'BASE TABLE' and c.data_type in ('text', 'character varying', 'jsonb')
      and c.is_generated = 'NEVER' order by 1, 2`)
  const words = rows.filter(
    ({ table, column }) => !SPARED_TABLES.test(table) && !SPARED_COLUMNS.test(column) && !SPARED_OF[table]?.test(column),
  )
  return [
    ...words.map(({ table, column, type }) => ({ schema: 'public', table, column, json: type === 'jsonb' })),
    { schema: 'graphile_worker', table: '_private_jobs', column: 'last_error', json: false },
  ]
}

/**
 * Replaces whatever `pattern` finds in any free text of the database by `pseudonym`. Only rows that are hit are locked.
 * Answers how many rows were changed.
 */
export async function sweepTexts(tx: Tx, pattern: string, pseudonym: string): Promise<number> {
  // A large table takes longer than a statement normally may.
  tx.send(sql`set local statement_timeout = '120s'`)
  const byTable = Map.groupBy(await sweptColumns(tx), ({ schema, table }) => `${schema}.${table}`)
  let changed = 0
  for (const columns of byTable.values()) {
    const [{ schema, table } = { schema: '', table: '' }] = columns
    const assignments = columns.map(({ column, json }) => {
      const text = json ? sql`${sql.ref(column)}::text` : sql.ref(column)
      const clean = sql`regexp_replace(${text}, ${pattern}, ${pseudonym}, 'gi')`
      return sql`${sql.ref(column)} = ${json ? sql`${clean}::jsonb` : clean}`
    })
    const hits = columns.map(({ column }) => sql`${sql.ref(column)}::text ~* ${pattern}`)
    const rows = await tx.run(
      sql`update ${sql.table(`${schema}.${table}`)} set ${sql.join(assignments)} where ${sql.join(hits, sql` or `)} returning 1`,
    )
    changed += rows.length
  }
  return changed
}
