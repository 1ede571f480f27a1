import { sql } from 'kysely'
import pg from 'pg'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Db } from '#db/client.ts'
import { type Actor, seededRng } from '#server/context.ts'
import { lockPayment, paymentLiving } from '#server/domains/payments/index.ts'
import { advance } from '#server/lifecycle/advance.ts'
import { LIFECYCLES } from '#server/lifecycle/all.ts'
import { transact } from '#server/transact.ts'
import { callerOf, makeUser, TestClock, testCtx } from '#tests/support/context.ts'
import { testDatabase } from '#tests/support/database.ts'
import {
  allows,
  LIFECYCLE_MODELS,
  type LifecycleModel,
  statesOf,
  stepsOf,
  stepsOfModel,
  wayTo,
} from '#tests/support/lifecycle-model.ts'
import { makeWorld, type World } from '#tests/support/world.ts'

const LONG = process.env.VIREL_FAULTS !== undefined
const RUNS = LONG ? 100 : 6
const COMMANDS = LONG ? 50 : 25
const TIMEOUT_MS = LONG ? 600_000 : 60_000
const seed = Number(process.env.VIREL_SEED ?? Date.now() % 1_000_000_000)
process.stdout.write(`R5: seed ${seed}\n`)

const database = testDatabase()
let owner: Actor & { id: string }
let world: World
beforeAll(async () => {
  owner = await makeUser(database(), 'OWNER')
  world = await makeWorld(database(), { models: 60 })
})

const START = new Date('2026-12-25T19:00:00Z')
let nextModel = 0
let nextDay = 0

/** One entity of a noun, driven by its operation. The clock stands where no rule but the table refuses. */
interface Driven {
  id: string
  step(to: string): Promise<{ from: string; to: string }>
}

/** What the provider has said when a payment of £100 is to become this. */
const SAID: Record<string, { refunded_amount: number; dispute_due_at: Date | null }> = {
  partly_refunded: { refunded_amount: 4_000, dispute_due_at: null },
  refunded: { refunded_amount: 10_000, dispute_due_at: null },
  disputed: { refunded_amount: 0, dispute_due_at: START },
}
const NOTHING_SAID = { refunded_amount: 0, dispute_due_at: null }

const MAKE: Record<string, () => Promise<Driven>> = {
  async payment() {
    const db = database()
    const ctx = testCtx(db, owner)
    const start = new Date(START.getTime() + nextDay++ * 86_400_000)
    const booking = await callerOf(db, owner).bookings.create({
      clientId: world.client.id,
      modelId: world.models[nextModel++ % world.models.length]?.id ?? '',
      location: world.location.slug,
      start: start.toISOString(),
      end: new Date(start.getTime() + 3_600_000).toISOString(),
    })
    const id = ctx.ids.next()
    const row = { id, booking_id: booking.id, provider: 'stripe' as const, type: 'deposit' as const, status: 'pending' as const }
    await db.db
      .insertInto('payments')
      .values({ ...row, amount: 10_000, currency: 'GBP', created_at: START, updated_at: START })
      .execute()
    return {
      id,
      step: (newStatus) =>
        transact(ctx, async (tx) => {
          const said = { ...(await lockPayment(tx, id)), ...(SAID[newStatus] ?? NOTHING_SAID) }
          return (await advance(tx, paymentLiving, said, { newStatus })).transition
        }).catch((error: unknown) => {
          // As a procedure would throw it.
          throw new Error('refused', { cause: error })
        }),
    }
  },
  async inquiry() {
    const api = callerOf(database(), owner)
    const { id } = await api.inquiries.receive({
      source: 'web',
      client: { name: 'Ann', email: 'ann@example.com' },
      message: 'Hi',
    })
    return {
      id,
      step: async (newStatus) => {
        const metadata = newStatus === 'awaiting_deposit' ? { deposit: { amount: 5_000, currency: 'GBP' } } : undefined
        return (await api.inquiries.setStatus({ id, newStatus, reason: 'a test', metadata })).transition
      },
    }
  },
  async booking() {
    const clock = new TestClock(new Date(START.getTime() + nextDay++ * 86_400_000))
    const start = clock.now()
    const api = callerOf(database(), owner, { clock })
    const { id } = await api.bookings.create({
      clientId: world.client.id,
      modelId: world.models[nextModel++ % world.models.length]?.id ?? '',
      location: world.location.slug,
      start: start.toISOString(),
      end: new Date(start.getTime() + 10 * 3_600_000).toISOString(),
    })
    return {
      id,
      step: async (newStatus) => {
        // A hold for a minute: when it is asked to expire its deadline has passed.
        if (newStatus === 'expired') clock.advance(2)
        const deposit = { amount: 5_000, currency: 'GBP' }
        const depositDeadline = new Date(clock.now().getTime() + 60_000).toISOString()
        const metadata =
          newStatus === 'deposit_required'
            ? { deposit, depositDeadline }
            : newStatus === 'confirmed'
              ? { waiver: { reason: 'a test' } }
              : undefined
        return (await api.bookings.setStatus({ id, newStatus, reason: 'a test', metadata })).transition
      },
    }
  },
  async task() {
    const api = callerOf(database(), owner)
    const { id } = await api.tasks.create({ subject: 'Call' })
    return { id, step: async (newStatus) => (await api.tasks.setStatus({ id, newStatus, reason: 'a test' })).transition }
  },
  async exception() {
    const api = callerOf(database(), owner)
    const { id } = await api.exceptions.create({ summary: 'Odd' })
    return { id, step: async (newStatus) => (await api.exceptions.setStatus({ id, newStatus, reason: 'a test' })).transition }
  },
  async model() {
    const api = callerOf(database(), owner)
    const { id } = await api.models.create({ name: 'Sophia', primaryLocation: world.location.slug, stats: { age: 25 } })
    return { id, step: async (newStatus) => (await api.models.setStatus({ id, newStatus, reason: 'a test' })).transition }
  },
}

