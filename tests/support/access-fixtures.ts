import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { newApiKey } from '#server/auth/api-keys.ts'
import { newLinkToken } from '#server/auth/link-token.ts'
import { hashPassword } from '#server/auth/passwords.ts'
import type { Permission } from '#server/auth/permissions.ts'
import { createSessions } from '#server/auth/sessions.ts'
import { type Actor, idsFrom, systemActor } from '#server/context.ts'
import { bodyPlace, queueMessage } from '#server/domains/messages/index.ts'
import { tokenPlace } from '#server/domains/payments/index.ts'
import { transact } from '#server/transact.ts'
import { type Caller, createCaller } from '#server/trpc/router.ts'
import { addPasskey } from './authenticator.ts'
import { makeUser, TestClock, testCtx } from './context.ts'
import type { TestDatabase } from './database.ts'
import { makeWorld, type World } from './world.ts'

/** Whose the entity is that a call is about. */
export type Whose = 'own' | 'nobody' | 'foreign' | 'unknown'

export const PASSWORD = 'a password of the tests'
const ids = idsFrom({ now: () => new Date() })
const long = new Date('2026-11-20T08:00:00Z')

/** Rows of every noun, made straight in the database: one statement each, in their first state. */
export class Fixtures {
  readonly database: TestDatabase
  readonly world: World
  readonly stranger: Actor & { id: string }
  readonly clock = new TestClock()
  #day = 0
  #passwordHash: string
  private constructor(database: TestDatabase, world: World, stranger: Actor & { id: string }, passwordHash: string) {
    this.database = database
    this.world = world
    this.stranger = stranger
    this.#passwordHash = passwordHash
  }
  static async in(database: TestDatabase): Promise<Fixtures> {
    const world = await makeWorld(database, { models: 3 })
    // Whose the foreign entities are: nobody else of the test.
    const stranger = await makeUser(database, 'OPERATOR', 'Somebody Else')
    return new Fixtures(database, world, stranger, await hashPassword(PASSWORD))
  }

  id(): string {
    return ids.next()
  }
  /** A day nobody else takes, as start and end of an hour; after 600 of them, an earlier hour of the same days. */
  hour(): { start: string; end: string } {
    const [day, round] = [this.#day % 600, Math.floor(this.#day / 600)]
    this.#day++
    const start = new Date(Date.UTC(2026, 11, 1, 18 - 3 * round) + day * 86_400_000)
    return { start: start.toISOString(), end: new Date(start.getTime() + 3_600_000).toISOString() }
  }
  #assignee(whose: Whose, actor: Actor): string | null {
    if (whose === 'own' && actor.kind === 'user') return actor.id
    return whose === 'foreign' ? this.stranger.id : null
  }

  async inquiry(whose: Whose, actor: Actor, { status = 'new', deposit = false } = {}): Promise<string> {
    const id = ids.next()
    if (whose === 'unknown') return id
    const { db } = this.database
    await db
      .insertInto('inquiries')
      .values({
        id,
        source: 'web',
        client_id: this.world.client.id,
        subject: 'Dinner',
        message: 'For two',
        location_id: this.world.location.id,
        status: 'new',
        deposit_amount: deposit ? 5_000 : null,
        assignee_id: this.#assignee(whose, actor),
        created_at: long,
        updated_at: long,
      })
      .execute()
    // A key's own are those it brought in.
    if (whose === 'own' && actor.kind === 'api_key') {
      await db
        .insertInto('audit_log')
        .values({
          id: ids.next(),
          at: long,
          actor_kind: 'api_key',
          actor_id: actor.id,
          actor_name: actor.name,
          via: 'rest',
          action: 'inquiry.created',
          entity_type: 'inquiry',
          entity_id: id,
        })
        .execute()
    }
    if (status !== 'new') await this.move('inquiries', id, status)
    return id
  }

  async booking(whose: Whose, actor: Actor): Promise<string> {
    const id = ids.next()
    if (whose === 'unknown') return id
    const { start, end } = this.hour()
    // A key's own are those that came from an inquiry it brought in.
    const inquiryId = whose === 'own' && actor.kind === 'api_key' ? await this.inquiry(whose, actor) : null
    await this.database.db
      .insertInto('bookings')
      .values({
        id,
        inquiry_id: inquiryId,
        client_id: this.world.client.id,
        model_id: this.model(),
        location_id: this.world.location.id,
        starts_at: new Date(start),
        ends_at: new Date(end),
        status: 'draft',
        price_amount: 25_000,
        assignee_id: this.#assignee(whose, actor),
        created_at: long,
        updated_at: long,
      })
      .execute()
    return id
  }

