import { sql } from 'kysely'
import type pg from 'pg'
import type { Logger } from 'pino'
import type { Db } from '#db/client.ts'
import { SYSTEM_ROLES } from '#server/auth/permissions.ts'
import { permissionSet } from '#server/auth/sessions.ts'
import { type Actor, type Rng, seededRng, systemActor } from '#server/context.ts'
import { insertClient } from '#server/domains/clients/find-or-create-client.ts'
import { mergeClients } from '#server/domains/clients/merge-clients.ts'
import { createCoverRule } from '#server/domains/mismatches/save-cover.ts'
import { createUser } from '#server/domains/users/create-user.ts'
import { enqueue } from '#workers/enqueue.ts'
import { planAvailability } from './availability.ts'
import { directStory } from './booking-story.ts'
import { type Catalogue, MODELS, seedModel, seedOffer, suspendModel, unusableHash } from './catalogue.ts'
import { planFinance } from './finance-story.ts'
import { leadStory } from './lead-story.ts'
import { DAY, later, londonAt, MINUTE } from './london.ts'
import {
  between,
  DEMO_PASSWORD,
  DEMO_USERS,
  type DemoClient,
  type DemoUserKey,
  demoEmail,
  inventClients,
  pick,
} from './people.ts'
import { planPresent } from './present.ts'
import { createSimulation, type Simulation } from './simulation.ts'
import { EXCEPTIONS, exceptionStory, TASKS, taskStory } from './work-story.ts'
import { type ClientBook, createAgenda, inventWish, type World } from './world.ts'

export interface SeedDeps {
  db: Db
  pool: pg.Pool
  log: Logger
  /** The demonstration's present; the real one unless given. */
  now?: Date
  seed?: number
}

const DAYS = 60
const CLIENTS = 300
/** The agency's own history begins this long ago. */
const OPENED_DAYS = 240

/** Whether nobody has used this database yet: demo data may be put in. */
export async function isEmpty(db: Db): Promise<boolean> {
  const { rows } = await sql<{ empty: boolean }>`select not exists (select 1 from users) as empty`.execute(db)
  return rows[0]?.empty ?? false
}

/**
 * A believable agency with 60 days behind it and two weeks ahead, told by the product's own operations. The same seed
 * and `now` give the same data. Only for an empty database; callers ask isEmpty first.
 */
export async function seedDemo({ db, pool, log, now = new Date(), seed = 7 }: SeedDeps): Promise<Record<string, number>> {
  const rng = seededRng(seed)
  const quiet = log.child({}, { level: 'warn' })
  const sim = createSimulation({ db, pool, log: quiet, rng, from: later(now, -OPENED_DAYS * DAY), until: now })
  const staff = await seedStaff(sim)
  const catalogue = await seedCatalogue(sim, staff)
  const partner = await seedPartner(sim, staff.owner)
  const world: World = { sim, staff, catalogue, partner, agenda: createAgenda(), clients: planClients(sim, staff) }
  planPast(world)
  planPresent(world)
  planCover(world)
  planAvailability(world)
  planFinance(world)
  await sim.run()
  await enqueue(pool, [
    { task: 'slots-keep', payload: {} },
    { task: 'mismatches-sweep', payload: {} },
  ])
  const counts = await count(db)
  log.info(counts, 'demo data is ready')
  return counts
}

async function seedStaff(sim: Simulation): Promise<Record<DemoUserKey, Actor>> {
  const staff: Partial<Record<DemoUserKey, Actor>> = {}
  for (const { key, name, role } of DEMO_USERS) {
    const email = demoEmail(key)
    const id = await sim.act(staff.owner ?? systemActor('set-up'), (tx) =>
      createUser(tx, { email, name, password: DEMO_PASSWORD, roles: [role] }),
    )
    const permissions = permissionSet(SYSTEM_ROLES.find(({ code }) => code === role)?.permissions ?? [])
    staff[key] = { kind: 'user', id, name, email, roles: [role], permissions }
  }
  return staff as Record<DemoUserKey, Actor>
}

