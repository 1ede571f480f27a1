import fc from 'fast-check'
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { systemActor } from '#server/context.ts'
import { findOrCreateClient } from '#server/domains/clients/index.ts'
import { transact } from '#server/transact.ts'
import { callerOf, makeUser, TestClock, testCtx } from '#tests/support/context.ts'
import { testDatabase } from '#tests/support/database.ts'
import { makeWorld } from '#tests/support/world.ts'

const database = testDatabase({ max: 30 })
let counter = 0
const phoneOf = (n: number) => `+4420700${String(n).padStart(5, '0')}`

async function setting() {
  const db = database()
  const clock = new TestClock()
  const [manager, olivia, oscar, reader] = await Promise.all([
    makeUser(db, 'OPS_MANAGER', 'Mona'),
    makeUser(db, 'OPERATOR', 'Olivia'),
    makeUser(db, 'OPERATOR', 'Oscar'),
    makeUser(db, 'READ_ONLY', 'Rhea'),
  ])
  const as = (actor = manager) => callerOf(db, actor, { clock })
  const find = (contact: { name: string; email?: string; phone?: string }) =>
    transact(testCtx(db, systemActor('form'), { clock }), (tx) => findOrCreateClient(tx, contact))
  const n = counter++
  return { db, clock, manager, olivia, oscar, reader, as, find, phone: phoneOf(n), email: `jane.${n}@example.com` }
}

describe('finding or making a client', () => {
  test('at once by phone, by email, or by both in any order makes one', async () => {
    const { find, phone, email } = await setting()
    const both = { name: 'Jane', phone, email }
    const asked = [both, { name: 'J', phone }, both, { name: 'Jane D', phone }, both, { name: 'Jane', email, phone }]
    const found = await Promise.all([...asked, ...asked, ...asked].map(find))
    expect(new Set(found.map((client) => client.id)).size).toBe(1)
    expect(found.filter((client) => client.created)).toHaveLength(1)
  })

  test('without the lock would make several: the test above can fail', async () => {
    const { db, phone } = await setting()
    const now = new Date()
    const unlocked = async () => {
      const known = await db.db.selectFrom('clients').select('id').where('phone', '=', phone).executeTakeFirst()
      if (known) return known.id
      const id = crypto.randomUUID()
      await db.db.insertInto('clients').values({ id, name: 'J', phone, created_at: now, updated_at: now }).execute()
      return id
    }
    expect(new Set(await Promise.all(Array.from({ length: 18 }, unlocked))).size).toBeGreaterThan(1)
  })

  test('goes by the phone before the email, and fills only what is missing', async () => {
    const { as, find, phone, email } = await setting()
    const byPhone = await find({ name: 'Phoned', phone })
    const byEmail = await find({ name: 'Wrote', email })
    expect(byEmail.id).not.toBe(byPhone.id)
    expect(await find({ name: 'Someone', phone, email })).toEqual({ id: byPhone.id, created: false })
    expect(await as().clients.get({ id: byPhone.id })).toMatchObject({ name: 'Phoned', phone, email, version: 2 })
    expect((await as().clients.get({ id: byEmail.id })).phone).toBeNull()
    await find({ name: 'Someone', phone, email: 'other@example.com' })
    expect((await as().clients.get({ id: byPhone.id })).email).toBe(email)
  })

  test('follows a merge to the survivor, however long the chain', async () => {
    const { as, find, phone, email } = await setting()
    const [a, b, c] = [await find({ name: 'A', phone }), await find({ name: 'B', email }), await find({ name: 'C' })]
    await as().clients.merge({ id: b.id, mergedIds: [a.id] })
    await as().clients.update({ id: b.id, phone: null, email: null })
    await as().clients.merge({ id: c.id, mergedIds: [b.id] })
    expect(await find({ name: 'again', phone })).toEqual({ id: c.id, created: false })
  })
})

