import { strFromU8, unzipSync } from 'fflate'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Actor, systemActor } from '#server/context.ts'
import { runExport } from '#server/exports/run-export.ts'
import { Fixtures } from '#tests/support/access-fixtures.ts'
import { callerOf, makeUser, testCtx } from '#tests/support/context.ts'
import { testDatabase } from '#tests/support/database.ts'
import { csvRows, HOSTILE, looksLikeFormula } from '#tests/support/hostile-cells.ts'
import { startWeb, type TestWeb } from '#tests/support/web.ts'

const database = testDatabase()
let made: Fixtures
let owner: Actor & { id: string }
let web: TestWeb
beforeAll(async () => {
  made = await Fixtures.in(database())
  owner = await makeUser(database(), 'OWNER')
  web = await startWeb(database(), { clock: made.clock })
})
afterAll(async () => {
  await web.close()
})
const as = (actor: Actor) => callerOf(database(), actor, { clock: made.clock })
const refused = (code: string) => ({ cause: expect.objectContaining({ code }) })
const signal = new AbortController().signal
const run = (id: string) =>
  runExport(testCtx(database(), systemActor('export-make'), { clock: made.clock, via: 'job' }), id, signal)

type Asked = Parameters<ReturnType<typeof as>['exports']['make']>[0]
async function fileOf(actor: Actor, asked: Asked): Promise<Buffer> {
  const { id } = await as(actor).exports.make(asked)
  await run(id)
  return Buffer.from((await as(actor).exports.file({ id })).base64, 'base64')
}
const csv = async (actor: Actor, kind: Asked['kind'], filters: object = {}) =>
  csvRows((await fileOf(actor, { kind, format: 'csv', filters } as Asked)).toString())

