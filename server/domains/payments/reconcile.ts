import { sql } from 'kysely'
import type Stripe from 'stripe'
import type { PaymentState } from '#db/tables/index.ts'
import { type Ctx, systemActor } from '#server/context.ts'
import { type PaymentProvider, ProviderFailure, type Window } from '#server/integrations/stripe/index.ts'
import { type Tx, transact } from '#server/transact.ts'
import { factsAtProvider } from './check-payment.ts'
import { type Difference, differencesOf, type OursCompared } from './compare-payments.ts'
import { writeDifferences } from './differences.ts'
import type { ProviderFacts } from './provider-facts.ts'

/** What is younger is still on its way: its webhook, its job. */
const GRACE_MS = 5 * 60_000
/** Each hour looks this far back, so that an hour that was missed is looked at by the next ones. */
const HOURLY_WINDOW_MS = 48 * 3_600_000

/** The window of the hourly run. */
export function hourlyWindow(now: Date): Window {
  return { from: new Date(now.getTime() - HOURLY_WINDOW_MS), to: new Date(now.getTime() - GRACE_MS) }
}

/** Writes down that a run begins; a job carries it out. */
export function insertRun(tx: Tx, { from, to }: Window): string {
  const id = tx.ctx.ids.next()
  tx.send(
    tx.db.insertInto('reconciliation_runs').values({
      id,
      provider: 'stripe',
      from_at: from,
      to_at: to,
      state: 'running',
      asked_by: tx.ctx.actor.kind === 'user' ? tx.ctx.actor.id : null,
      created_at: tx.now,
    }),
  )
  return id
}

/**
 * Compares every object of the provider in a window of time with our payments, both ways. What differs becomes an exception,
 * once; nothing is changed by it. What differed before and no longer does is closed. Throws when the provider does not answer.
 */
export async function reconcile(ctx: Ctx, runId: string): Promise<{ compared: number; differences: number }> {
  const own: Ctx = { ...ctx, actor: systemActor('reconciliation') }
  const { provider } = own
  const run = await own.db.selectFrom('reconciliation_runs').selectAll().where('id', '=', runId).executeTakeFirstOrThrow()
  if (!provider) return { compared: 0, differences: 0 }
  try {
    const window = { from: run.from_at, to: run.to_at }
    const { compared, differences } = await compareAll(own, provider, window)
    await transact(own, async (tx) => {
      await writeDifferences(tx, runId, window, differences)
      tx.send(
        tx.db
          .updateTable('reconciliation_runs')
          .set({ state: 'done', compared, difference_count: differences.length, finished_at: tx.now })
          .where('id', '=', runId),
      )
      tx.event({ type: 'payment.updated', entityType: 'payment', entityId: runId, payload: { fields: ['reconciliation'] } })
    })
    return { compared, differences: differences.length }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    await own.db
      .updateTable('reconciliation_runs')
      .set({ state: 'failed', error: message.slice(0, 500), finished_at: own.clock.now() })
      .where('id', '=', runId)
      .execute()
    throw error
  }
}

async function compareAll(ctx: Ctx, provider: PaymentProvider, window: Window) {
  const theirs = await intentsIn(provider, window)
  const ours = await oursIn(ctx, provider, window, [...theirs.keys()])
  const ids = new Set([...theirs.keys(), ...ours.keys()])
  const differences: Difference[] = []
  for (const intentId of ids) {
    const row = ours.get(intentId)
    if (row?.isOnItsWay) continue
    const listed = theirs.get(intentId)
    // Other business of the same account says nothing of us.
    if (!row && !listed?.metadata.virel_payment) continue
    differences.push(...differencesOf(intentId, row, await factsOf(ctx, provider, intentId)))
  }
  return { compared: ids.size, differences }
}

/** Null: the provider does not know it. */
async function factsOf(ctx: Ctx, provider: PaymentProvider, intentId: string): Promise<ProviderFacts | null> {
  try {
    return await factsAtProvider(provider, intentId, ctx.clock.now())
  } catch (error) {
    if (error instanceof ProviderFailure && error.code === 'resource_missing') return null
    throw error
  }
}

/** Made in the window, or refunded or disputed in it. */
async function intentsIn(provider: PaymentProvider, window: Window): Promise<Map<string, Stripe.PaymentIntent | undefined>> {
  const found = new Map<string, Stripe.PaymentIntent | undefined>()
  for await (const intent of provider.listIntents(window)) found.set(intent.id, intent)
  const about = (of: string | Stripe.PaymentIntent | null) => {
    const id = typeof of === 'string' ? of : of?.id
    if (id !== undefined && !found.has(id)) found.set(id, undefined)
  }
  for await (const refund of provider.listRefunds(window)) about(refund.payment_intent)
  for await (const dispute of provider.listDisputes(window)) about(dispute.payment_intent)
  return found
}

interface OurRow {
  id: string
  ref: string
  provider_id: string
  status: PaymentState
  amount: number
  currency: string
  refunded_amount: number
  on_its_way: boolean
}

async function oursIn(
  ctx: Ctx,
  provider: PaymentProvider,
  { from, to }: Window,
  named: string[],
): Promise<Map<string, OursCompared>> {
  const settled = new Date(ctx.clock.now().getTime() - GRACE_MS)
  const { rows } = await sql<OurRow>`
    select p.id, p.ref, p.provider_id, p.status, p.amount::float8 as amount, p.currency, p.refunded_amount::float8 as refunded_amount,
      p.updated_at > ${settled}
        or exists (select 1 from provider_events e where e.intent_id = p.provider_id and e.state = 'waiting')
        or exists (select 1 from effects f join payments x on x.id = f.payment_id
                   where f.state in ('pending', 'unknown') and (x.id = p.id or x.refund_of = p.id)) as on_its_way
    from payments p
    where p.provider = 'stripe' and p.provider_mode = ${provider.mode} and p.type <> 'refund' and p.provider_id is not null
      and (p.provider_id = any(${named}) or p.created_at between ${from} and ${to} or p.updated_at between ${from} and ${to})`.execute(
    ctx.db,
  )
  return new Map(
    rows.map(({ provider_id: intentId, refunded_amount: refunded, on_its_way: isOnItsWay, ...row }) => [
      intentId,
      { ...row, refunded, isOnItsWay },
    ]),
  )
}