/** Everything a merge may touch, as it stands. */
async function stateOf(db: ReturnType<typeof database>, ids: string[]) {
  const { rows } = await sql<{ state: unknown }>`
    select jsonb_build_object(
      'clients', (select jsonb_agg(jsonb_build_object('id', id, 'name', name, 'email', email, 'phone', phone, 'notes', notes,
        'tags', (select array_agg(tag order by tag) from unnest(tags) tag), 'merged', merged_into_id) order by id)
        from clients where id = any(${ids}::uuid[])),
      'inquiries', (select jsonb_object_agg(id, client_id) from inquiries where client_id = any(${ids}::uuid[])),
      'bookings', (select jsonb_object_agg(id, client_id) from bookings where client_id = any(${ids}::uuid[])),
      'tasks', (select jsonb_object_agg(id, client_id) from tasks where client_id = any(${ids}::uuid[])),
      'exceptions', (select jsonb_object_agg(id, client_id) from exceptions where client_id = any(${ids}::uuid[]))) as state`.execute(
    db.db,
  )
  return rows[0]?.state
}

async function ownThings(
  setup: Awaited<ReturnType<typeof setting>>,
  clientId: string,
  world: Awaited<ReturnType<typeof makeWorld>>,
) {
  const { db, as, clock } = setup
  const now = clock.now()
  await db.db
    .insertInto('inquiries')
    .values({
      id: crypto.randomUUID(),
      source: 'phone',
      client_id: clientId,
      message: 'hello',
      status: 'new',
      created_at: now,
      updated_at: now,
    })
    .execute()
  await as().bookings.create({
    clientId,
    modelId: world.models[0]?.id ?? '',
    location: world.location.slug,
    start: '2026-12-25T19:00:00Z',
    end: '2026-12-25T21:00:00Z',
  })
  await as().tasks.create({ subject: 'Call', entityType: 'client', entityId: clientId })
  await as().exceptions.create({ summary: 'Odd', entityType: 'client', entityId: clientId })
}

