import { sql } from 'kysely'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Actor, type Ctx, systemActor, systemClock } from '#server/context.ts'
import { type HeadsFile, sealOnce, verifyAudit } from '#server/domains/audit/index.ts'
import { runErasure } from '#server/domains/erasures/index.ts'
import { Fixtures } from '#tests/support/access-fixtures.ts'
import { testHeads } from '#tests/support/audit-log.ts'
import { CANARIES, type Planted, plant, planted } from '#tests/support/canaries.ts'
import { callerOf, makeUser, testCtx } from '#tests/support/context.ts'
import { testDatabase } from '#tests/support/database.ts'
import { findEverywhere } from '#tests/support/find-everywhere.ts'

const database = testDatabase({ max: 30 })
/** What was planted about others stays. */
const OTHERS = ['modelStreet', 'modelPostCode', 'modelNotes', 'modelNote', 'staffEmail', 'invitedEmail', 'jobError']
const THEIRS = Object.keys(CANARIES).filter((name) => !OTHERS.includes(name))
const SPELLINGS = ['07700 900739', '0044 7700-900739', 'zephyrine  quillfeather', 'CANARY.MAIL.7391@quillfeather.example']

let made: Fixtures
let owner: Actor & { id: string }
beforeAll(async () => {
  made = await Fixtures.in(database())
  owner = await makeUser(database(), 'OWNER')
})
const as = (actor: Actor = owner) => callerOf(database(), actor)
const jobCtx = (): Ctx => testCtx(database(), systemActor('client-erase'), { via: 'job' })
const refused = (code: string) => ({ cause: expect.objectContaining({ code }) })

/** Figures of the agency that must not change when a person goes. */
async function figures(): Promise<unknown> {
  const { rows } = await sql`
    select (select count(*) from clients) as clients, (select count(*) from inquiries) as inquiries,
      (select jsonb_object_agg(status, n) from (select status, count(*) n from inquiries group by 1) s) as by_status,
      (select jsonb_object_agg(source, n) from (select source, count(*) n from inquiries group by 1) s) as by_source,
      (select count(*) from bookings) as bookings, (select sum(price_amount) from bookings) as price,
      (select sum(paid_amount) from bookings) as paid, (select sum(amount) from payments) as payments,
      (select jsonb_object_agg(status, n) from (select status, count(*) n from bookings group by 1) s) as bookings_by_status,
      (select count(*) from tasks) as tasks, (select count(*) from exceptions) as exceptions,
      (select count(*) from booking_timeline) as timeline`.execute(database().db)
  return rows[0]
}

/** Seals the audit log as it is and keeps its head. */
async function seal(heads: HeadsFile): Promise<void> {
  const { seal: made } = await sealOnce({ pool: database().pool, clock: systemClock })
  if (made) await heads.append({ day: made.day, number: made.number, head: made.head.toString('hex'), at: made.at.toISOString() })
}

interface Person extends Planted {
  ref: string
  duplicate: string
}

/** A person with traces everywhere, nothing of theirs still running. */
async function person(): Promise<Person> {
  const it = await plant(made, owner)
  await as().inquiries.setStatus({ id: it.inquiry, newStatus: 'spam', reason: planted('inquiryMessage') })
  const duplicate = await as().clients.create({ name: 'Z. Quillfeather', email: 'second.mail.7392@quillfeather.example' })
  await as().clients.merge({ id: it.client, mergedIds: [duplicate.id] })
  const naming = SPELLINGS.join(', ')
  await as().models.update({ id: it.model, internalNotes: `Was asked for by ${planted('clientName')}: ${naming}` })
  await as().tasks.create({ subject: `Call ${planted('clientName')}`, details: naming })
  const query = new URLSearchParams({ q: planted('clientName'), mail: planted('clientEmail') }).toString()
  await as().views.create({ screen: 'clients', name: `Those of ${planted('clientEmail')}`, query })
  const keyed = callerOf(database(), owner, { idempotencyKey: crypto.randomUUID() })
  await keyed.bookings.addNote({ id: it.booking, body: planted('bookingNote') })
  await as(await makeUser(database(), 'OPERATOR')).personalData.reveal({ id: it.client, reason: planted('clientNote') })
  await database()
    .db.updateTable('export_files')
    .set({ content: Buffer.from(planted('clientName')) })
    .where('id', '=', await made.exportFile('own', owner))
    .execute()
  const { ref } = await as().clients.get({ id: it.client })
  return { ...it, ref, duplicate: duplicate.id }
}

