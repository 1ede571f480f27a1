import { expect, onTestFinished, test } from 'vitest'
import { checkPayment, hourlyWindow, insertRun, reconcile } from '#server/domains/payments/index.ts'
import type { Intent, StoredEvent } from '#server/integrations/stripe/simulator/objects.ts'
import { transact } from '#server/transact.ts'
import { callerOf, TestClock } from '#tests/support/context.ts'
import { createTestDatabase } from '#tests/support/database.ts'
import { prepareStorm } from '#tests/support/payment-storm.ts'
import { bringAll, payByCard, startStandIn } from '#tests/support/stripe.ts'

const GOOD = '4242424242424242'

async function setting(count: number) {
  // Of its own: a run looks at every payment there is.
  const database = await createTestDatabase()
  onTestFinished(() => database.drop())
  const clock = new TestClock()
  const standIn = await startStandIn({ clock })
  standIn.simulator.courier.mood.held = true
  const storm = await prepareStorm(database, standIn, count, { clock })
  const { ctx, owner } = storm
  const run = async () => {
    clock.advance(10)
    const id = await transact(ctx, async (tx) => insertRun(tx, hourlyWindow(tx.now)))
    return reconcile(ctx, id)
  }
  const as = () => callerOf(database, owner, { clock, provider: standIn.provider })
  const told = () => [...standIn.simulator.store.list<StoredEvent>('event')].reverse()
  const open = async () => (await as().reconciliation.differences({ state: 'open' })).items
  return { database, clock, standIn, storm, ctx, run, as, told, open }
}

test('what the provider has and we have not heard of is an exception once, changes nothing, and closes when it is heard', async () => {
  const { standIn, storm, ctx, run, as, told, open } = await setting(2)
  const [paid] = storm.payments
  payByCard(standIn, paid?.intentId ?? '', GOOD)
  expect(await run()).toEqual({ compared: 2, differences: 1 })
  expect(await run()).toEqual({ compared: 2, differences: 1 })
  expect(await open()).toMatchObject([
    { kind: 'status', payment: { id: paid?.id }, ours: { status: 'pending' }, theirs: { status: 'succeeded' } },
  ])
  const exceptions = async () => (await as().exceptions.list({ entityType: 'payment', entityId: paid?.id })).items
  expect(await exceptions()).toMatchObject([{ type: 'payment_difference', status: 'open', occurrences: 1 }])
  expect((await as().bookings.get({ id: paid?.bookingId ?? '' })).status).toBe('deposit_required')
  await bringAll(ctx, standIn, told())
  expect(await run()).toEqual({ compared: 2, differences: 0 })
  expect(await open()).toEqual([])
  expect(await exceptions()).toMatchObject([{ status: 'resolved' }])
})

test('a person takes the provider’s word, and the booking follows', async () => {
  const { standIn, storm, ctx, run, as, open } = await setting(1)
  const [paid] = storm.payments
  payByCard(standIn, paid?.intentId ?? '', GOOD)
  await run()
  const [difference] = await open()
  await as().reconciliation.resolve({ id: difference?.id ?? '', action: 'adopt', reason: 'Its webhook was lost' })
  await checkPayment(ctx, paid?.id ?? '')
  expect((await as().bookings.get({ id: paid?.bookingId ?? '' })).status).toBe('confirmed')
  expect((await run()).differences).toBe(0)
})

test('each way to differ is found: there only, here only, amount, refunds', async () => {
  const { database, standIn, storm, ctx, run, told, open } = await setting(4)
  const { store, bank } = standIn.simulator
  const [first, second, third, fourth] = storm.payments
  for (const one of [second, third, fourth]) payByCard(standIn, one?.intentId ?? '', GOOD)
  await bringAll(ctx, standIn, told())
  await bringAll(ctx, standIn, [])
  // Planted one by one: each is what a lost word, a bug or a hand in the database would leave.
  bank.create({ amount: 500, currency: 'gbp', description: null, metadata: { virel_payment: first?.id ?? '' } })
  await database.db
    .updateTable('payments')
    .set({ provider_id: 'pi_nobody_knows' })
    .where('id', '=', first?.id ?? '')
    .execute()
  const intent = store.get<Intent>(second?.intentId ?? '', 'payment_intent')
  if (intent) store.put({ ...intent, amount_received: intent.amount_received + 1 })
  bank.refund({ intentId: third?.intentId ?? '', amount: 700, metadata: {} })
  await run()
  const kinds = (await open()).map((difference) => difference.kind).sort()
  expect(kinds).toEqual(['amount', 'missing_here', 'missing_here', 'missing_there', 'refunds'])
})

test('other business of the same account is none of ours', async () => {
  const { standIn, run } = await setting(1)
  standIn.simulator.bank.create({ amount: 900, currency: 'gbp', description: 'A shop', metadata: {} })
  expect((await run()).differences).toBe(0)
})