describe('a merge', () => {
  const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null })
  const person = fc.record({
    email: maybe(fc.constantFrom('a@example.com', 'b@example.com', 'c@example.com')),
    phone: maybe(fc.constantFrom(phoneOf(90_001), phoneOf(90_002), phoneOf(90_003))),
    tags: fc.uniqueArray(fc.constantFrom('vip', 'regular', 'local', 'press'), { maxLength: 4 }),
    about: fc.constantFrom('', 'likes tea', 'pays late'),
    owns: fc.boolean(),
  })

  test('undone in any order leaves everything exactly as it was', async () => {
    const setup = await setting()
    const { db, as } = setup
    const world = await makeWorld(db)
    await fc.assert(
      fc.asyncProperty(fc.array(person, { minLength: 2, maxLength: 4 }), fc.integer(), async (people, seed) => {
        const ids: string[] = []
        for (const { owns, email, phone, ...rest } of people) {
          const { id } = await as().clients.create({ name: 'Pat', ...rest, email: email ?? undefined, phone: phone ?? undefined })
          ids.push(id)
          if (owns) await ownThings(setup, id, world)
        }
        const [survivor = '', ...merged] = ids
        const before = await stateOf(db, ids)
        await as().clients.merge({ id: survivor, mergedIds: merged })
        const after = JSON.stringify(await stateOf(db, ids))
        expect(after).not.toBe(JSON.stringify(before))
        for (const mergedId of seed % 2 === 0 ? merged : merged.toReversed())
          await as().clients.unmerge({ id: survivor, mergedId })
        expect(await stateOf(db, ids)).toEqual(before)
      }),
      { numRuns: 12 },
    )
  })

  test('moves all that is theirs, fills gaps, unites tags, and shows in the history of the survivor', async () => {
    const setup = await setting()
    const { db, as, phone, email } = setup
    const world = await makeWorld(db)
    const kept = await as().clients.create({ name: 'Kept', email, tags: ['vip'] })
    const gone = await as().clients.create({ name: 'Gone', phone, email: 'x@example.com', tags: ['Regular'] })
    await ownThings(setup, gone.id, world)
    await as().clients.addNote({ id: gone.id, body: 'likes tea' })
    const merged = await as().clients.merge({ id: kept.id, mergedIds: [gone.id] })
    expect(merged.notes.map((note) => note.body)).toEqual(['likes tea'])
    expect(merged).toMatchObject({ email, phone, tags: ['vip', 'regular'], status: 'active' })
    expect([merged.inquiries.length, merged.bookings.length]).toEqual([1, 1])
    expect(merged.merges).toMatchObject([{ mergedId: gone.id, mergedName: 'Gone', moved: 4, by: { name: 'Mona' } }])
    expect(await as().clients.get({ id: gone.id })).toMatchObject({ status: 'merged', mergedInto: { id: kept.id } })
    expect((await as().clients.list({ limit: 200 })).items.map((client) => client.id)).not.toContain(gone.id)
    await expect(as().clients.update({ id: gone.id, name: 'Back' })).rejects.toMatchObject({ cause: { code: 'conflict' } })
  })

  test('undone keeps what someone changed since', async () => {
    const { as, phone } = await setting()
    const kept = await as().clients.create({ name: 'Kept' })
    const gone = await as().clients.create({ name: 'Gone', phone, email: 'gone@example.com' })
    await as().clients.merge({ id: kept.id, mergedIds: [gone.id] })
    await as().clients.update({ id: kept.id, email: 'new@example.com' })
    const undone = await as().clients.unmerge({ id: kept.id, mergedId: gone.id })
    expect(undone).toMatchObject({ email: 'new@example.com', phone: null })
    await expect(as().clients.unmerge({ id: kept.id, mergedId: gone.id })).rejects.toMatchObject({ cause: { code: 'conflict' } })
  })

  test('asked for at once both ways, or twice, happens once', async () => {
    const { as, db } = await setting()
    const a = await as().clients.create({ name: 'A' })
    const b = await as().clients.create({ name: 'B' })
    const tries = await Promise.allSettled([
      as().clients.merge({ id: a.id, mergedIds: [b.id] }),
      as().clients.merge({ id: b.id, mergedIds: [a.id] }),
      as().clients.merge({ id: a.id, mergedIds: [b.id] }),
    ])
    expect(tries.filter((one) => one.status === 'fulfilled')).toHaveLength(1)
    for (const one of tries) if (one.status === 'rejected') expect(one.reason).toMatchObject({ cause: { code: 'conflict' } })
    const merged = await db.db
      .selectFrom('clients')
      .select('id')
      .where('id', 'in', [a.id, b.id])
      .where('merged_into_id', 'is not', null)
      .execute()
    expect(merged).toHaveLength(1)
  })

  test('is refused to an operator, of a client with itself, and of one that does not exist', async () => {
    const { as, olivia } = await setting()
    const a = await as().clients.create({ name: 'A' })
    const b = await as().clients.create({ name: 'B' })
    await expect(as(olivia).clients.merge({ id: a.id, mergedIds: [b.id] })).rejects.toMatchObject({
      cause: { code: 'forbidden' },
    })
    await expect(as().clients.merge({ id: a.id, mergedIds: [a.id] })).rejects.toMatchObject({ cause: { code: 'invalid' } })
    await expect(as().clients.merge({ id: a.id, mergedIds: [crypto.randomUUID()] })).rejects.toMatchObject({
      cause: { code: 'not_found' },
    })
  })
})