async function seedCatalogue(sim: Simulation, staff: Record<DemoUserKey, Actor>): Promise<Catalogue> {
  const offer = await sim.act(staff.owner, seedOffer)
  const models: Catalogue['models'] = []
  for (const model of MODELS) models.push(await sim.act(staff.content, (tx) => seedModel(tx, model, offer)))
  for (const model of models.filter(({ status }) => status === 'suspended')) {
    sim.tell(later(sim.until, -12 * DAY), async function* () {
      await sim.act(staff.manager, (tx) => suspendModel(tx, model.id, 'Missed two appointments without notice.'))
    })
  }
  return { ...offer, models }
}

/** Another agency's key. Nobody holds its secret. */
async function seedPartner(sim: Simulation, owner: Actor): Promise<Actor> {
  const name = 'Northline Concierge'
  const permissions = ['inquiries.write'] as const
  const id = await sim.act(owner, async (tx) => {
    const keyId = tx.ctx.ids.next()
    const secretHash = unusableHash(sim.rng)
    await tx.db
      .insertInto('api_keys')
      .values({
        id: keyId,
        name,
        prefix: secretHash.slice(0, 8),
        secret_hash: secretHash,
        permissions: [...permissions],
        created_by: owner.id,
        responsible_id: owner.id,
        created_at: tx.now,
      })
      .execute()
    tx.audit({ action: 'api_key.created', entityType: 'api_key', entityId: keyId, after: { name, permissions } })
    return keyId
  })
  return { kind: 'api_key', id, name, roles: [], permissions: permissionSet(permissions) }
}

/** 300 people: most were known before, some come with their first lead, a few stand in the book twice. */
function planClients(sim: Simulation, staff: Record<DemoUserKey, Actor>): ClientBook {
  const { rng, until } = sim
  const people = inventClients(rng, CLIENTS - 12)
  const known: { id: string; client: DemoClient }[] = []
  const add = (at: Date, client: DemoClient) =>
    sim.tell(at, async function* () {
      const maker = pick(rng, [staff.operator, staff.operator2, staff.manager])
      const { id } = await sim.act(maker, (tx) => insertClient(tx, client))
      if (!client.tags.includes('blacklist')) known.push({ id, client })
    })
  const early = people.slice(0, 230)
  const late = people.slice(230)
  for (const client of early)
    add(later(until, -between(rng, DAYS + 1, OPENED_DAYS - 1) * DAY - between(rng, 0, 600) * MINUTE), client)
  for (const client of late) add(later(until, -between(rng, 2, DAYS) * DAY), client)
  for (const twin of twinsOf(rng, early)) add(later(until, -between(rng, 5, 50) * DAY), twin)
  sim.tell(later(until, -3 * DAY), async function* () {
    const merged = await mergeOnePair(sim, staff.manager)
    const index = known.findIndex(({ id }) => id === merged)
    if (index >= 0) known.splice(index, 1)
  })
  const someone = () => pick(rng, known)
  return { known: someone, forLead: () => someone().client }
}

/** The same people again, as they stand in a book kept by several hands. */
function twinsOf(rng: Rng, people: readonly DemoClient[]): DemoClient[] {
  return people.slice(10, 22).map((client, index) => {
    const [first = '', last = ''] = client.name.split(' ')
    const name =
      index % 3 === 0 ? `${first[0]}. ${last}` : index % 3 === 1 ? `${first} ${last}${last.at(-1)}` : `${last} ${first}`
    const bySamePhone = client.phone !== undefined && (index % 2 === 0 || client.email === undefined)
    return {
      ...client,
      name,
      email: bySamePhone ? undefined : client.email,
      phone: bySamePhone ? client.phone : undefined,
      tags: [],
      about: pick(rng, ['Typed in from the old spreadsheet.', '']),
    }
  })
}

