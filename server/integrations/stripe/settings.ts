import { hkdfSync } from 'node:crypto'
import type { ProviderMode } from '#db/tables/index.ts'

/** Everything that differs between Stripe and the stand-in: whose key, and where it is called. */
export interface StripeSettings {
  mode: ProviderMode
  secretKey: string
  /** The present one first; during a rotation the one before as well. */
  webhookSecrets: readonly [string, ...string[]]
  publishableKey: string | null
  /** How long a call may take, when not the usual time. */
  callMs?: number
  /** Null: Stripe's own address. */
  base: { protocol: 'http' | 'https'; host: string; port: number } | null
}

interface Source {
  STRIPE_SECRET_KEY?: string
  STRIPE_WEBHOOK_SECRET?: string
  STRIPE_WEBHOOK_SECRET_BEFORE?: string
  STRIPE_PUBLISHABLE_KEY?: string
  STRIPE_SIMULATOR_URL?: string
  VIREL_DEMO?: boolean
  SECRET_KEY: string
}

/**
 * With keys everything goes to Stripe; without, and only where there is demo data, to the stand-in that `npm start` runs;
 * else nobody takes money online (undefined).
 */
export function stripeSettingsOf(env: Source): StripeSettings | undefined {
  const { STRIPE_SECRET_KEY: secretKey, STRIPE_WEBHOOK_SECRET: webhookSecret } = env
  if (secretKey !== undefined && webhookSecret !== undefined) {
    const before = env.STRIPE_WEBHOOK_SECRET_BEFORE
    return {
      mode: /^[sr]k_live_/.test(secretKey) ? 'live' : 'test',
      secretKey,
      webhookSecrets: before === undefined ? [webhookSecret] : [webhookSecret, before],
      publishableKey: env.STRIPE_PUBLISHABLE_KEY ?? null,
      base: null,
    }
  }
  if (env.STRIPE_SIMULATOR_URL === undefined || env.VIREL_DEMO !== true) return undefined
  return simulatorSettings(env.STRIPE_SIMULATOR_URL, env.SECRET_KEY)
}

/** Keys of the stand-in: every process of this installation derives the same, and nobody else can. */
export function simulatorSettings(url: string, secretKey: string): StripeSettings {
  const { hostname, port } = new URL(url)
  const derived = (purpose: string) => Buffer.from(hkdfSync('sha256', secretKey, '', purpose, 24)).toString('base64url')
  return {
    mode: 'simulator',
    secretKey: `sk_test_${derived('virel stripe simulator key').replace(/[-_]/g, 'x')}`,
    webhookSecrets: [`whsec_${derived('virel stripe simulator webhooks')}`],
    publishableKey: null,
    base: { protocol: 'http', host: hostname, port: Number(port) },
  }
}
