import type Stripe from 'stripe'
import type { Ctx } from '#server/context.ts'
import { systemActor } from '#server/context.ts'
import { AppError } from '#server/errors.ts'
import { ProviderFailure } from '#server/integrations/stripe/index.ts'
import { transact } from '#server/transact.ts'
import { requireProvider } from './require-provider.ts'
import { trimmed } from './trimmed-event.ts'

/**
 * Takes in one webhook: checks its signature on the bytes that came and stores the event, once however often it comes.
 * Nothing is done with it here; a critical job does. Throws `malformed` when it is not the provider's.
 */
export async function receiveEvent(ctx: Ctx, body: Uint8Array, signature: string | null): Promise<{ stored: boolean }> {
  const provider = requireProvider(ctx)
  let event: Stripe.Event
  try {
    event = provider.readEvent(body, signature, ctx.clock.now())
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error
    ctx.log.warn({ err: error }, 'a webhook that is not the provider’s')
    throw new AppError('malformed', error.message)
  }
  const told = trimmed(event)
  if (told === undefined) throw new AppError('malformed', 'This is not an event.')
  const foreign = whyForeign(event, provider.mode === 'live')
  return transact({ ...ctx, actor: systemActor('stripe webhook'), via: 'webhook' }, async (tx) => {
    const id = tx.ctx.ids.next()
    const [row] = await tx.run(
      tx.db
        .insertInto('provider_events')
        .values({
          id,
          provider: 'stripe',
          event_id: event.id,
          type: event.type,
          object_id: told.objectId,
          intent_id: told.intentId,
          account: event.account ?? null,
          livemode: event.livemode,
          payload: JSON.stringify(told.payload),
          state: foreign === null && told.intentId !== null ? 'waiting' : 'ignored',
          outcome: foreign ?? (told.intentId === null ? 'not about a payment' : null),
          created_at: new Date(event.created * 1_000),
          received_at: tx.now,
        })
        .onConflict((oc) =>
          oc.columns(['provider', 'event_id']).doUpdateSet((eb) => ({ deliveries: eb('provider_events.deliveries', '+', 1) })),
        )
        .returning(['id', 'state']),
    )
    const isNew = row?.id === id
    if (isNew && row.state === 'waiting' && told.intentId !== null) {
      tx.event({
        type: 'provider_event.received',
        entityType: 'provider_event',
        entityId: id,
        timers: [
          {
            key: `intent:${told.intentId}`,
            task: 'payment-apply',
            runAt: tx.now.toISOString(),
            payload: { intentId: told.intentId },
          },
        ],
      })
    }
    return { stored: isNew }
  })
}

/** Events of other accounts that share the endpoint, and of the other mode, are none of this agency's money. */
function whyForeign(event: Stripe.Event, live: boolean): string | null {
  if (event.account) return 'of another account'
  if (event.livemode !== live) return event.livemode ? 'of live mode, and this is not' : 'of test mode, and this is live'
  return null
}