/** Also a word of the name alone, as a search index keeps it. */
const texts = [...THEIRS.map(planted), 'zephyrine', ...SPELLINGS, 'second.mail.7392@quillfeather.example']

describe('a client that is erased', () => {
  let it: Person
  let before: unknown
  beforeAll(async () => {
    it = await person()
    before = await figures()
  })

  test('negative control: before it, the search finds them in many tables', async () => {
    const found = await findEverywhere(database().db, texts)
    for (const table of ['clients', 'inquiries', 'bookings', 'booking_timeline', 'payments', 'tasks', 'exceptions', 'notes']) {
      expect(
        found.some((line) => line.startsWith(`public.${table}:`)),
        table,
      ).toBe(true)
    }
    for (const table of [
      'audit_log',
      'idempotency_keys',
      'contact_reveals',
      'export_files',
      'saved_views',
      'client_merges',
      'models',
    ]) {
      expect(
        found.some((line) => line.startsWith(`public.${table}:`)),
        table,
      ).toBe(true)
    }
  })

  test('is in no column of any table afterwards; figures stay, and the audit log can still be proved whole', async () => {
    const kept = testHeads()
    await seal(kept)
    const preview = await as().erasures.preview({ id: it.client })
    expect(preview).toMatchObject({ blockers: [], erasure: null })
    expect(preview.merged).toHaveLength(1)
    const started = await as().erasures.start({ id: it.client, confirm: it.ref.toLowerCase() })
    expect(started).toMatchObject({ state: 'running', step: 0 })
    await runErasure(jobCtx(), it.client)
    expect(await findEverywhere(database().db, texts)).toEqual([])
    expect(await figures()).toEqual(before)
    expect((await as().erasures.preview({ id: it.client })).erasure).toMatchObject({ state: 'done', doing: null })
    await seal(kept)
    expect((await verifyAudit({ url: database().url, heads: kept, now: new Date() })).problem).toBeNull()
  })

  test('shows a pseudonym, and can not be edited, booked, noted, merged, unmerged or exported', async () => {
    const api = as()
    const client = await api.clients.get({ id: it.client })
    expect(client).toMatchObject({
      name: `Erased client ${it.ref}`,
      email: null,
      phone: null,
      tags: [],
      about: '',
      status: 'erased',
    })
    const other = await made.client()
    const hour = { modelId: made.model(), location: made.world.location.slug, ...made.hour() }
    await expect(api.clients.update({ id: it.client, name: 'Zephyrine' })).rejects.toMatchObject(refused('conflict'))
    await expect(api.clients.addNote({ id: it.client, body: 'x' })).rejects.toMatchObject(refused('conflict'))
    await expect(api.bookings.create({ clientId: it.client, ...hour })).rejects.toMatchObject(refused('invalid'))
    await expect(api.clients.merge({ id: other, mergedIds: [it.client] })).rejects.toMatchObject(refused('conflict'))
    await expect(api.clients.merge({ id: it.client, mergedIds: [other] })).rejects.toMatchObject(refused('conflict'))
    await expect(api.clients.unmerge({ id: it.client, mergedId: it.duplicate })).rejects.toMatchObject(refused('conflict'))
    await expect(api.personalData.exportClient({ id: it.client })).rejects.toMatchObject(refused('conflict'))
    expect((await api.clients.list({ limit: 200 })).items.map((row) => row.id)).not.toContain(it.client)
  })

  test('asked again is the same erasure, and changes nothing more', async () => {
    const events = () =>
      database()
        .db.selectFrom('domain_events')
        .select((eb) => eb.fn.countAll<number>().as('n'))
        .executeTakeFirst()
    const [count, figuresNow] = [await events(), await figures()]
    expect(await as().erasures.start({ id: it.client, confirm: it.ref })).toMatchObject({ state: 'done' })
    await runErasure(jobCtx(), it.client)
    expect([await events(), await figures()]).toEqual([count, figuresNow])
  })
})