describe('a list as a file', () => {
  test('holds the whole list with its filters, more than one page of it', async () => {
    for (let n = 0; n < 205; n++) await made.booking('nobody', owner)
    const rows = await csv(owner, 'bookings', { status: ['draft'] })
    const { items } = await as(owner).bookings.list({ limit: 200 })
    expect(rows.length - 1).toBeGreaterThanOrEqual(205)
    expect(rows[1]?.[0]).toBe(items[0]?.ref)
    expect(await csv(owner, 'bookings', { status: ['completed'] })).toHaveLength(1)
  })

  test('shows no more than its maker may see: masked for finance, own items only for an operator who may export', async () => {
    const client = await as(owner).clients.create({
      name: 'Filed Person',
      email: 'filed.person@example.com',
      phone: '+447700900321',
    })
    const managers = await csv(owner, 'clients', { q: client.ref })
    expect(managers[1]?.slice(0, 4)).toEqual([client.ref, 'Filed Person', 'filed.person@example.com', "'+447700900321"])
    const role = `EXPORTER`
    await database().db.insertInto('roles').values({ code: role, name: 'Exporter', description: 'x' }).execute()
    await database()
      .db.insertInto('role_permissions')
      .values(['exports.make', 'clients.read', 'bookings.read'].map((permission_code) => ({ role_code: role, permission_code })))
      .execute()
    const exporter = await makeUser(database(), 'CONTENT_MANAGER', 'Exporter')
    await database().db.updateTable('user_roles').set({ role_code: role }).where('user_id', '=', exporter.id).execute()
    const may = { ...exporter, permissions: new Set(['exports.make', 'clients.read', 'bookings.read'] as const) }
    const masked = JSON.stringify(await csv(may, 'clients', { q: client.ref }))
    expect(masked).toContain(client.ref)
    expect(masked).not.toMatch(/Filed Person|filed\.person|900321/)
    const foreign = await made.booking('foreign', exporter)
    const { ref } = await as(owner).bookings.get({ id: foreign })
    expect(JSON.stringify(await csv(may, 'bookings'))).not.toContain(`"${ref}"`)
    await expect(as(may).exports.make({ kind: 'payments', format: 'csv', filters: {} })).rejects.toMatchObject(
      refused('forbidden'),
    )
  })

  test('no text of any list becomes a formula, in CSV and in XLSX (S10)', async () => {
    const hostile = HOSTILE.filter((text) => !/[\t\r]/.test(text) && text.trim() === text).slice(0, 40)
    const words = 'Hostile Names'
    for (const text of hostile) {
      const { id } = await as(owner).clients.create({ name: `${text} ${words}`, tags: [text.slice(0, 30)] })
      const lead = {
        source: 'phone' as const,
        client: { name: text, email: made.email() },
        subject: text,
        message: text,
        location: made.world.location.slug,
      }
      await as(owner).inquiries.receive(lead)
      await database()
        .db.updateTable('bookings')
        .set({ client_id: id })
        .where('id', '=', await made.booking('nobody', owner))
        .execute()
    }
    const paid = await made.booking('nobody', owner)
    await as(owner).payments.record({ id: paid, type: 'full', amount: { amount: 1 }, method: 'cash', reference: '=1+1' })
    for (const kind of ['clients', 'inquiries', 'bookings', 'payments'] as const) {
      const rows = await csv(owner, kind)
      const texts = rows.flat().filter((cell) => !/^-?\d+(\.\d+)?$/.test(cell))
      expect(texts.filter(looksLikeFormula)).toEqual([])
      const files = unzipSync(await fileOf(owner, { kind, format: 'xlsx', filters: {} }))
      for (const [name, bytes] of Object.entries(files))
        if (name.endsWith('.xml')) expect(strFromU8(bytes)).not.toMatch(/<f[\s>]/)
      await database().db.deleteFrom('rate_limits').execute()
    }
  })

  test('is fetched by its maker only, until it expires; others’ and unknown ones look alike', async () => {
    const { id } = await as(owner).exports.make({ kind: 'payments', format: 'csv', filters: {} })
    await expect(as(owner).exports.file({ id })).rejects.toMatchObject(refused('conflict'))
    await run(id)
    const token = await web.signIn(owner)
    const response = await fetch(`${web.url}/api/v1/exports/${id}/file`, { headers: { authorization: `Bearer ${token}` } })
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8'])
    expect(response.headers.get('content-disposition')).toMatch(/^attachment; filename="virel-payments-\d{4}-\d\d-\d\d\.csv"$/)
    expect(response.headers.get('cache-control')).toBe('no-store')
    const other = await makeUser(database(), 'OWNER', 'Other')
    for (const asked of [id, made.id()])
      await expect(as(other).exports.file({ id: asked })).rejects.toMatchObject(refused('not_found'))
    expect((await as(other).exports.list({})).items).toEqual([])
    made.clock.advance(24 * 60)
    await expect(as(owner).exports.file({ id })).rejects.toMatchObject(refused('conflict'))
  })

  test('ends without a file when its maker was disabled or lost the permission meanwhile', async () => {
    for (const [role, change] of [
      [
        'OPS_MANAGER',
        (id: string) => database().db.updateTable('users').set({ disabled_at: new Date() }).where('id', '=', id).execute(),
      ],
      [
        'FINANCE',
        (id: string) =>
          database().db.updateTable('user_roles').set({ role_code: 'READ_ONLY' }).where('user_id', '=', id).execute(),
      ],
    ] as const) {
      const maker = await makeUser(database(), role)
      const { id } = await as(maker).exports.make({ kind: 'payments', format: 'csv', filters: {} })
      await change(maker.id)
      await run(id)
      expect(await as(maker).exports.get({ id })).toMatchObject({ state: 'failed', error: 'You may not export any more.' })
    }
  })

  test('made twice, or again after a crash, is one file and one audit row', async () => {
    const maker = await makeUser(database(), 'FINANCE')
    const { id } = await as(maker).exports.make({ kind: 'payments', format: 'xlsx', filters: { type: ['refund'] } })
    await database().db.updateTable('export_files').set({ state: 'running', row_count: 7 }).where('id', '=', id).execute()
    await Promise.all([run(id), run(id)])
    await run(id)
    const rows = await database()
      .db.selectFrom('audit_log')
      .select(['action', 'after', 'actor_id'])
      .where('entity_id', '=', id)
      .orderBy('at')
      .execute()
    expect(rows.map(({ action }) => action).sort()).toEqual(['export.made', 'export.requested'])
    expect(rows.every(({ actor_id }) => actor_id === maker.id)).toBe(true)
    expect(rows.find(({ action }) => action === 'export.made')?.after).toMatchObject({
      kind: 'payments',
      filters: { type: ['refund'] },
      rows: 0,
    })
  })

  test('three at a time, and only filters the list has', async () => {
    const maker = await makeUser(database(), 'FINANCE')
    const ask = () => as(maker).exports.make({ kind: 'payments', format: 'csv', filters: {} })
    const asked = await Promise.allSettled(Array.from({ length: 6 }, ask))
    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(3)
    const odd = { kind: 'payments', format: 'csv', filters: { limit: 1 } } as unknown as Asked
    await expect(as(maker).exports.make(odd)).rejects.toMatchObject({ code: 'BAD_REQUEST' })
    const key = await made.apiKey([...maker.permissions])
    await expect(as(key.actor).exports.make({ kind: 'payments', format: 'csv', filters: {} })).rejects.toMatchObject(
      refused('forbidden'),
    )
  })
})
