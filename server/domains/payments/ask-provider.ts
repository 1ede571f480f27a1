import type Stripe from 'stripe'
import { z } from 'zod'
import type { Ctx } from '#server/context.ts'
import { type PaymentProvider, ProviderFailure } from '#server/integrations/stripe/index.ts'
import { type Said, saidByIntent, saidByRefund } from './provider-facts.ts'
import type { Claimed } from './run-effect.ts'

/** What the provider answered: facts to fold, and what only this answer says. */
export interface Answered {
  said: Said[]
  objectId: string
  status: string
  clientSecret?: string | null
}

const intentCreate = z.object({
  amount: z.number(),
  currency: z.string(),
  description: z.string(),
  metadata: z.record(z.string(), z.string()),
})
const intentChange = z.object({ amount: z.number() })
const refundCreate = z.object({ intentId: z.string(), amount: z.number(), metadata: z.record(z.string(), z.string()) })

/** The provider keeps a key for a day; after that the same key would be a new wish. Source: Stripe, idempotent requests. */
const KEY_LIVES_MS = 20 * 3_600_000

/** The key under which the provider does a thing once, however often it is asked. */
export function idempotencyKeyOf(effect: Pick<Claimed, 'kind' | 'key'>): string {
  return `${effect.kind}:${effect.key}`
}

/** Asks for it, under the key of its domain fact. Throws ProviderFailure. */
export async function ask(ctx: Ctx, provider: PaymentProvider, effect: Claimed, signal?: AbortSignal): Promise<Answered> {
  const age = ctx.clock.now().getTime() - effect.created_at.getTime()
  if (effect.before === 'unknown' && age > KEY_LIVES_MS)
    throw new ProviderFailure(
      'refused',
      'too_old',
      'Nobody knows whether it was done, and it is too old to be asked again safely.',
    )
  const key = ctx.faults?.askBlindly ? `${idempotencyKeyOf(effect)}:${effect.attempts}` : idempotencyKeyOf(effect)
  const options = { idempotencyKey: key, signal }
  switch (effect.kind) {
    case 'stripe.intent.create':
      return byIntent(await provider.createIntent(intentCreate.parse(effect.payload), options))
    case 'stripe.intent.cancel':
      return byIntent(await provider.cancelIntent(requireIntent(effect), options))
    case 'stripe.intent.change':
      return byIntent(await provider.changeIntent(requireIntent(effect), intentChange.parse(effect.payload).amount, options))
    case 'stripe.refund.create':
      return byRefund(await provider.createRefund(refundCreate.parse(effect.payload), options))
  }
}

/** Whether it was done after all, looked for by what was written on it. Undefined: it was not, as far as the provider knows. */
export async function lookFor(provider: PaymentProvider, effect: Claimed): Promise<Answered | undefined> {
  switch (effect.kind) {
    case 'stripe.intent.create': {
      const { metadata } = intentCreate.parse(effect.payload)
      for await (const intent of provider.listIntents(windowOf(effect)))
        if (intent.metadata.virel_payment === metadata.virel_payment) return byIntent(intent)
      return undefined
    }
    case 'stripe.refund.create': {
      const { intentId, metadata } = refundCreate.parse(effect.payload)
      for await (const refund of provider.listRefunds({ intentId }))
        if (refund.metadata?.virel_refund === metadata.virel_refund) return byRefund(refund)
      return undefined
    }
    case 'stripe.intent.cancel': {
      const intent = await provider.retrieveIntent(requireIntent(effect))
      return intent.status === 'canceled' ? byIntent(intent) : undefined
    }
    case 'stripe.intent.change': {
      const intent = await provider.retrieveIntent(requireIntent(effect))
      return intent.amount === intentChange.parse(effect.payload).amount ? byIntent(intent) : undefined
    }
  }
}

/** The clocks may differ by some minutes. */
function windowOf({ created_at: at }: Claimed) {
  return { from: new Date(at.getTime() - 600_000), to: new Date(at.getTime() + KEY_LIVES_MS + 600_000) }
}

function requireIntent({ intent_id: intentId }: Claimed): string {
  if (intentId === null) throw new ProviderFailure('later', 'not_made_yet', 'The provider has not made this payment yet.')
  return intentId
}

function byIntent(intent: Stripe.PaymentIntent): Answered {
  return {
    said: [saidByIntent(intent, intent.created)],
    objectId: intent.id,
    status: intent.status,
    clientSecret: intent.client_secret,
  }
}

function byRefund(refund: Stripe.Refund): Answered {
  return { said: [saidByRefund(refund, refund.created)], objectId: refund.id, status: refund.status ?? 'pending' }
}
