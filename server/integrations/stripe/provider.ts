import type Stripe from 'stripe'
import type { ProviderMode } from '#db/tables/index.ts'

/** What a call may cost in time, and the key under which the provider does it once. */
export interface CallOptions {
  idempotencyKey?: string
  signal?: AbortSignal
}

export interface IntentWanted {
  /** Minor units. */
  amount: number
  /** ISO 4217, upper case. */
  currency: string
  description: string
  metadata: Record<string, string>
}

export interface RefundWanted {
  intentId: string
  amount: number
  metadata: Record<string, string>
}

/** Created within [from, to). */
export interface Window {
  from: Date
  to: Date
}

/** How the provider answers, as this process sees it. */
export interface ProviderHealth {
  state: 'closed' | 'open' | 'half_open'
  at: Date
  ok: boolean
  /** In a row. */
  failures: number
  lastError: string | null
}

/**
 * Whoever takes the money, as the product knows it: Stripe, or the stand-in that speaks its protocol. Objects are Stripe's
 * own. Called by jobs only, never inside a transaction or a lock; every call may throw ProviderFailure and nothing else.
 */
export interface PaymentProvider {
  readonly mode: ProviderMode
  /** For the browser; null with the stand-in. */
  readonly publishableKey: string | null
  /** Where the stand-in listens; null with Stripe. */
  readonly simulatorUrl: string | null
  /** The event of a webhook, its signature checked on the bytes that came. Throws ProviderFailure `refused`. */
  readEvent(body: Uint8Array, signature: string | null, at: Date): Stripe.Event
  createIntent(wanted: IntentWanted, options: CallOptions): Promise<Stripe.PaymentIntent>
  retrieveIntent(id: string, options?: CallOptions): Promise<Stripe.PaymentIntent>
  changeIntent(id: string, amount: number, options: CallOptions): Promise<Stripe.PaymentIntent>
  cancelIntent(id: string, options: CallOptions): Promise<Stripe.PaymentIntent>
  listIntents(window: Window, options?: CallOptions): AsyncIterable<Stripe.PaymentIntent>
  createRefund(wanted: RefundWanted, options: CallOptions): Promise<Stripe.Refund>
  listRefunds(of: { intentId: string } | Window, options?: CallOptions): AsyncIterable<Stripe.Refund>
  listDisputes(of: { intentId: string } | Window, options?: CallOptions): AsyncIterable<Stripe.Dispute>
  /** Tells how it answers, at each change. */
  watch(listener: (health: ProviderHealth) => void): void
}

/**
 * `later`: it was not done and may be asked again. `unknown`: nobody knows whether it was done. `refused`: it will not
 * be done. `unavailable`: not even asked, the circuit is open.
 */
export type FailureKind = 'later' | 'unknown' | 'refused' | 'unavailable'

export class ProviderFailure extends Error {
  readonly kind: FailureKind
  readonly code: string
  constructor(kind: FailureKind, code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.kind = kind
    this.code = code
  }
}