describe('a client', () => {
  test('edited on an old version is refused with what differs, masked for who may not see it', async () => {
    const { as, olivia, phone, email } = await setting()
    const { id } = await as().clients.create({ name: 'Jane Doe', email, phone })
    await as().clients.update({ id, version: 1, tags: ['vip'] })
    const stale = as(olivia).clients.update({ id, version: 1, email: 'else@example.com', name: 'Jane Doe' })
    await expect(stale).rejects.toMatchObject({ cause: { code: 'stale_write', facts: { currentVersion: 2 } } })
    const refusal = await stale.catch((error: { cause: { facts: unknown } }) => error.cause.facts)
    expect(refusal).toEqual({ currentVersion: 2, changed: { email: `ja***@example.com` } })
  })

  test('is shown in full to who works for them, once audited, and masked to everyone else', async () => {
    const { db, as, clock, olivia, oscar, reader, phone, email } = await setting()
    const world = await makeWorld(db)
    const { id } = await as().clients.create({ name: 'Jane Doe', email, phone })
    const booking = await as().bookings.create({
      clientId: id,
      modelId: world.models[0]?.id ?? '',
      location: world.location.slug,
      start: '2026-12-25T19:00:00Z',
      end: '2026-12-25T21:00:00Z',
    })
    await as().bookings.assign({ id: booking.id, userId: olivia.id })
    expect(await as(olivia).clients.get({ id })).toMatchObject({ name: 'Jane Doe', email, phone })
    await as(olivia).clients.get({ id })
    await as(olivia).bookings.get({ id: booking.id })
    const looks = () =>
      db.db
        .selectFrom('audit_log')
        .select('id')
        .where('action', '=', 'client.viewed')
        .where('entity_id', '=', id)
        .where('actor_id', '=', olivia.id)
        .execute()
    expect(await looks()).toHaveLength(1)
    clock.advance(16)
    await as(olivia).clients.get({ id })
    expect(await looks()).toHaveLength(2)
    expect(await as(oscar).clients.get({ id })).toMatchObject({
      name: 'Jane Doe',
      bookings: [],
      phone: expect.stringContaining('***'),
    })
    expect(await as(reader).clients.get({ id })).toMatchObject({ name: 'J. D.', email: expect.stringContaining('***') })
    expect(
      (await as(olivia).clients.list({ q: 'Jane' })).items.every((item) => item.phone === null || item.phone.includes('***')),
    ).toBe(true)
  })

  test('revealed in one call says nothing to the next of the same request', async () => {
    const { as, olivia, db, phone, email } = await setting()
    const world = await makeWorld(db)
    const { id } = await as().clients.create({ name: 'Jane Doe', email, phone })
    const booking = await as().bookings.create({
      clientId: id,
      modelId: world.models[0]?.id ?? '',
      location: world.location.slug,
      start: '2026-12-26T19:00:00Z',
      end: '2026-12-26T21:00:00Z',
    })
    await as().bookings.assign({ id: booking.id, userId: olivia.id })
    const oneRequest = as(olivia)
    expect((await oneRequest.clients.get({ id })).phone).toBe(phone)
    const listed = await oneRequest.clients.list({ q: 'Jane Doe', limit: 200 })
    expect(listed.items.find((item) => item.id === id)?.phone).toContain('***')
  })

  test('is not found by a part of what is masked', async () => {
    const { as, olivia, reader, phone, email } = await setting()
    const { id } = await as().clients.create({ name: 'Quentin Zephyr', email, phone })
    const found = async (actor: typeof reader, q: string) =>
      (await as(actor).clients.list({ q })).items.some((item) => item.id === id)
    expect(await found(olivia, 'zephyr')).toBe(true)
    expect(await found(olivia, email.slice(0, -4))).toBe(false)
    expect(await found(olivia, phone.slice(0, -1))).toBe(false)
    expect(await found(olivia, email)).toBe(true)
    expect(await found(olivia, phone.replace('+44', '0'))).toBe(true)
    expect(await found(reader, 'zephyr')).toBe(false)
    expect(await found(reader, email)).toBe(false)
    expect((await as().clients.list({ q: email.slice(0, 7) })).items.some((item) => item.id === id)).toBe(true)
  })

  test('with the same phone, email or a similar name is shown as a possible duplicate, strongest first', async () => {
    const { as, phone, email } = await setting()
    const me = await as().clients.create({ name: 'Bartholomew Quill', email, phone })
    const similar = await as().clients.create({ name: 'Bartholomew Quil' })
    const samePhone = await as().clients.create({ name: 'Other', phone })
    await as().clients.create({ name: 'Nobody' })
    const { items } = await as().clients.duplicates({ id: me.id })
    expect(items.map(({ id, reasons }) => ({ id, reasons }))).toEqual([
      { id: samePhone.id, reasons: ['same_phone'] },
      { id: similar.id, reasons: ['similar_name'] },
    ])
  })

  test('can not be edited by who only reads', async () => {
    const { as, reader } = await setting()
    const { id } = await as().clients.create({ name: 'A' })
    await expect(as(reader).clients.update({ id, name: 'B' })).rejects.toMatchObject({ cause: { code: 'forbidden' } })
    await expect(as(reader).clients.addNote({ id, body: 'B' })).rejects.toMatchObject({ cause: { code: 'forbidden' } })
  })
})
