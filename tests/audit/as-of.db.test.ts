import { expect, test } from 'vitest'
import type { Permission } from '#server/auth/permissions.ts'
import { type Actor, seededRng } from '#server/context.ts'
import { toAppError } from '#server/trpc/errors.ts'
import type { Caller } from '#server/trpc/router.ts'
import { callerOf, makeUser, TestClock } from '#tests/support/context.ts'
import { testDatabase } from '#tests/support/database.ts'
import { makeWorld, type World } from '#tests/support/world.ts'

const database = testDatabase()
const STEPS = process.env.VIREL_FAULTS === '1' ? 400 : 45

type Subject = 'booking' | 'inquiry' | 'client' | 'model' | 'task' | 'exception'
type Fields = Record<string, unknown> | null

/** What happened at a moment: how everything known then looked. */
interface Remembered {
  at: Date
  states: Map<string, Fields>
}

/** A day's work by chance: edits and steps of everything that has a past, each at a minute of its own. */
class Story {
  /** The world is a moment old by then. */
  readonly clock = new TestClock(new Date(Date.now() + 60_000))
  readonly things: { type: Subject; id: string }[] = []
  readonly remembered: Remembered[] = []
  readonly done = new Map<string, number>()
  readonly rng: () => number
  readonly as: () => Caller
  readonly world: World
  readonly users: string[]
  constructor(rng: () => number, as: (story: Story) => Caller, world: World, users: string[]) {
    this.rng = rng
    this.as = () => as(this)
    this.world = world
    this.users = users
  }

  pick<T>(list: readonly T[]): T {
    const item = list[Math.floor(this.rng() * list.length)]
    if (item === undefined) throw new Error('nothing to pick from')
    return item
  }
  ids(type: Subject): string[] {
    return this.things.filter((thing) => thing.type === type).map((thing) => thing.id)
  }
  maybe<T>(value: () => T): T | undefined {
    return this.rng() < 0.5 ? value() : undefined
  }
  hour(): { start: string; end: string } {
    const start = new Date(this.clock.now().getTime() + (1 + Math.floor(this.rng() * 200)) * 3_600_000)
    return { start: start.toISOString(), end: new Date(start.getTime() + 3_600_000).toISOString() }
  }
  some<T>(list: readonly T[]): T[] {
    return list.filter(() => this.rng() < 0.5)
  }

  async remember(): Promise<void> {
    const states = new Map<string, Fields>()
    const at = this.clock.now()
    for (const { type, id } of this.things) {
      const { present } = await this.as().audit.asOf({ entityType: type, entityId: id, at: at.toISOString() })
      states.set(`${type} ${id}`, present)
    }
    this.remembered.push({ at, states })
  }
}

type Action = (story: Story, api: Caller) => Promise<unknown>