/** What a rule refuses although the table has it: an inquiry is converted by its booking, money received does not fail. */
const BY_RULE: Record<string, string> = { 'awaiting_deposit → converted': 'bookingConfirmed', 'succeeded → failed': 'isMoneyOut' }

async function make(noun: string): Promise<Driven> {
  const maker = MAKE[noun]
  if (!maker) throw new Error(`no maker of a ${noun}`)
  return maker()
}

async function statusOf(model: LifecycleModel, id: string): Promise<string> {
  const row = await database().db.selectFrom(model.table).select('status').where('id', '=', id).executeTakeFirstOrThrow()
  return row.status
}

async function countAudit(id: string, action: string): Promise<number> {
  const rows = await database()
    .db.selectFrom('audit_log')
    .select('id')
    .where('entity_id', '=', id)
    .where('action', '=', action)
    .execute()
  return rows.length
}

/** Asks one step and says how it ended: `done`, or the rule that refused. */
async function ask(driven: Driven, from: string, to: string): Promise<string> {
  try {
    const transition = await driven.step(to)
    if (transition.from !== from || transition.to !== to) throw new Error(`answered ${transition.from} → ${transition.to}`)
    return 'done'
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined
    if (typeof cause !== 'object' || cause === null || !('code' in cause) || cause.code !== 'transition_refused') throw error
    const { facts } = cause as { facts?: { rule?: string; from?: string; possible?: string[] } } & object
    expect(facts?.from).toBe(from)
    return facts?.rule ?? 'no rule'
  }
}

function expected(model: LifecycleModel, from: string, to: string): string {
  if (!statesOf(model).includes(to)) return 'unknownStatus'
  if (!allows(model, from, to)) return 'notInLifecycle'
  return BY_RULE[`${from} → ${to}`] ?? 'done'
}

/** Whose every step can be taken back for some minutes, by the way it came; of the others none can. */
const UNDONE = new Set(['task', 'exception'])
/** A deposit that was paid late takes back that its hold had ended. */
const TAKEN_BACK: Record<string, string[]> = { booking: ['deposit_required → expired'] }

