import { type CardBehaviour, type Charge, type Dispute, type Intent, newId, type Refund, type StoredEvent } from './objects.ts'
import type { Store } from './store.ts'

/** A request that Stripe would refuse, as it would say it. */
export class Refused extends Error {
  readonly status: number
  readonly type: string
  readonly code: string
  readonly declineCode?: string
  readonly intent?: Intent
  constructor(status: number, type: string, code: string, message: string, more: { declineCode?: string; intent?: Intent } = {}) {
    super(message)
    this.status = status
    this.type = type
    this.code = code
    this.declineCode = more.declineCode
    this.intent = more.intent
  }
}

export interface BankDeps {
  store: Store
  /** Seconds. */
  now: () => number
  apiVersion: string
  tell(event: StoredEvent): void
}

export type Bank = ReturnType<typeof createBank>

/** A dispute is to be answered within this time. */
const EVIDENCE_SECONDS = 7 * 86_400

/** What happens to money: the stand-in's rules of Stripe, each step told as an event. */
export function createBank({ store, now, apiVersion, tell }: BankDeps) {
  function say(type: string, object: unknown): void {
    const event: StoredEvent = {
      id: newId('evt'),
      object: 'event',
      api_version: apiVersion,
      created: now(),
      type,
      livemode: false,
      pending_webhooks: 1,
      request: { id: null, idempotency_key: null },
      data: { object },
    }
    store.put(event)
    tell(event)
  }
  function save(intent: Intent, type?: string): Intent {
    store.put(intent)
    if (type) say(type, intent)
    return intent
  }
  function requireIntent(id: string): Intent {
    const intent = store.get<Intent>(id, 'payment_intent')
    if (!intent) throw missing('payment_intent', id)
    return intent
  }
  function requireCharge(intent: Intent): Charge {
    const charge = intent.latest_charge ? store.get<Charge>(intent.latest_charge, 'charge') : undefined
    if (!charge) throw new Refused(400, 'invalid_request_error', 'charge_missing', 'This PaymentIntent has no successful charge.')
    return charge
  }

  function create(wanted: {
    amount: number
    currency: string
    description: string | null
    metadata: Record<string, string>
  }): Intent {
    if (!Number.isInteger(wanted.amount) || wanted.amount < 1)
      throw new Refused(400, 'invalid_request_error', 'parameter_invalid_integer', 'Invalid positive integer: amount')
    const id = newId('pi')
    const intent: Intent = {
      id,
      object: 'payment_intent',
      created: now(),
      ...wanted,
      amount_received: 0,
      status: 'requires_payment_method',
      client_secret: `${id}_secret_${newId('s').slice(-24)}`,
      latest_charge: null,
      last_payment_error: null,
      next_action: null,
      canceled_at: null,
      cancellation_reason: null,
      livemode: false,
      automatic_payment_methods: { enabled: true },
      capture_method: 'automatic',
      confirmation_method: 'automatic',
      payment_method: null,
      payment_method_types: ['card'],
    }
    return save(intent, 'payment_intent.created')
  }

  function succeed(intent: Intent, last4: string): Intent {
    const charge: Charge = {
      id: newId('ch'),
      object: 'charge',
      created: now(),
      amount: intent.amount,
      amount_captured: intent.amount,
      amount_refunded: 0,
      currency: intent.currency,
      captured: true,
      disputed: false,
      failure_code: null,
      failure_message: null,
      livemode: false,
      metadata: intent.metadata,
      paid: true,
      payment_intent: intent.id,
      payment_method: newId('pm'),
      payment_method_details: { type: 'card', card: { brand: 'visa', last4 } },
      refunded: false,
      status: 'succeeded',
    }
    store.put(charge)
    const paid = save(
      {
        ...intent,
        status: 'succeeded',
        amount_received: intent.amount,
        latest_charge: charge.id,
        last_payment_error: null,
        next_action: null,
        payment_method: charge.payment_method,
      },
      'payment_intent.succeeded',
    )
    say('charge.succeeded', charge)
    return paid
  }

  /** What the client's browser does with a card. Throws the card error of a decline, as Stripe answers it. */
  function confirm(id: string, card: CardBehaviour): Intent {
    const intent = requireIntent(id)
    if (intent.status === 'succeeded' || intent.status === 'canceled')
      throw new Refused(
        400,
        'invalid_request_error',
        'payment_intent_unexpected_state',
        `This PaymentIntent is ${intent.status}.`,
        {
          intent,
        },
      )
    switch (card.outcome) {
      case 'success':
        return succeed(intent, card.last4)
      case 'late_success':
        return save({ ...intent, status: 'processing', last_payment_error: null }, 'payment_intent.processing')
      case 'three_d_secure':
        return save(
          { ...intent, status: 'requires_action', last_payment_error: null, next_action: { type: 'use_stripe_sdk' } },
          'payment_intent.requires_action',
        )
      case 'decline':
        return decline(intent, card)
    }
  }

  function decline(intent: Intent, card: CardBehaviour): never {
    const { code = 'card_declined', declineCode, message = 'Your card was declined.' } = card
    const failed = save(
      {
        ...intent,
        status: 'requires_payment_method',
        next_action: null,
        last_payment_error: { type: 'card_error', code, ...(declineCode ? { decline_code: declineCode } : {}), message },
      },
      'payment_intent.payment_failed',
    )
    throw new Refused(402, 'card_error', code, message, { declineCode, intent: failed })
  }

  /** The client's answer to their bank's question. */
  function authenticate(id: string, passed: boolean): Intent {
    const intent = requireIntent(id)
    if (intent.status !== 'requires_action')
      throw new Refused(
        400,
        'invalid_request_error',
        'payment_intent_unexpected_state',
        `This PaymentIntent is ${intent.status}.`,
      )
    if (passed) return succeed(intent, '3155')
    return decline(intent, {
      outcome: 'decline',
      last4: '3155',
      code: 'payment_intent_authentication_failure',
      message: 'We are unable to authenticate your payment method.',
    })
  }

  /** What was late arrives. */
  function complete(id: string): Intent {
    const intent = requireIntent(id)
    if (intent.status !== 'processing')
      throw new Refused(400, 'invalid_request_error', 'payment_intent_unexpected_state', 'It is not processing.')
    return succeed(intent, '0077')
  }

  function change(id: string, amount: number): Intent {
    const intent = requireIntent(id)
    if (intent.status === 'succeeded' || intent.status === 'canceled')
      throw new Refused(
        400,
        'invalid_request_error',
        'payment_intent_unexpected_state',
        `This PaymentIntent is ${intent.status}.`,
      )
    return save({ ...intent, amount })
  }

  function cancel(id: string): Intent {
    const intent = requireIntent(id)
    if (['succeeded', 'canceled', 'processing'].includes(intent.status)) {
      throw new Refused(
        400,
        'invalid_request_error',
        'payment_intent_unexpected_state',
        `You cannot cancel this PaymentIntent because it has a status of ${intent.status}.`,
        { intent },
      )
    }
    return save(
      { ...intent, status: 'canceled', canceled_at: now(), cancellation_reason: 'requested_by_customer' },
      'payment_intent.canceled',
    )
  }

  function refund(wanted: { intentId: string; amount: number | undefined; metadata: Record<string, string> }): Refund {
    const intent = requireIntent(wanted.intentId)
    const charge = requireCharge(intent)
    const left = charge.amount - charge.amount_refunded
    const amount = wanted.amount ?? left
    if (charge.disputed) throw new Refused(400, 'invalid_request_error', 'charge_disputed', 'This charge has been disputed.')
    if (left === 0)
      throw new Refused(400, 'invalid_request_error', 'charge_already_refunded', `Charge ${charge.id} has already been refunded.`)
    if (amount < 1 || amount > left)
      throw new Refused(
        400,
        'invalid_request_error',
        'amount_too_large',
        `Refund amount (${amount}) is greater than unrefunded amount on charge (${left}).`,
      )
    const made: Refund = {
      id: newId('re'),
      object: 'refund',
      created: now(),
      amount,
      charge: charge.id,
      currency: charge.currency,
      metadata: wanted.metadata,
      payment_intent: intent.id,
      reason: null,
      status: 'succeeded',
    }
    store.put(made)
    const given = charge.amount_refunded + amount
    const after: Charge = { ...charge, amount_refunded: given, refunded: given === charge.amount }
    store.put(after)
    say('refund.created', made)
    say('charge.refunded', after)
    return made
  }

  /** The client's bank sends a refund back: it is ours again. */
  function failRefund(id: string): Refund {
    const made = store.get<Refund>(id, 'refund')
    if (!made) throw missing('refund', id)
    if (made.status === 'failed') return made
    const failed: Refund = { ...made, status: 'failed', failure_reason: 'expired_or_canceled_card' }
    store.put(failed)
    const charge = store.get<Charge>(made.charge, 'charge')
    if (charge) store.put({ ...charge, amount_refunded: charge.amount_refunded - made.amount, refunded: false })
    say('refund.failed', failed)
    return failed
  }

  function dispute(intentId: string): Dispute {
    const charge = requireCharge(requireIntent(intentId))
    if (charge.disputed) throw new Refused(400, 'invalid_request_error', 'charge_disputed', 'It is disputed already.')
    const made: Dispute = {
      id: newId('dp'),
      object: 'dispute',
      created: now(),
      amount: charge.amount - charge.amount_refunded,
      charge: charge.id,
      currency: charge.currency,
      evidence_details: { due_by: now() + EVIDENCE_SECONDS, has_evidence: false, past_due: false, submission_count: 0 },
      is_charge_refundable: false,
      livemode: false,
      metadata: {},
      payment_intent: charge.payment_intent,
      reason: 'fraudulent',
      status: 'needs_response',
    }
    store.put(made)
    store.put({ ...charge, disputed: true })
    say('charge.dispute.created', made)
    return made
  }

  function closeDispute(id: string, status: 'won' | 'lost'): Dispute {
    const made = store.get<Dispute>(id, 'dispute')
    if (!made) throw missing('dispute', id)
    const closed: Dispute = { ...made, status }
    store.put(closed)
    say('charge.dispute.closed', closed)
    return closed
  }

  return { create, confirm, authenticate, complete, change, cancel, refund, failRefund, dispute, closeDispute, requireIntent }
}

export function missing(what: string, id: string): Refused {
  return new Refused(404, 'invalid_request_error', 'resource_missing', `No such ${what}: '${id}'`)
}
