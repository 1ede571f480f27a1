import { setTimeout as wait } from 'node:timers/promises'
import { type Actor, seededRng } from '#server/context.ts'
import { createBooking, setBookingStatus } from '#server/domains/bookings/index.ts'
import { requestDeposit } from '#server/domains/payments/index.ts'
import type { Dispute, Intent, Refund, StoredEvent } from '#server/integrations/stripe/simulator/objects.ts'
import { transact } from '#server/transact.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import { makeUser, testCtx } from './context.ts'
import type { TestDatabase } from './database.ts'
import { payByCard, runEffects, type StandIn } from './stripe.ts'
import { makeWorld } from './world.ts'

export interface Storm {
  ctx: CallCtx
  owner: Actor & { id: string }
  payments: { id: string; bookingId: string; intentId: string }[]
}

const GBP = (amount: number) => ({ amount, currency: 'GBP' })
const DEPOSIT = 10_000
const GOOD = '4242424242424242'
const DECLINED = '4000000000000002'
const MODELS = 20
const SIDE_BY_SIDE = 4
/** Deliveries under way at the same time. */
const AT_ONCE = 16
const AGAIN_MS = 200

/** Bookings that wait for their deposit, each with its link and its intent at the stand-in. */
export async function prepareStorm(
  database: TestDatabase,
  standIn: StandIn,
  count: number,
  more: Partial<CallCtx>,
): Promise<Storm> {
  const world = await makeWorld(database, { models: MODELS })
  const owner = await makeUser(database, 'OWNER')
  const ctx = testCtx(database, owner, { provider: standIn.provider, ...more })
  const made: { id: string; bookingId: string }[] = []
  const numbers = Array.from({ length: count }, (_, n) => n).values()
  const make = async () => {
    for (const n of numbers) {
      const start = new Date(Date.UTC(2027, 0, 1, 19) + Math.floor(n / MODELS) * 86_400_000)
      made.push(
        await transact(ctx, async (tx) => {
          const booking = await createBooking(tx, {
            clientId: world.client.id,
            modelId: world.models[n % MODELS]?.id ?? '',
            location: world.location.slug,
            start,
            end: new Date(start.getTime() + 2 * 3_600_000),
            callType: 'incall',
            services: [],
            depositRequired: GBP(DEPOSIT),
          })
          await setBookingStatus(tx, booking.id, { newStatus: 'pending' })
          const metadata = { depositDeadline: new Date(tx.now.getTime() + 30 * 86_400_000) }
          await setBookingStatus(tx, booking.id, { newStatus: 'deposit_required', metadata })
          const { paymentId } = await requestDeposit(tx, { bookingId: booking.id })
          return { id: paymentId, bookingId: booking.id }
        }),
      )
    }
  }
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, make))
  await runEffects(ctx)
  const rows = await database.db.selectFrom('payments').select(['id', 'provider_id']).where('type', '=', 'deposit').execute()
  const intents = new Map(rows.map((row) => [row.id, row.provider_id ?? '']))
  return { ctx, owner, payments: made.map((one) => ({ ...one, intentId: intents.get(one.id) ?? '' })) }
}

/** What happens to each payment at the stand-in, by chance of this seed: cards, banks, refunds, disputes. */
export function liveThrough({ payments }: Storm, standIn: StandIn, seed: number, refundsComeBack = 0.3): void {
  const rng = seededRng(seed)
  const { bank } = standIn.simulator
  // What happens to one payment happens in different seconds: that is as finely as the provider dates it.
  standIn.tick()
  const chance = (share: number) => rng() < share
  for (const { intentId } of payments) {
    if (chance(0.3)) payByCard(standIn, intentId, DECLINED)
    if (chance(0.2)) {
      payByCard(standIn, intentId, '4000000000003155')
      if (chance(0.5)) bank.authenticate(intentId, true)
    }
    if (chance(0.15)) continue
    if (bank.requireIntent(intentId).status !== 'succeeded') payByCard(standIn, intentId, GOOD)
    if (refundsComeBack === 1 || chance(0.25)) {
      const refund = bank.refund({ intentId, amount: 1 + Math.floor(rng() * (DEPOSIT - 1)), metadata: {} })
      if (chance(refundsComeBack)) bank.failRefund(refund.id)
    }
    if (chance(0.1)) bank.refund({ intentId, amount: undefined, metadata: {} })
    else if (chance(0.2)) {
      const dispute = bank.dispute(intentId)
      if (chance(0.6)) bank.closeDispute(dispute.id, chance(0.5) ? 'won' : 'lost')
    }
  }
}

/** Every event of the stand-in, each one to five times, in random order. */
export function shuffledDeliveries(standIn: StandIn, seed: number): StoredEvent[] {
  const rng = seededRng(seed + 1)
  const events = standIn.simulator.store.list<StoredEvent>('event')
  const all = events.flatMap((event) => Array.from({ length: 1 + Math.floor(rng() * 5) }, () => ({ event, at: rng() })))
  return all.sort((a, b) => a.at - b.at).map(({ event }) => event)
}