async function tableDifferences(db: Db): Promise<string[]> {
  const found: string[] = []
  const all = await db
    .selectFrom('lifecycle_transitions')
    .select(['machine', 'from_status', 'to_status', 'event', 'kind'])
    .execute()
  const rows = all.filter((row) => row.kind === 'step')
  const states = await db.selectFrom('lifecycle_states').select(['machine', 'status', 'is_initial', 'is_final']).execute()
  for (const model of LIFECYCLE_MODELS) {
    const machine = LIFECYCLES.find((lifecycle) => lifecycle.noun === model.noun)
    const inTable = rows.filter((row) => row.machine === model.noun)
    const steps = stepsOf(inTable.map((row) => ({ from: row.from_status, to: row.to_status })))
    const named = (list: { from: string; to: string; event: string }[]) =>
      list.map((edge) => `${edge.from} ${edge.event} ${edge.to}`).sort()
    const inMachine = named((machine?.edges ?? []).map(({ from, to, event }) => ({ from, to, event })))
    const inDatabase = named(inTable.map((row) => ({ from: row.from_status, to: row.to_status, event: row.event })))
    if (steps.join() !== stepsOfModel(model).join()) found.push(`${model.noun}: ${steps.join(', ')}`)
    if (inMachine.join() !== inDatabase.join()) found.push(`${model.noun}: the machine is not the table`)
    const back = all.filter((row) => row.machine === model.noun && row.kind === 'undo')
    const ways = stepsOf(back.map((row) => ({ from: row.to_status, to: row.from_status })))
    if (ways.join() !== (UNDONE.has(model.noun) ? stepsOfModel(model) : (TAKEN_BACK[model.noun] ?? [])).join())
      found.push(`${model.noun}: other ways back`)
    const mine = states.filter((state) => state.machine === model.noun)
    const flagged = (flag: 'is_initial' | 'is_final') => mine.filter((state) => state[flag]).map((state) => state.status)
    if (
      mine
        .map((state) => state.status)
        .sort()
        .join() !== statesOf(model).join()
    )
      found.push(`${model.noun}: other states`)
    if (flagged('is_initial').sort().join() !== [...model.initial].sort().join()) found.push(`${model.noun}: other first states`)
    if (flagged('is_final').sort().join() !== [...model.final].sort().join()) found.push(`${model.noun}: other last states`)
  }
  if (rows.some((row) => !LIFECYCLE_MODELS.some((model) => model.noun === row.machine))) found.push('a machine nobody knows')
  return found
}

