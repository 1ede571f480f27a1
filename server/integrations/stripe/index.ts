import type { PaymentProvider } from './provider.ts'
import { stripeProvider } from './sdk.ts'
import { stripeSettingsOf } from './settings.ts'

export { type Breaker, createBreaker } from './breaker.ts'
export * from './provider.ts'
export { stripeProvider, TOLERANCE_SECONDS } from './sdk.ts'
export { type StripeSettings, simulatorSettings, stripeSettingsOf } from './settings.ts'

/** Who takes money online with these settings; undefined when nobody does. */
export function openProvider(env: Parameters<typeof stripeSettingsOf>[0]): PaymentProvider | undefined {
  const settings = stripeSettingsOf(env)
  return settings && stripeProvider(settings)
}
