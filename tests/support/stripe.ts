import { onTestFinished } from 'vitest'
import type { Clock, Ctx } from '#server/context.ts'
import { type EffectKind, runEffect } from '#server/domains/payments/index.ts'
import { type PaymentProvider, simulatorSettings, stripeProvider } from '#server/integrations/stripe/index.ts'
import { CARDS } from '#server/integrations/stripe/simulator/objects.ts'
import { type Simulator, startSimulator } from '#server/integrations/stripe/simulator/serve.ts'
import { TEST_SECRET } from './context.ts'

export interface StandIn {
  simulator: Simulator
  provider: PaymentProvider
}

/** The stand-in for Stripe as it runs, in memory, on a free port; webhooks go where `simulator.target.url` says. */
export async function startStandIn({ clock, random }: { clock?: Clock; random?: () => number } = {}): Promise<StandIn> {
  const simulator = await startSimulator({
    settings: simulatorSettings('http://127.0.0.1:1', TEST_SECRET),
    webhookUrl: 'http://127.0.0.1:1',
    file: null,
    ...(clock ? { clock: () => clock.now().getTime() } : {}),
    random,
  })
  onTestFinished(() => simulator.close())
  return { simulator, provider: stripeProvider(simulatorSettings(simulator.url, TEST_SECRET)) }
}

/** What the client's browser does with a card of this number; answers the status, or the code of the refusal. */
export function payByCard({ simulator }: StandIn, intentId: string, number: string): string {
  const card = CARDS[number]
  if (!card) throw new Error(`no test card ${number}`)
  try {
    return simulator.bank.confirm(intentId, card).status
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'error'
  }
}

/** Runs every effect that is due, as their jobs would, until none is. */
export async function runEffects(ctx: Ctx): Promise<void> {
  for (;;) {
    const due = await ctx.db
      .selectFrom('effects')
      .select(['kind', 'key'])
      .where('state', 'in', ['pending', 'unknown'])
      .where('run_at', '<=', ctx.clock.now())
      .execute()
    if (due.length === 0) return
    for (const { kind, key } of due) await runEffect(ctx, kind as EffectKind, key)
  }
}