  /** Time held for a client of its own; a key's own are those it placed. */
  async hold(whose: Whose, actor: Actor): Promise<string> {
    const id = ids.next()
    if (whose === 'unknown') return id
    const { start, end } = this.hour()
    const { db } = this.database
    const expires_at = new Date(this.clock.now().getTime() + 900_000)
    const times = { model_id: this.model(), location_id: this.world.location.id, starts_at: start, ends_at: end, expires_at }
    const written = { created_by: this.#assignee(whose, actor), created_at: long, updated_at: long }
    const latest_at = new Date(expires_at.getTime() + 3_600_000)
    await db
      .insertInto('time_holds')
      .values({ id, client_id: await this.client(), ...times, latest_at, ...written })
      .execute()
    await db
      .insertInto('time_blocks')
      .values({ id, kind: 'hold', ...times, ...written })
      .execute()
    if (whose === 'own' && actor.kind === 'api_key') {
      await db
        .insertInto('audit_log')
        .values({
          id: ids.next(),
          at: long,
          actor_kind: 'api_key',
          actor_id: actor.id,
          actor_name: actor.name,
          via: 'rest',
          action: 'hold.placed',
          entity_type: 'hold',
          entity_id: id,
        })
        .execute()
    }
    return id
  }

  /** A link that the provider has not answered yet, and the payment it opens. */
  async paymentLink(whose: Whose, actor: Actor): Promise<{ paymentId: string; token: string }> {
    const id = ids.next()
    const { token, hash } = newLinkToken()
    if (whose === 'unknown') return { paymentId: id, token }
    const booking_id = await this.booking(whose, actor)
    const sealed_token = testCtx(this.database).secrets.seal(tokenPlace(id), token)
    const asked = { type: 'deposit' as const, purpose: 'deposit' as const, status: 'pending' as const, amount: 7_500 }
    await this.database.db
      .insertInto('payments')
      .values({
        id,
        booking_id,
        provider: 'stripe',
        provider_mode: 'simulator',
        provider_id: `pi_${id}`,
        ...asked,
        currency: 'GBP',
        token_hash: hash,
        sealed_token,
        created_at: long,
        updated_at: long,
      })
      .execute()
    return { paymentId: id, token }
  }

  async timeOff(whose: Whose = 'nobody'): Promise<string> {
    const id = ids.next()
    if (whose === 'unknown') return id
    const { start, end } = this.hour()
    const times = { model_id: this.model(), starts_at: start, ends_at: end, created_at: long, updated_at: long }
    await this.database.db
      .insertInto('time_blocks')
      .values({ id, kind: 'time_off', ...times })
      .execute()
    return id
  }

  async task(whose: Whose, actor: Actor): Promise<string> {
    const id = ids.next()
    if (whose === 'unknown') return id
    const assignee_id = this.#assignee(whose, actor)
    const row = { id, type: 'manual', subject: 'Call', status: 'open' as const, assignee_id, created_at: long, updated_at: long }
    await this.database.db.insertInto('tasks').values(row).execute()
    return id
  }

  /** A note that this actor added a moment ago and could take back. */
  async undoEntry(actor: Actor): Promise<string> {
    const [id, itemId, noteId] = [ids.next(), await this.task('nobody', actor), ids.next()]
    const now = this.clock.now()
    const { db } = this.database
    await db
      .insertInto('notes')
      .values({ id: noteId, entity_type: 'task', entity_id: itemId, body: 'x', created_at: now })
      .execute()
    const expires_at = new Date(now.getTime() + 300_000)
    await db
      .insertInto('undo_entries')
      .values({ id, actor_id: actor.id ?? ids.next(), label: 'Note', created_at: now, expires_at })
      .execute()
    const inverse = JSON.stringify({ columns: {}, noteId })
    await db
      .insertInto('undo_steps')
      .values({ undo_id: id, kind: 'task', item_id: itemId, item_ref: 'T-0', version: 1, inverse })
      .execute()
    return id
  }

  async exception(whose: Whose, actor: Actor): Promise<string> {
    const id = ids.next()
    if (whose === 'unknown') return id
    const row = {
      id,
      type: 'other' as const,
      severity: 'medium' as const,
      summary: 'Odd',
      status: 'open' as const,
      assignee_id: this.#assignee(whose, actor),
      created_at: long,
      updated_at: long,
    }
    await this.database.db.insertInto('exceptions').values(row).execute()
    return id
  }

  /** A rule of a model of its own. */
  async rule(whose: Whose = 'nobody'): Promise<string> {
    const id = ids.next()
    if (whose === 'unknown') return id
    const target = { scope: 'model' as const, model_id: await this.newModel('nobody'), kind: 'notice' as const }
    await this.database.db
      .insertInto('availability_rules')
      .values({ id, ...target, config: JSON.stringify({ minutes: 30 }), created_at: long, updated_at: long })
      .execute()
    return id
  }
  async slot(whose: Whose = 'nobody'): Promise<string> {
    const id = ids.next()
    if (whose === 'unknown') return id
    const { start, end } = this.hour()
    const row = { id, model_id: this.model(), kind: 'available' as const, starts_at: start, ends_at: end }
    await this.database.db
      .insertInto('availability_slots')
      .values({ ...row, created_at: long, updated_at: long })
      .execute()
    return id
  }
  async dayException(whose: Whose = 'nobody'): Promise<string> {
    const id = ids.next()
    if (whose === 'unknown') return id
    const row = { id, model_id: this.model(), on_day: '2026-12-25', opens: false, from_minute: 0, to_minute: 1_440 }
    await this.database.db
      .insertInto('availability_exceptions')
      .values({ ...row, created_at: long, updated_at: long })
      .execute()
    return id
  }
  /** The slug of another place. */
  async place(): Promise<string> {
    const id = ids.next()
    const slug = `place-${id}`
    const row = { id, slug, title: 'Elsewhere', zone: 'Europe/London', latitude: 51.6, longitude: -0.2 }
    await this.database.db
      .insertInto('locations')
      .values({ ...row, created_at: long, updated_at: long })
      .execute()
    return slug
  }

  async client(whose: Whose = 'nobody'): Promise<string> {
    const id = ids.next()
    if (whose === 'unknown') return id
    const row = { id, name: 'Jane Roe', email: `jane.${id.slice(-10)}@example.com`, created_at: long, updated_at: long }
    await this.database.db.insertInto('clients').values(row).execute()
    return id
  }

  /** This client's contact, shown to this person just now. */
  async reveal(clientId: string, actor: Actor): Promise<void> {
    const now = this.clock.now()
    const opened = { entity_type: 'client' as const, entity_id: clientId, entity_ref: 'C' }
    await this.database.db
      .insertInto('contact_reveals')
      .values({
        id: ids.next(),
        client_id: clientId,
        user_id: actor.id ?? '',
        reason: 'A call',
        ...opened,
        created_at: now,
        expires_at: new Date(now.getTime() + 900_000),
      })
      .execute()
  }

  async clientRef(clientId: string): Promise<string> {
    const row = await this.database.db.selectFrom('clients').select('ref').where('id', '=', clientId).executeTakeFirst()
    return row?.ref ?? 'C-0'
  }

  /** A finished file, of this person or of the stranger. */
  async exportFile(whose: Whose, actor: Actor): Promise<string> {
    const id = ids.next()
    if (whose === 'unknown') return id
    const maker_id = whose === 'own' && actor.kind === 'user' && actor.id ? actor.id : this.stranger.id
    const file = { kind: 'payments' as const, format: 'csv' as const, filters: '{}', content: Buffer.from('a,b'), byte_count: 3 }
    const at = { created_at: this.clock.now(), finished_at: this.clock.now(), expires_at: '2027-01-01T00:00:00Z' }
    await this.database.db
      .insertInto('export_files')
      .values({ id, maker_id, state: 'done', ...file, ...at })
      .execute()
    return id
  }

  async mergedClient(survivorId: string): Promise<string> {
    const merged_id = await this.client()
    await this.database.db.updateTable('clients').set({ merged_into_id: survivorId }).where('id', '=', merged_id).execute()
    const moved = JSON.stringify({ inquiries: [], bookings: [], tasks: [], exceptions: [] })
    const survivor_before = JSON.stringify({ email: null, phone: null, tags: [], notes: '' })
    await this.database.db
      .insertInto('client_merges')
      .values({ id: ids.next(), survivor_id: survivorId, merged_id, moved, survivor_before, merged_at: long })
      .execute()
    return merged_id
  }

  /** Nobody's is shared by someone, foreign is someone's own. */
  async view(whose: Whose, actor: Actor): Promise<string> {
    const id = ids.next()
    if (whose === 'unknown' || actor.id === null) return id
    await this.database.db
      .insertInto('saved_views')
      .values({
        id,
        screen: 'search',
        name: id,
        query: 'kind=booking',
        owner_id: whose === 'own' && actor.kind === 'user' ? actor.id : this.stranger.id,
        is_shared: whose === 'nobody',
        created_at: long,
        updated_at: long,
      })
      .execute()
    return id
  }

  /** A model of the world. */
  model(): string {
    const { models } = this.world
    return models[this.#day % models.length]?.id ?? ''
  }
  async newModel(whose: Whose = 'nobody'): Promise<string> {
    const id = ids.next()
    if (whose === 'unknown') return id
    const n = id.slice(-10)
    await this.database.db
      .insertInto('models')
      .values({
        id,
        name: 'Sophia',
        public_code: `S-${n.toUpperCase()}`,
        slug: `s-${n}`,
        status: 'inactive',
        primary_location_id: this.world.location.id,
        created_at: long,
        updated_at: long,
      })
      .execute()
    return id
  }

  /** A model with a feed of her own. */
  async modelWithFeed(whose: Whose = 'nobody'): Promise<string> {
    const modelId = await this.newModel(whose)
    if (whose !== 'unknown') await this.#owner((api) => api.calendars.setFeed({ id: modelId, busyOnly: false }))
    return modelId
  }
  /** A calendar kept elsewhere, of a new model. */
  async externalCalendar(whose: Whose = 'nobody'): Promise<string> {
    if (whose === 'unknown') return ids.next()
    const id = await this.newModel()
    const address = 'https://calendar.example.com/private.ics'
    const { external } = await this.#owner((api) => api.calendars.addExternal({ id, name: 'Elsewhere', address }))
    return external[0]?.id ?? ''
  }
  async coverRule(whose: Whose = 'nobody'): Promise<string> {
    if (whose === 'unknown') return ids.next()
    const rule = { name: 'Evenings', location: this.world.location.slug, weekdays: [5], from: 1_080, to: 1_320, needed: 1 }
    return (await this.#owner((api) => api.mismatches.createCover(rule))).id
  }
  /** A slot that is in the way of nothing but another; its fix removes one of them. Own and foreign are about a booking. */
  async mismatch(whose: Whose, actor: Actor): Promise<string> {
    const id = ids.next()
    if (whose === 'unknown') return id
    const model_id = await this.newModel()
    const slotId = ids.next()
    const { db } = this.database
    const time = { starts_at: '2026-12-01T10:00:00Z', ends_at: '2026-12-01T12:00:00Z', created_at: long, updated_at: long }
    await db
      .insertInto('availability_slots')
      .values({ id: slotId, model_id, kind: 'available', ...time })
      .execute()
    const fixes = JSON.stringify([{ key: 'first', label: 'Remove it', action: { kind: 'remove_slot', slotId } }])
    const booking_id = whose === 'nobody' ? null : await this.booking(whose, actor)
    const words = { summary: 'Two slots overlap', expected: 'One slot', actual: 'Two slots' }
    const kind = { kind: 'overlapping_slots' as const, severity: 'low' as const, dedupe_key: `slots:${id}` }
    await db
      .insertInto('availability_mismatches')
      .values({ id, model_id, booking_id, fixes, ...kind, ...words, detected_at: long, seen_at: long })
      .execute()
    return id
  }
  async #owner<T>(work: (api: Caller) => Promise<T>): Promise<T> {
    return work(this.callerOf(await makeUser(this.database, 'OWNER', 'Keeper')))
  }

  async user(role: 'OPERATOR' | 'FINANCE'): Promise<Actor & { id: string }> {
    const user = await makeUser(this.database, role, 'Someone')
    await this.setPassword(user.id)
    return user
  }
  async setPassword(userId: string): Promise<void> {
    await this.database.db.updateTable('users').set({ password_hash: this.#passwordHash }).where('id', '=', userId).execute()
  }

  /** A session of this user, by its token. */
  async session(userId: string): Promise<{ token: string; id: string }> {
    const before = await this.sessionIds(userId)
    const { token } = await createSessions(this.database.db, this.clock).start(userId, { ip: null, agent: null })
    const id = (await this.sessionIds(userId)).find((candidate) => !before.includes(candidate)) ?? ''
    return { token, id }
  }
  /** A sign-in of this user on a new device that nobody has answered for. */
  async newDevice(userId: string): Promise<string> {
    const id = ids.next()
    const row = { id, user_id: userId, at: this.clock.now(), result: 'signed_in' as const, factors: [], is_new_device: true }
    await this.database.db.insertInto('sign_ins').values(row).execute()
    return id
  }
  private async sessionIds(userId: string): Promise<string[]> {
    const rows = await this.database.db.selectFrom('sessions').select('id').where('user_id', '=', userId).execute()
    return rows.map((row) => row.id)
  }

  async message(whose: Whose = 'nobody', email = this.email()): Promise<string> {
    if (whose === 'unknown') return ids.next()
    const expiresAt = new Date('2099-01-01')
    return transact(testCtx(this.database, systemActor('test'), { clock: this.clock }), async (tx) =>
      queueMessage(tx, { kind: 'invitation', to: { email }, subject: 'Hello', body: 'A link', expiresAt }),
    )
  }

  /** An invitation as an operator, sent by an owner, with the token of its link. */
  async invitation(whose: Whose = 'nobody', email = this.email()): Promise<{ id: string; token: string }> {
    if (whose === 'unknown') return { id: ids.next(), token: randomBytes(32).toString('base64url') }
    const owner = await makeUser(this.database, 'OWNER', 'Inviter')
    const ctx = testCtx(this.database, owner, { clock: this.clock })
    const { id } = await createCaller(ctx).invitations.create({ email, name: 'Invited', roles: ['OPERATOR'] })
    return { id, token: await this.linkToken(email) }
  }
  /** The token of a reset link of some operator. */
  async resetLink(whose: Whose = 'nobody', userId?: string): Promise<string> {
    if (whose === 'unknown') return randomBytes(32).toString('base64url')
    const owner = await makeUser(this.database, 'OWNER', 'Sender')
    const user = userId ?? (await this.user('OPERATOR')).id
    await createCaller(testCtx(this.database, owner, { clock: this.clock })).passwordResets.send({ id: user })
    const { email } = await this.database.db.selectFrom('users').select('email').where('id', '=', user).executeTakeFirstOrThrow()
    return this.linkToken(email)
  }
  /** The token in the newest message to this address that still has a link. */
  async linkToken(email: string): Promise<string> {
    const row = await this.database.db
      .selectFrom('outgoing_messages')
      .select(['id', 'sealed_body'])
      .where('recipient', '=', email)
      .where('state', '=', 'waiting')
      .where('kind', 'in', ['invitation', 'password_reset'])
      .orderBy('id', 'desc')
      .executeTakeFirstOrThrow()
    const body = testCtx(this.database).secrets.open(bodyPlace(row.id), row.sealed_body ?? '')
    return /token=([\w-]+)/.exec(body)?.[1] ?? ''
  }

  /** A role of the agency's own, of what operators may. */
  async role(whose: Whose = 'nobody', permissions: readonly Permission[] = ['bookings.read']): Promise<string> {
    if (whose === 'unknown') return 'NO_SUCH_ROLE'
    const owner = await makeUser(this.database, 'OWNER', 'Maker')
    return (await this.callerOf(owner).roles.create({ name: `Desk ${ids.next()}`, permissions: [...permissions] })).code
  }
  /** A passkey of this person, by its id; a device of its own made it. */
  async passkey(of: Actor): Promise<string> {
    const device = await addPasskey(this.callerOf(of))
    const { id } = await this.database.db
      .selectFrom('passkeys')
      .select('id')
      .where('credential_id', '=', device.credentialId)
      .executeTakeFirstOrThrow()
    return id
  }
  /** This actor at the clock of the fixtures, with a session by name only. */
  callerOf(actor: Actor): Caller {
    return createCaller(
      testCtx(this.database, actor, { clock: this.clock, ip: null, token: actor.kind === 'user' ? 'none' : null }),
    )
  }

  async apiKey(permissions: readonly Permission[], name = 'a key'): Promise<{ actor: Actor & { id: string }; token: string }> {
    const { key, prefix, secretHash } = newApiKey()
    const id = ids.next()
    await this.database.db
      .insertInto('api_keys')
      .values({ id, name, prefix, secret_hash: secretHash, permissions: [...permissions], created_at: long })
      .execute()
    return { token: key, actor: { kind: 'api_key', id, name, roles: [], permissions: new Set(permissions), credential: id } }
  }

  async failedJob(error = 'planted'): Promise<string> {
    const { rows } = await sql<{ id: string }>`
      select id::text from graphile_worker.add_job('planted', '{}'::json, max_attempts := 1)`.execute(this.database.db)
    const id = rows[0]?.id ?? ''
    await sql`update graphile_worker._private_jobs set attempts = 1, last_error = ${error} where id = ${id}::bigint`.execute(
      this.database.db,
    )
    return id
  }

  email(): string {
    return `new.${randomBytes(5).toString('hex')}@example.com`
  }

  /** One step along the lifecycle, straight in the database. */
  async move(table: 'inquiries' | 'bookings' | 'tasks' | 'exceptions', id: string, status: string): Promise<void> {
    await this.database.db.transaction().execute(async (trx) => {
      await sql`set local virel.door = 'advance'`.execute(trx)
      await sql`update ${sql.table(table)} set status = ${status} where id = ${id}::uuid`.execute(trx)
    })
  }
}
