import { randomBytes } from 'node:crypto'
import type { Kept } from './store.ts'

/** Stripe's objects as far as payments of this product read them. Shapes: stripe/openapi fixtures. */
export interface Intent extends Kept {
  object: 'payment_intent'
  amount: number
  amount_received: number
  currency: string
  status: 'requires_payment_method' | 'requires_action' | 'processing' | 'succeeded' | 'canceled'
  client_secret: string
  description: string | null
  metadata: Record<string, string>
  latest_charge: string | null
  last_payment_error: { type: 'card_error'; code: string; decline_code?: string; message: string } | null
  next_action: { type: string } | null
  canceled_at: number | null
  cancellation_reason: string | null
  livemode: false
  automatic_payment_methods: { enabled: boolean }
  capture_method: 'automatic'
  confirmation_method: 'automatic'
  payment_method: string | null
  payment_method_types: ['card']
}
export interface Charge extends Kept {
  object: 'charge'
  amount: number
  amount_captured: number
  amount_refunded: number
  currency: string
  captured: boolean
  disputed: boolean
  failure_code: string | null
  failure_message: string | null
  livemode: false
  metadata: Record<string, string>
  paid: boolean
  payment_intent: string
  payment_method: string
  payment_method_details: { type: 'card'; card: { brand: string; last4: string } }
  refunded: boolean
  status: 'succeeded' | 'failed'
}
export interface Refund extends Kept {
  object: 'refund'
  amount: number
  charge: string
  currency: string
  metadata: Record<string, string>
  payment_intent: string
  reason: string | null
  status: 'pending' | 'succeeded' | 'failed'
  failure_reason?: string
}
export interface Dispute extends Kept {
  object: 'dispute'
  amount: number
  charge: string
  currency: string
  evidence_details: { due_by: number; has_evidence: boolean; past_due: boolean; submission_count: number }
  is_charge_refundable: boolean
  livemode: false
  metadata: Record<string, string>
  payment_intent: string
  reason: string
  status: 'needs_response' | 'won' | 'lost'
}
export interface StoredEvent extends Kept {
  object: 'event'
  api_version: string
  type: string
  livemode: false
  pending_webhooks: number
  request: { id: null; idempotency_key: string | null }
  data: { object: unknown }
}

export function newId(prefix: string): string {
  return `${prefix}_sim${randomBytes(12).toString('hex')}`
}

/** Test cards. Source: Stripe's list of test cards. */
export interface CardBehaviour {
  outcome: 'success' | 'decline' | 'three_d_secure' | 'late_success'
  last4: string
  code?: string
  declineCode?: string
  message?: string
}
export const CARDS: Readonly<Record<string, CardBehaviour>> = {
  '4242424242424242': { outcome: 'success', last4: '4242' },
  '4000000000000002': {
    outcome: 'decline',
    last4: '0002',
    code: 'card_declined',
    declineCode: 'generic_decline',
    message: 'Your card was declined.',
  },
  '4000000000009995': {
    outcome: 'decline',
    last4: '9995',
    code: 'card_declined',
    declineCode: 'insufficient_funds',
    message: 'Your card has insufficient funds.',
  },
  '4000002760003184': { outcome: 'three_d_secure', last4: '3184' },
  '4000000000003155': { outcome: 'three_d_secure', last4: '3155' },
  // The stand-in's own: the payment goes through when the hold has ended.
  '4000000000000077': { outcome: 'late_success', last4: '0077' },
}