/**
 * Brings the deliveries to the webhook of the web process there. What is not taken is brought again later, as Stripe
 * would. Answers the statuses of those not taken, null for no answer. `onTry` is told of each one that sets out.
 */
export async function deliver(
  url: string,
  standIn: StandIn,
  deliveries: readonly StoredEvent[],
  onTry: () => void = () => {},
): Promise<(number | null)[]> {
  const { target, courier } = standIn.simulator
  target.url = `${url}/api/v1/payments/webhook/stripe`
  const queue = [...deliveries]
  const refused: (number | null)[] = []
  const bring = async () => {
    for (let event = queue.shift(); event; event = queue.shift()) {
      onTry()
      const status = await courier.bring(event)
      if (status === 200) continue
      refused.push(status)
      queue.push(event)
      await wait(AGAIN_MS)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, bring))
  return refused
}

/** How many events are stored and not yet done. */
export async function waitingOf(database: TestDatabase): Promise<number> {
  const { rows } = await database.pool.query<{ n: number }>(
    `select count(*)::int as n from provider_events where state = 'waiting'`,
  )
  return rows[0]?.n ?? -1
}

/** The events of the stand-in that were never stored. */
export async function lostEvents({ db }: TestDatabase, standIn: StandIn): Promise<string[]> {
  const stored = new Set((await db.selectFrom('provider_events').select('event_id').execute()).map((row) => row.event_id))
  return standIn.simulator.store
    .list<StoredEvent>('event')
    .map((event) => event.id)
    .filter((id) => !stored.has(id))
}

interface Ours {
  status: string
  amount: number
  refunded_amount: number
  booking_status: string
  deposit_status: string
  paid_amount: number
  notified: number
  refunds: number
}

/** Where the product differs from the stand-in, in words; empty when each booking ends as its payment implies. */
export async function differencesOf({ payments }: Storm, database: TestDatabase, standIn: StandIn): Promise<string[]> {
  const { store } = standIn.simulator
  const refunds = store.list<Refund>('refund')
  const disputes = store.list<Dispute>('dispute')
  const { rows } = await database.pool.query<Ours & { id: string }>(`
    select p.id, p.status, p.amount::float8 as amount, p.refunded_amount::float8 as refunded_amount, b.status as booking_status,
      b.deposit_status, b.paid_amount::float8 as paid_amount,
      (select count(*)::int from tasks t where t.type = 'notify_model' and t.entity_id = b.id) as notified,
      (select coalesce(sum(r.amount), 0)::float8 from payments r where r.refund_of = p.id and r.status = 'succeeded') as refunds
    from payments p join bookings b on b.id = p.booking_id where p.type = 'deposit'`)
  const ours = new Map(rows.map((row) => [row.id, row]))
  let clearing = 0
  const found = payments.flatMap(({ id, intentId }) => {
    const intent = store.get<Intent>(intentId, 'payment_intent')
    const row = ours.get(id)
    if (!intent || !row) return [`${id} is lost`]
    const back = refunds.filter((one) => one.payment_intent === intentId && one.status === 'succeeded')
    const fights = disputes.filter((one) => one.payment_intent === intentId)
    const lost = fights.filter((one) => one.status === 'lost')
    const gone = [...back, ...lost].reduce((sum, one) => sum + one.amount, 0)
    const held = fights.filter((one) => one.status === 'needs_response').reduce((sum, one) => sum + one.amount, 0)
    if (intent.status === 'succeeded') clearing += intent.amount_received - gone - held
    const want = expected(intent, gone, held > 0)
    const paid = intent.status === 'succeeded'
    const wanted = [
      want,
      paid ? gone : 0,
      paid ? 'confirmed' : 'deposit_required',
      paid ? intent.amount_received - gone : 0,
      paid ? 1 : 0,
      gone,
    ]
    const got = [row.status, row.refunded_amount, row.booking_status, row.paid_amount, row.notified, row.refunds]
    return wanted.join() === got.join() ? [] : [`${id}: ${got.join(' ')} instead of ${wanted.join(' ')}`]
  })
  const ledger = await database.pool.query<{ sum: number }>(
    `select coalesce(sum(amount), 0)::float8 as sum from ledger_entries where account = 'provider_clearing'`,
  )
  const inBooks = ledger.rows[0]?.sum ?? 0
  return inBooks === clearing ? found : [...found, `the books have ${inBooks} at the provider, which has ${clearing}`]
}

function expected(intent: Intent, gone: number, disputed: boolean): string {
  if (intent.status === 'succeeded') {
    if (disputed) return 'disputed'
    return gone === 0 ? 'succeeded' : gone >= intent.amount_received ? 'refunded' : 'partly_refunded'
  }
  if (intent.status === 'requires_action') return 'requires_action'
  return intent.last_payment_error ? 'failed' : 'pending'
}