const ACTIONS: Record<string, Action> = {
  async newBooking(s, api) {
    const { id } = await api.bookings.create({
      clientId: s.pick(s.ids('client')),
      modelId: s.pick(s.world.models).id,
      location: s.world.location.slug,
      ...s.hour(),
      callType: 'incall',
      services: s.some(s.world.services).map((service) => service.code),
    })
    s.things.push({ type: 'booking', id })
  },
  async newInquiry(s, api) {
    const { id } = await api.inquiries.receive({
      source: 'phone',
      client: { name: 'Jane', phone: `+4477009${Math.floor(10_000 + s.rng() * 89_999)}` },
      message: 'Dinner',
      location: s.world.location.slug,
    })
    s.things.push({ type: 'inquiry', id })
  },
  async newClient(s, api) {
    const { id } = await api.clients.create({ name: 'Joan', tags: s.some(['vip', 'late']), about: s.maybe(() => 'Likes jazz') })
    s.things.push({ type: 'client', id })
  },
  newTask: async (s, api) => s.things.push({ type: 'task', id: (await api.tasks.create({ subject: 'Call' })).id }),
  newException: async (s, api) => s.things.push({ type: 'exception', id: (await api.exceptions.create({ summary: 'Odd' })).id }),
  editBooking: (s, api) =>
    api.bookings.update({
      id: s.pick(s.ids('booking')),
      ...(s.rng() < 0.4 ? s.hour() : {}),
      ...(s.rng() < 0.3 ? { modelId: s.pick(s.world.models).id } : {}),
      ...(s.rng() < 0.4 ? { depositRequired: { amount: 1_000 + Math.floor(s.rng() * 9_000), currency: 'GBP' } } : {}),
      ...(s.rng() < 0.3 ? { internalNotes: `note ${Math.floor(s.rng() * 9)}` } : {}),
      ...(s.rng() < 0.2 ? { clientConfirmedArrival: s.rng() < 0.5 } : {}),
    }),
  bookingServices: (s, api) =>
    api.bookings.setServices({ id: s.pick(s.ids('booking')), services: s.some(s.world.services).map(({ code }) => code) }),
  assignBooking: (s, api) => api.bookings.assign({ id: s.pick(s.ids('booking')), userId: s.pick([null, ...s.users]) }),
  bookingNote: (s, api) => api.bookings.addNote({ id: s.pick(s.ids('booking')), body: 'Called' }),
  moveBooking(s, api) {
    const to = s.pick(['pending', 'pending', 'deposit_required', 'confirmed', 'in_progress', 'completed', 'cancelled'])
    const waive = s.rng() < 0.4 ? { metadata: { waiver: { reason: 'A regular' } } } : {}
    return api.bookings.setStatus({ id: s.pick(s.ids('booking')), newStatus: to, reason: s.maybe(() => 'They asked'), ...waive })
  },
  pay: (s, api) =>
    api.payments.record({
      id: s.pick(s.ids('booking')),
      type: s.pick(['deposit', 'full', 'refund'] as const),
      method: 'cash',
      amount: { amount: 500 + Math.floor(s.rng() * 6_000), currency: 'GBP' },
    }),
  editInquiry: (s, api) =>
    api.inquiries.update({
      id: s.pick(s.ids('inquiry')),
      subject: s.maybe(() => `Subject ${Math.floor(s.rng() * 3)}`),
      priority: s.maybe(() => s.pick(['low', 'normal', 'high'] as const)),
      services: s.maybe(() => s.some(s.world.services).map(({ code }) => code)),
      ...(s.rng() < 0.4 ? { deposit: { amount: 2_000, currency: 'GBP' } } : {}),
    }),
  assignInquiry: (s, api) => api.inquiries.assign({ id: s.pick(s.ids('inquiry')), userId: s.pick([null, ...s.users]) }),
  moveInquiry: (s, api) =>
    api.inquiries.setStatus({
      id: s.pick(s.ids('inquiry')),
      newStatus: s.pick(['qualified', 'qualified', 'awaiting_client', 'awaiting_deposit', 'lost']),
      reason: 'They said so',
    }),
  async propose(s, api) {
    const { bookingId } = await api.inquiries.propose({
      id: s.pick(s.ids('inquiry')),
      modelId: s.pick(s.world.models).id,
      ...s.hour(),
      callType: 'incall',
      services: s.maybe(() => s.some(s.world.services).map(({ code }) => code)),
    })
    if (!s.ids('booking').includes(bookingId)) s.things.push({ type: 'booking', id: bookingId })
  },
  async convert(s, api) {
    const { booking } = await api.inquiries.convertToBooking({
      id: s.pick(s.ids('inquiry')),
      modelId: s.pick(s.world.models).id,
      ...s.hour(),
      callType: 'incall',
      ...(s.rng() < 0.5 ? { waiver: { reason: 'A regular' } } : {}),
    })
    if (!s.ids('booking').includes(booking.id)) s.things.push({ type: 'booking', id: booking.id })
  },
  editClient: (s, api) =>
    api.clients.update({
      id: s.pick(s.ids('client')),
      name: s.maybe(() => `Jane ${Math.floor(s.rng() * 9)}`),
      email: s.maybe(() => s.pick([null, `j${Math.floor(s.rng() * 1e6)}@example.com`])),
      tags: s.maybe(() => s.some(['vip', 'late', 'new'])),
      about: s.maybe(() => 'Prefers calls'),
      preferredChannel: s.maybe(() => s.pick(['email', 'sms'] as const)),
    }),
  mergeClients: (s, api) => api.clients.merge({ id: s.pick(s.ids('client')), mergedIds: [s.pick(s.ids('client'))] }),
  unmergeClients: (s, api) => api.clients.unmerge({ id: s.pick(s.ids('client')), mergedId: s.pick(s.ids('client')) }),
  editModel: (s, api) =>
    api.models.update({
      id: s.pick(s.ids('model')),
      name: s.maybe(() => `Sofia ${Math.floor(s.rng() * 9)}`),
      internalRating: s.maybe(() => Math.round(s.rng() * 50) / 10),
      visibility: s.maybe(() => s.pick(['public', 'private'] as const)),
      locations: s.maybe(() => s.some([s.world.location.slug])),
      stats: s.maybe(() => ({
        age: 20 + Math.floor(s.rng() * 20),
        hair: s.pick(['red', null]),
        languages: s.some(['en', 'fr']),
      })),
    }),
  moveModel: (s, api) =>
    api.models.setStatus({
      id: s.pick(s.ids('model')),
      newStatus: s.pick(['active', 'inactive', 'suspended']),
      reason: 'For a while',
    }),
  modelServices: (s, api) =>
    api.models.setServices({
      id: s.pick(s.ids('model')),
      services: s.some(s.world.services).map(({ code }) => ({ code, notes: s.pick(['', 'Gladly']) })),
    }),
  modelRates: (s, api) =>
    api.models.setRates({
      id: s.pick(s.ids('model')),
      rates: s.rng() < 0.5 ? [] : [rate(s)],
    }),
  assignTask: (s, api) => api.tasks.assign({ id: s.pick(s.ids('task')), userId: s.pick([null, ...s.users]) }),
  moveTask: (s, api) =>
    api.tasks.setStatus({
      id: s.pick(s.ids('task')),
      newStatus: s.pick(['in_progress', 'open', 'done', 'cancelled']),
      reason: 'Yes',
    }),
  moveException: (s, api) =>
    api.exceptions.setStatus({ id: s.pick(s.ids('exception')), newStatus: s.pick(['investigating', 'open']), reason: 'Yes' }),
  resolveException: (s, api) => api.exceptions.resolve({ id: s.pick(s.ids('exception')), resolution: 'Talked to them' }),
}