async function mergeOnePair(sim: Simulation, manager: Actor): Promise<string | undefined> {
  const { rows } = await sql<{ id: string; twin: string }>`
    select a.id, b.id as twin from clients a join clients b on b.phone = a.phone and b.created_at > a.created_at
    where a.merged_into_id is null and b.merged_into_id is null order by a.ref limit 1`.execute(sim.db)
  const [pair] = rows
  if (pair) await sim.act(manager, (tx) => mergeClients(tx, { id: pair.id, mergedIds: [pair.twin] }))
  return pair?.twin
}

const LEAD_ENDS = [
  ...Array<'spam'>(7).fill('spam'),
  ...Array<'lost_early'>(7).fill('lost_early'),
  ...Array<'lost'>(14).fill('lost'),
  ...Array<'lost_at_deposit'>(4).fill('lost_at_deposit'),
  ...Array<'expired'>(7).fill('expired'),
  ...Array<'waived'>(14).fill('waived'),
  ...Array<'paid'>(47).fill('paid'),
]

/** Sixty ordinary days, a little busier towards the end. The last three hours are the present's. */
function planPast(world: World): void {
  const { sim } = world
  const { rng, until } = sim
  const latest = later(until, -180 * MINUTE)
  const tellAt = (day: number, work: (at: Date) => void) => {
    const at = londonAt(until, -day, between(rng, 7, 22), between(rng, 0, 59))
    if (at < latest) work(at)
  }
  for (let day = DAYS; day >= 0; day--) {
    for (let leads = between(rng, 4, 6) + (day < 20 ? 1 : 0); leads > 0; leads--) {
      tellAt(day, (at) => {
        const end = pick(rng, LEAD_ENDS)
        const ahead = pick(rng, [1, 1, 2, 2, 3, 4, 5, 7, 9])
        sim.tell(at, () => leadStory(world, { at, wish: inventWish(world, at, ahead), end }))
      })
    }
    for (let calls = between(rng, 1, 2); calls > 0; calls--) {
      tellAt(day, (at) => {
        const way = pick(rng, ['paid', 'paid', 'paid', 'waived', 'waived', 'expired', 'dropped'] as const)
        sim.tell(at, () => directStory(world, { at, wish: inventWish(world, at, pick(rng, [1, 1, 2, 3, 5])), way }))
      })
    }
    tellAt(day, (at) => {
      const way = pick(rng, ['done', 'done', 'done', 'done', 'cancelled', 'failed'] as const)
      sim.tell(at, () => taskStory(world, { ...pick(rng, TASKS), way }))
    })
    if (day % 2 === 0) {
      tellAt(day, (at) => {
        const way = pick(rng, ['resolved', 'resolved', 'dismissed'] as const)
        sim.tell(at, () => exceptionStory(world, { ...pick(rng, EXCEPTIONS), way }))
      })
    }
  }
}

/** Friday and Saturday evenings want two models where most are asked for. */
function planCover({ sim, staff, catalogue }: World): void {
  const place = catalogue.places.has('mayfair') ? 'mayfair' : catalogue.places.keys().next().value
  sim.tell(later(sim.until, -20 * DAY), async function* () {
    if (!place) return
    await sim.act(staff.manager, (tx) =>
      createCoverRule(tx, {
        name: 'Weekend evenings',
        location: place,
        weekdays: [5, 6],
        from: 1_140,
        to: 1_380,
        needed: 2,
        active: true,
      }),
    )
  })
}

async function count(db: Db): Promise<Record<string, number>> {
  const { rows } = await sql<Record<string, number>>`select
    (select count(*) from models)::int as models, (select count(*) from services)::int as services,
    (select count(*) from clients)::int as clients, (select count(*) from inquiries)::int as inquiries,
    (select count(*) from bookings)::int as bookings, (select count(*) from payments)::int as payments,
    (select count(*) from tasks where status in ('open', 'in_progress'))::int as "openTasks",
    (select count(*) from exceptions where status in ('open', 'investigating'))::int as "openExceptions",
    (select count(*) from audit_log)::int as audit`.execute(db)
  return rows[0] ?? {}
}
