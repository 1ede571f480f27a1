import { expect, test } from 'vitest'
import { seededRng } from '#server/context.ts'
import { type EffectKind, requestRefund, runEffect } from '#server/domains/payments/index.ts'
import { createBreaker, simulatorSettings, stripeProvider } from '#server/integrations/stripe/index.ts'
import type { Intent, Refund, StoredEvent } from '#server/integrations/stripe/simulator/objects.ts'
import { transact } from '#server/transact.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import { TEST_SECRET, TestClock } from '#tests/support/context.ts'
import { createTestDatabase } from '#tests/support/database.ts'
import { prepareStorm, type Storm } from '#tests/support/payment-storm.ts'
import { bringAll, payByCard, type StandIn, startStandIn } from '#tests/support/stripe.ts'

const LONG = process.env.VIREL_FAULTS === '1'
const PAYMENTS = LONG ? 400 : 20
const seed = Number(process.env.VIREL_SEED ?? Date.now() % 1_000_000)
/** A call may take this long here; slow answers take longer. */
const CALL_MS = LONG ? 400 : 250
/** Shares of calls that fail. The short form fails more, so that its few calls meet every way. */
const RATES = LONG
  ? { accept_then_time_out: 0.05, server_error: 0.05, slow: 0.02 }
  : { accept_then_time_out: 0.15, server_error: 0.15, slow: 0.05 }
const STEP_SECONDS = 15

/** Runs what is due, then lets time pass, for ten minutes of test time or until nothing is open. */
async function tenMinutes(ctx: CallCtx, clock: TestClock): Promise<void> {
  for (let passed = 0; passed <= 600; passed += STEP_SECONDS) {
    const due = await ctx.db
      .selectFrom('effects')
      .select(['kind', 'key', 'run_at'])
      .where('state', 'in', ['pending', 'unknown'])
      .execute()
    if (due.length === 0) return
    const now = due.filter((effect) => effect.run_at <= clock.now()).values()
    const work = async () => {
      for (const { kind, key } of now) await runEffect(ctx, kind as EffectKind, key)
    }
    await Promise.all(Array.from({ length: 8 }, work))
    clock.advance(STEP_SECONDS / 60)
  }
}

interface Outcome {
  storm: Storm
  standIn: StandIn
  intents: number
  refunds: number
  open: number
  reported: number
  faults: Record<string, number>
}

/** Deposits asked for, paid and refunded while the provider fails in every way. */
async function throughFailures(faults: CallCtx['faults']): Promise<Outcome> {
  const database = await createTestDatabase()
  try {
    const clock = new TestClock()
    const standIn = await startStandIn({ clock, random: seededRng(seed) })
    standIn.simulator.courier.mood.held = true
    const settings = { ...simulatorSettings(standIn.simulator.url, TEST_SECRET), callMs: CALL_MS }
    // A breaker that never opens: here each call is to meet its own failure.
    const provider = stripeProvider(settings, createBreaker({ failures: Number.MAX_SAFE_INTEGER }))
    const failing = { ...standIn, provider }
    Object.assign(standIn.simulator.faults.rates, { ...RATES, slowMs: CALL_MS * 2, timeOutMs: CALL_MS * 2 })
    const storm = await prepareStorm(database, failing, PAYMENTS, { clock, faults })
    await tenMinutes(storm.ctx, clock)
    const { store } = standIn.simulator
    const intents = store.list<Intent>('payment_intent')
    for (const { id } of intents) payByCard(standIn, id, '4242424242424242')
    await bringAll(storm.ctx, standIn, store.list<StoredEvent>('event'))
    const paid = await database.db
      .selectFrom('payments')
      .select('id')
      .where('type', '=', 'deposit')
      .where('status', '=', 'succeeded')
      .execute()
    for (const { id } of paid) {
      await transact(storm.ctx, (tx) =>
        requestRefund(tx, { paymentId: id, amount: { amount: 4_000, currency: 'GBP' }, reason: 'A test', kind: 'policy' }),
      )
    }
    await tenMinutes(storm.ctx, clock)
    const [counted] = (
      await database.pool.query<{ open: number; reported: number }>(`
        select (select count(*)::int from effects where state in ('pending', 'unknown')) as open,
          (select count(*)::int from exceptions where dedupe_key like 'effect-unknown:%') as reported`)
    ).rows
    return {
      storm,
      standIn,
      intents: intents.length,
      refunds: store.list<Refund>('refund').length,
      open: counted?.open ?? -1,
      reported: counted?.reported ?? -1,
      faults: { ...standIn.simulator.faults.counts },
    }
  } finally {
    await database.drop()
  }
}

// R7
test(
  'a provider that times out after it acted, fails or is slow charges and refunds nothing twice, and nothing stays unknown',
  async () => {
    const { intents, refunds, open, reported, faults } = await throughFailures({})
    console.info(`R7: ${PAYMENTS} charges and refunds, seed ${seed}, faults ${JSON.stringify(faults)}, reported ${reported}`)
    expect(Object.values(faults).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(0)
    expect({ intents, refunds }).toEqual({ intents: PAYMENTS, refunds: PAYMENTS })
    expect(open, 'neither answered nor told to anyone').toBeLessThanOrEqual(reported)
  },
  LONG ? 900_000 : 120_000,
)

test('asking again without looking, under another key, charges twice: the planted bug is seen', async () => {
  const { intents, refunds } = await throughFailures({ askBlindly: true })
  expect(intents + refunds).toBeGreaterThan(2 * PAYMENTS)
}, 120_000)