function rate(s: Story) {
  return {
    location: s.world.location.slug,
    duration: '1h' as const,
    callType: 'incall' as const,
    price: { amount: Math.floor(s.rng() * 30_000), currency: 'GBP' },
  }
}

async function tell(seed: number): Promise<Story> {
  const db = database()
  const world = await makeWorld(db, { models: 3 })
  const owner = await makeUser(db, 'OWNER')
  const users = [owner.id, (await makeUser(db, 'OPERATOR')).id]
  const story = new Story(seededRng(seed), ({ clock }) => callerOf(db, owner, { clock }), world, users)
  story.things.push({ type: 'client', id: world.client.id })
  for (const { id } of world.models) story.things.push({ type: 'model', id })
  for (const name of ['newBooking', 'newInquiry', 'newClient', 'newTask', 'newException'])
    await ACTIONS[name]?.(story, story.as())
  await story.remember()
  const names = Object.keys(ACTIONS)
  while (story.remembered.length < STEPS) {
    story.clock.advance(7)
    const name = story.pick(names)
    try {
      await ACTIONS[name]?.(story, story.as())
      story.done.set(name, (story.done.get(name) ?? 0) + 1)
    } catch (error) {
      // Refused by the rules: nothing changed, which is worth remembering too.
      if (toAppError(error).code === 'internal') throw error
      if (story.rng() < 0.8) continue
    }
    await story.remember()
  }
  return story
}

