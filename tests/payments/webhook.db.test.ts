import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { applyEvents } from '#server/domains/payments/index.ts'
import { simulatorSettings, stripeProvider } from '#server/integrations/stripe/index.ts'
import { createCourier } from '#server/integrations/stripe/simulator/deliver.ts'
import type { StoredEvent } from '#server/integrations/stripe/simulator/objects.ts'
import { TEST_SECRET, testCtx } from '#tests/support/context.ts'
import { testDatabase } from '#tests/support/database.ts'
import { openStandIn, type StandIn } from '#tests/support/stripe.ts'
import { startWeb, type TestWeb } from '#tests/support/web.ts'

const database = testDatabase()
let standIn: StandIn
let web: TestWeb
let n = 0
beforeAll(async () => {
  standIn = await openStandIn()
  web = await startWeb(database(), { provider: standIn.provider })
})
afterAll(async () => {
  await web.close()
  await standIn.simulator.close()
})

function event(more: Partial<StoredEvent> & Record<string, unknown> = {}, object: Record<string, unknown> = {}): StoredEvent {
  n += 1
  const about = { id: `pi_test${n}`, object: 'payment_intent', amount: 1_000, currency: 'gbp', status: 'succeeded', ...object }
  return {
    id: `evt_test${n}`,
    object: 'event',
    api_version: '2026-10-28.endive',
    created: Math.floor(Date.now() / 1_000),
    type: 'payment_intent.succeeded',
    livemode: false,
    pending_webhooks: 1,
    request: { id: null, idempotency_key: null },
    data: { object: about },
    ...more,
  }
}

async function post(body: string, signature: string | null): Promise<number> {
  const response = await fetch(`${web.url}/api/v1/payments/webhook/stripe`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(signature === null ? {} : { 'stripe-signature': signature }) },
    body,
  })
  await response.body?.cancel()
  return response.status
}

const now = () => Math.floor(Date.now() / 1_000)
const sign = (body: string, at = now()) => standIn.simulator.courier.sign(body, at)
const bring = (one: StoredEvent) => post(JSON.stringify(one), sign(JSON.stringify(one)))
const stored = (id: string) =>
  database().db.selectFrom('provider_events').selectAll().where('event_id', '=', id).executeTakeFirst()

describe('a webhook', () => {
  test('is stored and answered; the second time it is only counted', async () => {
    const one = event()
    expect(await bring(one)).toBe(200)
    expect(await bring(one)).toBe(200)
    expect(await stored(one.id)).toMatchObject({ state: 'waiting', deliveries: 2 })
  })

  test.each<[string, (body: string) => [string, string | null]]>([
    ['without a signature', (body) => [body, null]],
    ['signed for other bytes', (body) => [body.replace('1000', '9000'), sign(body)]],
    ['signed by somebody else', (body) => [body, createCourier({ url: '', secret: 'whsec_other' }).sign(body, now())]],
    ['signed too long ago', (body) => [body, sign(body, now() - 301)]],
    ['with nonsense for a signature', (body) => [body, 't=1,v1=zz']],
    ['that is no JSON', () => ['{', sign('{')]],
    ['that is no event', () => ['{"a":1}', sign('{"a":1}')]],
  ])('%s is refused and leaves nothing', async (_how, of) => {
    const one = event()
    const [body, signature] = of(JSON.stringify(one))
    expect(await post(body, signature)).toBe(400)
    expect(await stored(one.id)).toBeUndefined()
  })

  test('is believed with the secret before while it is being replaced, and not after', async () => {
    const old = { url: '', secret: 'whsec_before' }
    const settings = simulatorSettings(standIn.simulator.url, TEST_SECRET)
    const rotating = stripeProvider({ ...settings, webhookSecrets: [settings.webhookSecrets[0], old.secret] })
    const body = Buffer.from(JSON.stringify(event()))
    const signature = createCourier(old).sign(body.toString(), now())
    expect(rotating.readEvent(body, signature, new Date()).object).toBe('event')
    expect(() => standIn.provider.readEvent(body, signature, new Date())).toThrow('signature')
  })

  test.each<[string, Partial<StoredEvent> & Record<string, unknown>, Record<string, unknown>, string]>([
    ['of live mode', { livemode: true as never }, {}, 'of live mode, and this is not'],
    ['of another account', { account: 'acct_other' }, {}, 'of another account'],
    ['about something unknown', { type: 'plan.created' }, { id: 'price_1', object: 'plan' }, 'not about a payment'],
  ])('%s is kept and ignored', async (_what, more, object, outcome) => {
    const one = event(more, object)
    expect(await bring(one)).toBe(200)
    expect(await stored(one.id)).toMatchObject({ state: 'ignored', outcome })
  })

  test('about a payment of somebody else’s is kept and changes nothing', async () => {
    const one = event({}, { metadata: { shop: '1' } })
    await bring(one)
    const object = one.data.object as { id: string }
    await applyEvents(testCtx(database(), undefined, { provider: standIn.provider }), object.id)
    expect(await stored(one.id)).toMatchObject({ state: 'unmatched', outcome: 'no payment of ours' })
  })

  test('keeps nothing of the people it tells of', async () => {
    const one = event(
      {},
      { billing_details: { name: 'Canary Bird' }, receipt_email: 'canary@example.com', shipping: { phone: '1' } },
    )
    await bring(one)
    expect(JSON.stringify((await stored(one.id))?.payload)).not.toMatch(/canary/i)
  })
})
