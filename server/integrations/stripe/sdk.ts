import Stripe from 'stripe'
import { type Breaker, createBreaker } from './breaker.ts'
import { failureOf } from './failure.ts'
import { type CallOptions, type PaymentProvider, ProviderFailure, type Window } from './provider.ts'
import type { StripeSettings } from './settings.ts'

/** A lost answer is asked for again by the next job, with the same key: the SDK itself never repeats a call. */
export const CALL_MS = 10_000
/** How old a webhook's signature may be. Source: Stripe's own default. */
export const TOLERANCE_SECONDS = 300
const PAGE = 100

/** Wraps each call. */
export type Guard = <T>(call: () => Promise<T>) => Promise<T>

/** The provider by the official SDK. Where it calls is all that differs between Stripe and the stand-in. */
export function stripeProvider(settings: StripeSettings, breaker: Breaker = createBreaker()): PaymentProvider {
  const { base } = settings
  const client = new Stripe(settings.secretKey, {
    maxNetworkRetries: 0,
    timeout: settings.callMs ?? CALL_MS,
    telemetry: false,
    ...(base ? { protocol: base.protocol, host: base.host, port: base.port } : {}),
  })
  async function call<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await breaker.guard(work)
    } catch (error) {
      throw failureOf(error)
    }
  }
  /** Page after page, each a guarded call of its own. */
  async function* pages<T extends { id: string }>(page: (after: string | undefined) => Promise<Stripe.ApiList<T>>) {
    for (let after: string | undefined; ; ) {
      const cursor = after
      const { data, has_more: more } = await call(() => page(cursor))
      yield* data
      after = data.at(-1)?.id
      if (!more || after === undefined) return
    }
  }
  const asked = (options: CallOptions = {}): Stripe.RequestOptions =>
    options.idempotencyKey === undefined ? {} : { idempotencyKey: options.idempotencyKey }
  return {
    mode: settings.mode,
    publishableKey: settings.publishableKey,
    simulatorUrl: base ? `${base.protocol}://${base.host}:${base.port}` : null,
    readEvent: (body, signature, at) => readEvent(client, settings.webhookSecrets, body, signature, at),
    createIntent: ({ currency, ...wanted }, options) =>
      call(() =>
        client.paymentIntents.create(
          { ...wanted, currency: currency.toLowerCase(), automatic_payment_methods: { enabled: true } },
          asked(options),
        ),
      ),
    retrieveIntent: (id) => call(() => client.paymentIntents.retrieve(id)),
    changeIntent: (id, amount, options) => call(() => client.paymentIntents.update(id, { amount }, asked(options))),
    cancelIntent: (id, options) => call(() => client.paymentIntents.cancel(id, {}, asked(options))),
    listIntents: (window) =>
      pages((after) => client.paymentIntents.list({ created: between(window), limit: PAGE, starting_after: after })),
    createRefund: ({ intentId, amount, metadata }, options) =>
      call(() => client.refunds.create({ payment_intent: intentId, amount, metadata }, asked(options))),
    listRefunds: (of) => pages((after) => client.refunds.list({ ...listed(of), limit: PAGE, starting_after: after })),
    watch: (listener) => breaker.watch(listener),
    listDisputes: (of) => pages((after) => client.disputes.list({ ...listed(of), limit: PAGE, starting_after: after })),
  }
}

const seconds = (at: Date) => Math.floor(at.getTime() / 1_000)
const between = ({ from, to }: Window) => ({ gte: seconds(from), lt: seconds(to) })
const listed = (of: { intentId: string } | Window) =>
  'intentId' in of ? { payment_intent: of.intentId } : { created: between(of) }

/** While the secret is being replaced either is believed: Stripe signs with both for a day. */
function readEvent(
  client: Stripe,
  secrets: readonly string[],
  body: Uint8Array,
  signature: string | null,
  at: Date,
): Stripe.Event {
  let failure: unknown
  for (const secret of secrets) {
    try {
      return client.webhooks.constructEvent(body, signature ?? '', secret, TOLERANCE_SECONDS, undefined, at.getTime())
    } catch (error) {
      failure = error
    }
  }
  throw new ProviderFailure('refused', 'signature', 'The signature of this webhook is not right, or too old.', { cause: failure })
}