describe('erasing', () => {
  test('wants the ref typed, a fresh sign-in, an owner, nothing running, and a client that stands for itself', async () => {
    const client = await as().clients.create({ name: 'Someone Else Entirely' })
    await expect(as().erasures.start({ id: client.id, confirm: 'yes' })).rejects.toMatchObject(refused('invalid'))
    const stale = { ...owner, authenticatedAt: new Date('2026-11-20T00:00:00Z') }
    await expect(as(stale).erasures.start({ id: client.id, confirm: client.ref })).rejects.toMatchObject(
      refused('reauthenticate'),
    )
    const manager = await makeUser(database(), 'OPS_MANAGER')
    await expect(as(manager).erasures.start({ id: client.id, confirm: client.ref })).rejects.toMatchObject(refused('forbidden'))
    const hour = { modelId: made.model(), location: made.world.location.slug, ...made.hour() }
    const booking = await as().bookings.create({ clientId: client.id, ...hour })
    expect((await as().erasures.preview({ id: client.id })).blockers).toMatchObject([{ ref: booking.ref, status: 'draft' }])
    await expect(as().erasures.start({ id: client.id, confirm: client.ref })).rejects.toMatchObject(refused('conflict'))
    const survivor = await made.client()
    await as().clients.merge({ id: survivor, mergedIds: [client.id] })
    await expect(as().erasures.start({ id: client.id, confirm: client.ref })).rejects.toMatchObject(refused('conflict'))
  })

  test('twice at once, and a booking at the same time: one erasure, and nothing new for who is gone', async () => {
    for (let round = 0; round < 5; round++) {
      const client = await as().clients.create({ name: 'Racing Person', email: made.email() })
      const hour = { modelId: made.model(), location: made.world.location.slug, ...made.hour() }
      const [first, second, booked] = await Promise.allSettled([
        as().erasures.start({ id: client.id, confirm: client.ref }),
        as().erasures.start({ id: client.id, confirm: client.ref }),
        as().bookings.create({ clientId: client.id, ...hour }),
      ])
      const { erasure } = await as().erasures.preview({ id: client.id })
      if (booked.status === 'fulfilled') {
        expect([first.status, second.status, erasure]).toEqual(['rejected', 'rejected', null])
      } else {
        expect([first.status, second.status]).toEqual(['fulfilled', 'fulfilled'])
        await Promise.all([runErasure(jobCtx(), client.id), runErasure(jobCtx(), client.id)])
        expect((await as().erasures.preview({ id: client.id })).erasure?.state).toBe('done')
      }
    }
  })

  test('killed after any number of steps it goes on where it was', async () => {
    const it = await person()
    await as().erasures.start({ id: it.client, confirm: it.ref })
    for (let steps = 1; steps < 40; steps++) {
      // The signal is looked at between steps: this attempt dies after one of them.
      let left = 1
      const dying = {
        throwIfAborted: () => {
          if (left-- === 0) throw new Error('killed')
        },
      } as AbortSignal
      const ended = await runErasure(jobCtx(), it.client, dying).then(
        () => true,
        () => false,
      )
      if (ended) break
      const done = await database()
        .db.selectFrom('client_erasures')
        .select('steps_done')
        .where('client_id', '=', it.client)
        .executeTakeFirstOrThrow()
      if (done.steps_done.length >= 3) break
    }
    await runErasure(jobCtx(), it.client)
    expect(await findEverywhere(database().db, texts)).toEqual([])
  })

  test('negative control: with one step left out, the search finds what it should have removed', async () => {
    const it = await person()
    await as().erasures.start({ id: it.client, confirm: it.ref })
    await database()
      .db.updateTable('client_erasures')
      .set({ steps_done: ['timelines'] })
      .where('client_id', '=', it.client)
      .execute()
    await runErasure(jobCtx(), it.client)
    expect(await findEverywhere(database().db, texts)).toEqual([expect.stringMatching(/^public\.booking_timeline: /)])
  })

  test('leaves another of the same name alone, and texts that only name them', async () => {
    const twin = await as().clients.create({ name: 'Twin Namesake', email: 'twin.one@example.com' })
    const other = await as().clients.create({ name: 'Twin Namesake', email: 'twin.two@example.com' })
    const task = await as().tasks.create({ subject: 'Call Twin Namesake on twin.one@example.com' })
    expect(await as().erasures.preview({ id: twin.id })).toMatchObject({ namesakes: 1 })
    await as().erasures.start({ id: twin.id, confirm: twin.ref })
    await runErasure(jobCtx(), twin.id)
    expect(await as().clients.get({ id: other.id })).toMatchObject({ name: 'Twin Namesake', email: 'twin.two@example.com' })
    expect((await as().tasks.get({ id: task.id })).subject).toBe(`Call Twin Namesake on ${twin.ref}`)
  })
})
