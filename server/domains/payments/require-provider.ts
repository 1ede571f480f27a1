import type { Ctx } from '#server/context.ts'
import { AppError } from '#server/errors.ts'
import type { PaymentProvider } from '#server/integrations/stripe/index.ts'

/** Who takes money online. Throws `conflict` where nobody does. */
export function requireProvider(ctx: Pick<Ctx, 'provider'>): PaymentProvider {
  if (!ctx.provider)
    throw new AppError('conflict', 'Payments online are not set up here. Give the keys of Stripe, or record payments by hand.')
  return ctx.provider
}