describe('the lifecycles by their operations (R5)', () => {
  test('the table of transitions in the database is the machines’, and both are the product description’s', async () => {
    expect(await tableDifferences(database().db)).toEqual([])
  })

  describe.each(LIFECYCLE_MODELS.map((model) => [model.noun, model] as const))('of %s', (noun, model) => {
    test('each step asked in each state ends as the table says, and each refusal is audited', async () => {
      for (const from of statesOf(model)) {
        const way = wayTo(model, from)
        if (!way || way.some((state, index) => BY_RULE[`${way[index - 1]} → ${state}`])) continue
        for (const to of [...statesOf(model), 'nonsense']) {
          const driven = await make(noun)
          let at = await statusOf(model, driven.id)
          // A model is made inactive, which is not where every way starts.
          for (const next of at === way[0] ? way.slice(1) : way) {
            await driven.step(next)
            at = next
          }
          expect(at).toBe(from)
          const outcome = await ask(driven, from, to)
          expect(`${from} → ${to}: ${outcome}`).toBe(`${from} → ${to}: ${expected(model, from, to)}`)
          expect(await statusOf(model, driven.id)).toBe(outcome === 'done' ? to : from)
          expect(await countAudit(driven.id, `${noun}.transition_refused`)).toBe(outcome === 'done' ? 0 : 1)
        }
      }
    })

    test(
      `does what its model does, ${RUNS} times ${COMMANDS} commands`,
      async () => {
        const rng = seededRng(seed)
        const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(rng() * list.length)]
        for (let run = 0; run < RUNS; run++) {
          const driven = await make(noun)
          let at = await statusOf(model, driven.id)
          let [steps, refusals] = [0, 0]
          for (let command = 0; command < COMMANDS; command++) {
            const to = (rng() < 0.4 ? pick(model.edges[at] ?? []) : pick([...statesOf(model), 'nonsense'])) ?? 'nonsense'
            const outcome = await ask(driven, at, to)
            expect(`${at} → ${to}: ${outcome}`).toBe(`${at} → ${to}: ${expected(model, at, to)}`)
            if (outcome === 'done') {
              at = to
              steps++
            } else refusals++
          }
          expect(await statusOf(model, driven.id)).toBe(at)
          expect(await countAudit(driven.id, `${noun}.status_changed`)).toBe(steps)
          expect(await countAudit(driven.id, `${noun}.transition_refused`)).toBe(refusals)
        }
      },
      TIMEOUT_MS,
    )

    test('is refused by the database too: each pair of states, with and without the operations’ door', async () => {
      const { id } = await make(noun)
      const client = new pg.Client({ connectionString: database().url })
      await client.connect()
      try {
        for (const from of statesOf(model)) {
          for (const to of statesOf(model)) {
            await client.query('begin')
            // Straight to the state, past the trigger; a transaction that is rolled back.
            await client.query('set local session_replication_role = replica')
            await client.query(`update ${model.table} set status = $2 ${FITTING[noun] ?? ''} where id = $1`, [id, from])
            await client.query('set local session_replication_role = origin')
            await client.query('savepoint by_hand')
            const byHand = await codeOf(client.query(`update ${model.table} set status = $2 where id = $1`, [id, to]))
            await client.query('rollback to by_hand')
            await client.query("set local virel.door = 'advance'")
            const byDoor = await codeOf(client.query(`update ${model.table} set status = $2 where id = $1`, [id, to]))
            await client.query('rollback')
            const inTable = allows(model, from, to)
            const want = from === to ? ['done', 'done'] : inTable ? ['VR002', 'done'] : ['VR001', 'VR001']
            expect(`${from} → ${to}: ${byHand}, ${byDoor}`).toBe(`${from} → ${to}: ${want.join(', ')}`)
          }
        }
      } finally {
        await client.end()
      }
    })
  })

  test('no row starts anywhere but in a first state of its machine', async () => {
    const { db } = database()
    for (const model of LIFECYCLE_MODELS) {
      const { id } = await make(model.noun)
      const { rows } = await sql<{ list: string }>`select string_agg(quote_ident(column_name), ', ') as list
        from information_schema.columns where table_name = ${model.table} and is_generated = 'NEVER'`.execute(db)
      const columns = sql.raw(rows[0]?.list ?? '')
      const table = sql.table(model.table)
      for (const status of statesOf(model)) {
        const copy = sql`insert into ${table} (${columns}) select ${columns} from jsonb_populate_record(null::${table},
          (select to_jsonb(t) from ${table} t where id = ${id}) || jsonb_build_object('status', ${status}::text))`.execute(db)
        const outcome = await codeOf(copy)
        // A copy that the trigger let in fails later, by its id: 23505.
        expect(`${model.noun} ${status}: ${outcome === 'VR001' ? 'refused' : outcome === '23505' ? 'let in' : outcome}`).toBe(
          `${model.noun} ${status}: ${model.initial.includes(status) ? 'let in' : 'refused'}`,
        )
      }
    }
  })

  test('negative control: a step planted in the database is noticed', async () => {
    const { db } = database()
    const planted = { machine: 'booking', from_status: 'draft', to_status: 'confirmed', event: 'PLANTED' }
    await db.insertInto('lifecycle_transitions').values(planted).execute()
    expect(await tableDifferences(db)).toHaveLength(2)
    await db.deleteFrom('lifecycle_transitions').where('event', '=', 'PLANTED').execute()
    expect(await tableDifferences(db)).toEqual([])
  })
})

/** Columns that the checks of a table want in some state, whatever the state. */
const FITTING: Record<string, string> = {
  booking: ", waiver_reason = 'a test', deposit_amount = 5000, deposit_deadline_at = now()",
  inquiry: ", waiver_reason = 'a test', deposit_amount = 5000",
  task: '',
  exception: ", resolution = 'a test'",
  model: '',
  payment: '',
}
async function codeOf(query: Promise<unknown>): Promise<string> {
  try {
    await query
    return 'done'
  } catch (error) {
    if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code
    throw error
  }
}
