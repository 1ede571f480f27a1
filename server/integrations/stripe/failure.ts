import Stripe from 'stripe'
import { type FailureKind, ProviderFailure } from './provider.ts'

/**
 * What an error of the SDK means for what was asked. A lost answer is never a failure: only the provider knows whether it
 * acted. Source: Stripe's error reference; 23.0 tells an incomplete answer as a connection error.
 */
export function failureOf(error: unknown): ProviderFailure {
  if (error instanceof ProviderFailure) return error
  if (!(error instanceof Stripe.errors.StripeError)) {
    return new ProviderFailure('unknown', 'no_answer', error instanceof Error ? error.message : 'no answer', { cause: error })
  }
  const code = error.code ?? error.rawType ?? error.type
  return new ProviderFailure(kindOf(error), code, error.message, { cause: error })
}

function kindOf(error: InstanceType<typeof Stripe.errors.StripeError>): FailureKind {
  if (error instanceof Stripe.errors.StripeConnectionError) return isNeverSent(error) ? 'later' : 'unknown'
  if (error instanceof Stripe.errors.StripeRateLimitError || error.statusCode === 429) return 'later'
  // The key is wrong or may not: nothing was done, and somebody will put it right.
  if (error instanceof Stripe.errors.StripeAuthenticationError || error instanceof Stripe.errors.StripePermissionError)
    return 'later'
  // The same key is being worked on at this moment.
  if (error.statusCode === 409) return 'unknown'
  if (error instanceof Stripe.errors.StripeAPIError || (error.statusCode ?? 500) >= 500) return 'unknown'
  return 'refused'
}

/** The connection was refused or never made: nothing can have happened. */
function isNeverSent(error: InstanceType<typeof Stripe.errors.StripeConnectionError>): boolean {
  const { detail } = error
  const code = typeof detail === 'object' && detail !== null && 'code' in detail ? detail.code : undefined
  return code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code === 'EAI_AGAIN'
}
