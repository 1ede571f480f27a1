import { sql } from 'kysely'
import ts from 'typescript'
import { expect, test } from 'vitest'
import { testDatabase } from '#tests/support/database.ts'
import { parse, sourcesIn } from '#tests/support/imports.ts'

const database = testDatabase()

/** table → columns as db/tables says: `DB` names each table's interface, whose members are its columns. */
function declaredColumns(): Map<string, Map<string, string>> {
  const interfaces = new Map<string, Map<string, string>>()
  const tables = new Map<string, string>()
  for (const file of sourcesIn('db/tables')) {
    for (const statement of parse(file).statements) {
      if (!ts.isInterfaceDeclaration(statement)) continue
      const members = statement.members.flatMap((member) =>
        ts.isPropertySignature(member) && member.type ? [[member.name.getText(), member.type.getText()] as const] : [],
      )
      if (statement.name.text === 'DB') for (const [table, type] of members) tables.set(table, type.replace(/^.*\./, ''))
      else interfaces.set(statement.name.text, new Map(members))
    }
  }
  return new Map([...tables].map(([table, name]) => [table, interfaces.get(name) ?? new Map()]))
}

interface Column {
  table_name: string
  column_name: string
  data_type: string
  is_nullable: 'YES' | 'NO'
}

async function realColumns(): Promise<Map<string, Map<string, Column>>> {
  const { rows } = await sql<Column>`
    select c.table_name, c.column_name, c.data_type, c.is_nullable
    from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
    where table_schema = 'public' and t.table_type = 'BASE TABLE' and c.table_name not like 'kysely%'`.execute(database().db)
  const tables = new Map<string, Map<string, Column>>()
  for (const row of rows) {
    const columns = tables.get(row.table_name) ?? new Map<string, Column>()
    tables.set(row.table_name, columns.set(row.column_name, row))
  }
  return tables
}

test('types and database have the same tables and columns, and agree on what may be null', async () => {
  const declared = declaredColumns()
  const real = await realColumns()
  expect([...declared.keys()].sort()).toEqual([...real.keys()].sort())
  const differences: string[] = []
  for (const [table, columns] of real) {
    const types = declared.get(table) ?? new Map<string, string>()
    for (const name of types.keys()) if (!columns.has(name)) differences.push(`${table}.${name} is only in the types`)
    for (const [name, column] of columns) {
      const type = types.get(name)
      if (type === undefined) differences.push(`${table}.${name} is only in the database`)
      else if (/Nullable|\bnull\b/.test(type) !== (column.is_nullable === 'YES')) {
        differences.push(`${table}.${name} is ${type}, but nullable: ${column.is_nullable}`)
      }
    }
  }
  expect(differences).toEqual([])
})

test('moments have a zone, ids are uuid, money is bigint', async () => {
  const columns = [...(await realColumns()).values()].flatMap((table) => [...table.values()])
  const wrong = columns.filter(
    ({ table_name: table, column_name: name, data_type: type }) =>
      type === 'timestamp without time zone' ||
      (name.endsWith('_at') && type !== 'timestamp with time zone') ||
      // A session's id is the hash of its token.
      (name === 'id' && type !== 'uuid' && table !== 'sessions') ||
      (name.endsWith('_amount') && type !== 'bigint'),
  )
  expect(wrong).toEqual([])
})

/** Foreign keys without a full index, and why none is needed. */
const UNINDEXED: Record<string, string> = {
  'time_blocks (model_id)': 'a model is never deleted, and its blocks are looked for among the active ones, which have an index',
}

test('every foreign key has an index that begins with its columns', async () => {
  const { rows } = await sql<{ missing: string }>`
    select format('%s (%s)', conrelid::regclass, (select string_agg(attname, ', ' order by ord)
      from unnest(conkey) with ordinality k (num, ord) join pg_attribute on attrelid = conrelid and attnum = num)) as missing
    from pg_constraint
    where contype = 'f' and connamespace = 'public'::regnamespace
      and not exists (
        select 1 from pg_index
        where indrelid = conrelid and (indpred is null or indpred::text like '%NULLTEST%')
          and (indkey::int2[])[0:cardinality(conkey) - 1] @> conkey)
    order by 1`.execute(database().db)
  expect(rows.map((row) => row.missing)).toEqual(Object.keys(UNINDEXED))
})
