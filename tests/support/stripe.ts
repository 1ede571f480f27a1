import { onTestFinished } from 'vitest'
import type { Clock, Ctx } from '#server/context.ts'
import { applyEvents, type EffectKind, receiveEvent, runEffect } from '#server/domains/payments/index.ts'
import { type PaymentProvider, simulatorSettings, stripeProvider } from '#server/integrations/stripe/index.ts'
import { CARDS, type StoredEvent } from '#server/integrations/stripe/simulator/objects.ts'
import { type Simulator, startSimulator } from '#server/integrations/stripe/simulator/serve.ts'
import { TEST_SECRET } from './context.ts'

export interface StandIn {
  simulator: Simulator
  provider: PaymentProvider
  /** From now on each thing that happens has a second of its own. */
  tick(): void
}

/** The stand-in for Stripe as it runs, in memory, on a free port; webhooks go where `simulator.target.url` says. */
export async function startStandIn(options: { clock?: Clock; random?: () => number } = {}): Promise<StandIn> {
  const standIn = await openStandIn(options)
  onTestFinished(() => standIn.simulator.close())
  return standIn
}

/** The same for longer than a test: whoever opens it closes it. */
export async function openStandIn({ clock, random }: { clock?: Clock; random?: () => number } = {}): Promise<StandIn> {
  let ticking = false
  let ticks = 0
  const now = () => (clock ? clock.now().getTime() : Date.now())
  const simulator = await startSimulator({
    settings: simulatorSettings('http://127.0.0.1:1', TEST_SECRET),
    webhookUrl: 'http://127.0.0.1:1',
    file: null,
    clock: () => now() + (ticking ? ticks++ * 1_000 : 0),
    random,
  })
  const tick = () => {
    ticking = true
  }
  return { simulator, tick, provider: stripeProvider(simulatorSettings(simulator.url, TEST_SECRET)) }
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

/** Brings these events to the webhook and does what they say. */
export async function bringAll(ctx: Ctx, { simulator }: StandIn, events: readonly StoredEvent[]): Promise<void> {
  const intents = new Set<string>()
  for (const event of events) {
    const body = JSON.stringify(event)
    await receiveEvent(ctx, Buffer.from(body), simulator.courier.sign(body, Math.floor(ctx.clock.now().getTime() / 1_000)))
    const object = event.data.object as { id: string; payment_intent?: string }
    intents.add(object.payment_intent ?? object.id)
  }
  for (const intent of intents) await applyEvents(ctx, intent)
}
