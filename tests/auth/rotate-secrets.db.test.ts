import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { rotateSecrets } from '#server/auth/rotate-secrets.ts'
import { SEALED_COLUMNS } from '#server/auth/sealed-columns.ts'
import { createSecretBox, type SecretBox } from '#server/auth/secret-box.ts'
import { idsFrom } from '#server/context.ts'
import { testDatabase } from '#tests/support/database.ts'
import { parse, sourcesIn } from '#tests/support/imports.ts'
import { runProgram } from '#tests/support/processes.ts'

const database = testDatabase()
const ids = idsFrom({ now: () => new Date() })
const OLD = 'the key before, of thirty-two characters'
const NEW = 'the present key, of thirty-two characters'
const before = createSecretBox([OLD])
const during = createSecretBox([NEW, OLD])
const afterwards = createSecretBox([NEW])
const place = (row: string) => ({ table: 'outgoing_messages', column: 'sealed_body', row })
const text = (n: number) => `A link: https://ops.example.com/welcome/${n}`

async function write(box: SecretBox, n: number): Promise<string> {
  const id = ids.next()
  const now = new Date()
  await database()
    .db.insertInto('outgoing_messages')
    .values({
      id,
      kind: 'invitation',
      recipient: `p${n}@example.com`,
      subject: 'Welcome',
      sealed_body: box.seal(place(id), text(n)),
      created_at: now,
      expires_at: new Date(now.getTime() + 86_400_000),
    })
    .execute()
  return id
}
async function sealedOf(id: string): Promise<string> {
  const row = await database().db.selectFrom('outgoing_messages').select('sealed_body').where('id', '=', id).executeTakeFirst()
  return row?.sealed_body ?? ''
}
const rotate = (box: SecretBox) => rotateSecrets(database().db, box, SEALED_COLUMNS)
const messages = (done: Awaited<ReturnType<typeof rotate>>) => done.find(({ table }) => table === 'outgoing_messages')

describe('changing the key (S13)', () => {
  test('the one before opens while it is replaced; after the rotation it is not needed', async () => {
    const old = await Promise.all(Array.from({ length: 1_100 }, (_, n) => write(before, n)))
    const fresh = await write(during, 5_000)
    expect(during.open(place(old[7] ?? ''), await sealedOf(old[7] ?? ''))).toBe(text(7))
    await expect(async () => afterwards.open(place(old[7] ?? ''), await sealedOf(old[7] ?? ''))).rejects.toThrow()
    expect(messages(await rotate(during))).toMatchObject({ resealed: 1_100, current: 1, overtaken: 0, lost: [] })
    for (const [n, id] of [...old.entries()].filter(([n]) => n % 100 === 0)) {
      expect(afterwards.open(place(id), await sealedOf(id))).toBe(text(n))
      await expect(async () => before.open(place(id), await sealedOf(id))).rejects.toThrow('is not among the given ones')
    }
    expect(afterwards.open(place(fresh), await sealedOf(fresh))).toBe(text(5_000))
    expect(messages(await rotate(during))).toMatchObject({ resealed: 0, current: 1_101 })
  })

  test('goes on where it was cut off, and what was written meanwhile is kept', async () => {
    const old = await Promise.all([0, 1, 2].map((n) => write(before, n)))
    const [first = '', second = ''] = old
    // As if a process with both keys wrote between the reading and the writing of the rotation.
    const meddling: SecretBox = {
      ...during,
      open(where, sealed) {
        if (where.row === first) throw new Error('cut off')
        return during.open(where, sealed)
      },
    }
    expect(messages(await rotate(meddling))).toMatchObject({ resealed: 2, lost: [first] })
    const newer = during.seal(place(second), 'newer')
    await database().db.updateTable('outgoing_messages').set({ sealed_body: newer }).where('id', '=', second).execute()
    expect(messages(await rotate(during))).toMatchObject({ resealed: 1, lost: [] })
    expect(await sealedOf(second)).toBe(newer)
    expect(afterwards.open(place(first), await sealedOf(first))).toBe(text(0))
  })

  test('a text that another key has sealed is named and left as it is', async () => {
    const id = await write(createSecretBox(['a key nobody has any more, also long']), 1)
    const sealed = await sealedOf(id)
    expect(messages(await rotate(during))?.lost).toEqual([id])
    expect(await sealedOf(id)).toBe(sealed)
    await database().db.deleteFrom('outgoing_messages').where('id', '=', id).execute()
  })

  test('a text moved to another row, column or table does not open there', async () => {
    const [one, other] = [await write(during, 1), await write(during, 2)]
    const moved = await sealedOf(one)
    expect(() => during.open(place(other), moved)).toThrow()
    expect(() => during.open({ ...place(one), column: 'subject' }, moved)).toThrow()
    expect(() => during.open({ ...place(one), table: 'users' }, moved)).toThrow()
    expect(() => during.open(place(one), `${moved.slice(0, -2)}AA`)).toThrow()
    await sql`update outgoing_messages set sealed_body = ${moved} where id = ${other}::uuid`.execute(database().db)
    expect(during.open(place(one), await sealedOf(one))).toBe(text(1))
    await database().db.deleteFrom('outgoing_messages').where('id', '=', other).execute()
  })

  test('the command says how many, and when the key before can go', async () => {
    await write(before, 1)
    const settings = { DATABASE_URL: database().url, SECRET_KEY: NEW, SECRET_KEY_BEFORE: OLD }
    const program = runProgram('server/rotate-secrets.ts', settings)
    expect((await program.ended).code).toBe(0)
    expect(program.output()).toContain('outgoing_messages.sealed_body: 1 sealed anew')
    expect(program.output()).toContain('Nothing needs SECRET_KEY_BEFORE any more.')
    await write(before, 2)
    const without = runProgram('server/rotate-secrets.ts', { ...settings, SECRET_KEY_BEFORE: '' })
    expect((await without.ended).code).toBe(1)
    expect(without.output()).toContain('Keep SECRET_KEY_BEFORE')
  })
})

/** `table: 'x', column: 'y'` of every place that a source seals to. Cookies are no table. */
function placesIn(source: string): string[] {
  return [...source.matchAll(/table: '(\w+)',\s*column: '(\w+)',\s*row\b/g)]
    .map(([, table, column]) => `${table}.${column}`)
    .filter((one) => !one.startsWith('cookie.'))
}

describe('the list of sealed columns', () => {
  const listed = SEALED_COLUMNS.map(({ table, column }) => `${table}.${column}`)

  test('has every place that the sources seal to', () => {
    const files = sourcesIn('server').filter((file) => !file.endsWith('sealed-columns.ts'))
    const places = files.map((file) => parse(file).text).flatMap(placesIn)
    expect([...new Set(places)].sort()).toEqual([...listed].sort())
  })

  test('names columns that there are', async () => {
    for (const { table, column, row } of SEALED_COLUMNS) {
      await sql`select ${sql.ref(column)}, ${sql.ref(row)} from ${sql.table(table)} limit 0`.execute(database().db)
    }
  })

  test('negative control: a place that is not listed is noticed', () => {
    const places = placesIn("ctx.secrets.seal({ table: 'integrations', column: 'config', row: id }, text)")
    expect(places.filter((one) => !listed.includes(one))).toEqual(['integrations.config'])
  })
})