/** Where the past is told otherwise than it was: at each moment, of some of the things there are. */
async function differences(story: Story, things = story.things): Promise<string[]> {
  const wrong: string[] = []
  for (const { at, states } of story.remembered) {
    const chosen = things.length <= 10 ? things : Array.from({ length: 10 }, () => story.pick(things))
    for (const { type, id } of chosen) {
      const was = states.get(`${type} ${id}`) ?? null
      const { state, present } = await story.as().audit.asOf({ entityType: type, entityId: id, at: at.toISOString() })
      for (const key of Object.keys(present ?? {})) {
        const [expected, got] = [JSON.stringify(was?.[key]), JSON.stringify(state?.[key])]
        if (expected !== got) wrong.push(`${type}.${key} at ${at.toISOString()}: was ${expected}, shown as ${got}`)
      }
    }
  }
  return wrong
}

test('everything is shown as it was at each moment, whatever happened since', async () => {
  const seed = Number(process.env.VIREL_SEED ?? Math.floor(Math.random() * 2 ** 31))
  console.info(`as of: seed ${seed}, ${STEPS} moments`)
  const story = await tell(seed)
  expect([...story.done.keys()].length).toBeGreaterThan(8)
  expect((await differences(story)).slice(0, 10)).toEqual([])
  // One step that left no trace of what it was, and the past is told wrong.
  const db = database()
  const [booking = ''] = story.ids('booking')
  await story
    .as()
    .bookings.update({ id: booking, internalNotes: 'known' })
    .catch(() => {})
  await db.pool.query(`update bookings set internal_notes = 'unknown to the log' where id = $1`, [booking])
  expect((await differences(story, [{ type: 'booking', id: booking }])).some((text) => text.includes('internal_notes'))).toBe(
    true,
  )
})

test('who may not see a thing now may not see how it was; what they may not read of it stays hidden', async () => {
  const db = database()
  const world = await makeWorld(db)
  const clock = new TestClock(new Date(Date.now() + 60_000))
  const owner = await makeUser(db, 'OWNER')
  const as = (actor: Actor) => callerOf(db, actor, { clock })
  const booking = await as(owner).bookings.create({
    clientId: world.client.id,
    modelId: world.models[0]?.id ?? '',
    location: world.location.slug,
    start: new Date(clock.now().getTime() + 3_600_000).toISOString(),
    end: new Date(clock.now().getTime() + 7_200_000).toISOString(),
    callType: 'incall',
    internalNotes: 'canary',
  })
  await as(owner).bookings.assign({ id: booking.id, userId: owner.id })
  const at = clock.now().toISOString()
  const asked = { entityType: 'booking' as const, entityId: booking.id, at }
  const auditor: Actor = {
    ...(await makeUser(db, 'READ_ONLY')),
    permissions: new Set<Permission>(['audit.read', 'bookings.read']),
  }
  const answerOf = (caller: Caller, input: typeof asked) =>
    caller.audit.asOf(input).then(
      () => 'shown',
      (error: unknown) => JSON.stringify([toAppError(error).code, toAppError(error).message]),
    )
  const unknown = { ...asked, entityId: '01920000-0000-7000-8000-000000000000' }
  // Somebody else's, and the log alone opens no booking.
  expect(await answerOf(as(auditor), asked)).toBe(await answerOf(as(auditor), unknown))
  expect(await answerOf(as(auditor), asked)).toContain('not_found')
  const withoutBookings: Actor = { ...auditor, permissions: new Set<Permission>(['audit.read', 'bookings.read_all']) }
  expect(await answerOf(as(withoutBookings), asked)).toContain('not_found')
  const reader = await makeUser(db, 'READ_ONLY')
  const { state } = await as(reader).audit.asOf(asked)
  expect(state).toMatchObject({ status: 'draft', internal_notes: '•••' })
  const client = await as(reader).audit.asOf({ entityType: 'client', entityId: world.client.id, at })
  expect(JSON.stringify(client)).not.toMatch(/Jane Doe|@example|4477009/)
  const earlier = { ...asked, at: new Date(clock.now().getTime() - 3_600_000).toISOString() }
  expect((await as(owner).audit.asOf(earlier)).state).toBeNull()
})
