import { z } from 'zod'
import { limit } from '#server/auth/rate-limits.ts'
import { AppError } from '#server/errors.ts'
import { networkOf } from '#server/http/request-limits.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import type { TestCard } from './checkout.schema.ts'
import { isPayable, type Link, requireLink } from './read-checkout.ts'

/** Numbers of test cards as Stripe's own documentation has them; the simulator knows the same. */
const NUMBERS: Record<TestCard, string> = {
  success: '4242424242424242',
  decline: '4000000000000002',
  authenticate: '4000000000003155',
  late: '4000000000000077',
}
const CALL_MS = 10_000

/**
 * What Stripe's script does in a browser, done here for a page that has none of it: hands the simulator a test card for the
 * one payment of this link. It changes nothing of ours: that is left to the simulator's word, as it is with Stripe. A second
 * try on a payment that is under way or done is no second payment. Throws `not_found`, `conflict`, `rate_limited`.
 */
export async function payWithTestCard(ctx: CallCtx, { token, card }: { token: string; card: TestCard }): Promise<{ sent: true }> {
  const link = await requireSimulated(ctx, token)
  if (!isPayable(link)) return { sent: true }
  await countTry(ctx, link)
  await askSimulator(link, 'confirm', { card_number: NUMBERS[card] })
  return { sent: true }
}

/** The payer's answer to the bank of the simulator. */
export async function answerTestBank(
  ctx: CallCtx,
  { token, answer }: { token: string; answer: 'approve' | 'refuse' },
): Promise<{ sent: true }> {
  const link = await requireSimulated(ctx, token)
  if (link.phase !== 'action') return { sent: true }
  await countTry(ctx, link)
  await askSimulator(link, 'authenticate', { passed: String(answer === 'approve') })
  return { sent: true }
}

/** Where Stripe itself takes the money there is no such card: the link looks like none. */
async function requireSimulated(ctx: CallCtx, token: string): Promise<Link> {
  const link = await requireLink(ctx, token)
  if (link.provider.mode !== 'simulator' || link.provider.simulatorUrl === null)
    throw new AppError('conflict', 'Test cards are taken by the simulator only.')
  return link
}

/** Cards are tried out by thieves where nobody counts: so many tries per link, and per address. */
async function countTry(ctx: CallCtx, link: Pick<Link, 'paymentId'>): Promise<void> {
  await limit(ctx, 'pay-link', link.paymentId)
  await limit(ctx, 'pay-address', networkOf(ctx.ip ?? 'none'))
}

const refusal = z.object({ error: z.object({ code: z.string().optional(), type: z.string().optional() }) })

async function askSimulator({ provider }: Link, step: string, fields: Record<string, string>): Promise<void> {
  const { clientSecret, simulatorUrl } = provider
  // Being prepared: the page shows that, and goes on by itself.
  if (clientSecret === null || simulatorUrl === null) return
  const intent = clientSecret.split('_secret_')[0] ?? ''
  const response = await fetch(`${simulatorUrl}/v1/payment_intents/${encodeURIComponent(intent)}/${step}`, {
    method: 'POST',
    body: new URLSearchParams({ client_secret: clientSecret, ...fields }),
    signal: AbortSignal.timeout(CALL_MS),
  }).catch(() => undefined)
  if (!response)
    throw new AppError('unavailable', 'The simulator could not be reached. Try again in a moment.', { retryAfterSeconds: 2 })
  if (response.ok) return
  const answer = refusal.safeParse(await response.json().catch(() => undefined))
  const { code, type } = answer.data?.error ?? {}
  // Declined, or done already: what is true is told by its webhook.
  if (type === 'card_error' || code === 'payment_intent_unexpected_state') return
  throw new AppError('unavailable', 'The simulator did not take the card. Try again in a moment.', { retryAfterSeconds: 2 })
}
