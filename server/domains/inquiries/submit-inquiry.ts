import { timingSafeEqual } from 'node:crypto'
import type { z } from 'zod'
import { limit } from '#server/auth/rate-limits.ts'
import { systemActor } from '#server/context.ts'
import { AppError, invalid } from '#server/errors.ts'
import { advance } from '#server/lifecycle/advance.ts'
import type { Tx } from '#server/transact.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import { inquiryLiving } from './inquiry.lifecycle.ts'
import { lockInquiry } from './inquiry.repository.ts'
import type { submitInquiryInput } from './inquiry.schema.ts'
import { receiveInquiry } from './receive-inquiry.ts'

/** Nobody fills the form in faster … */
const FASTEST_MS = 2_000
/** … and a page left open longer than this is asked to be reloaded. */
const SLOWEST_MS = 24 * 3_600_000

/** When the form was made, signed: a robot that posts without having seen a form has none. */
export function newFormToken(ctx: Pick<CallCtx, 'clock' | 'sign'>): string {
  const at = String(ctx.clock.now().getTime())
  return `${at}.${ctx.sign('inquiry-form', at)}`
}

function ageOf(ctx: Pick<CallCtx, 'clock' | 'sign'>, token: string): number | undefined {
  const [at, signature] = token.split('.')
  if (!at || !signature) return undefined
  const expected = Buffer.from(ctx.sign('inquiry-form', at))
  const given = Buffer.from(signature)
  if (expected.length !== given.length || !timingSafeEqual(expected, given)) return undefined
  return ctx.clock.now().getTime() - Number(at)
}

/**
 * The public form. What the spam trap catches (the field people don't see, or a form filled in within two seconds)
 * is kept as *spam*, so a person can look, and is answered like any other.
 */
export async function submitInquiry(tx: Tx, ctx: CallCtx, input: z.output<typeof submitInquiryInput>): Promise<{ ref: string }> {
  const age = ageOf(ctx, input.formToken)
  if (age === undefined || age > SLOWEST_MS) {
    throw new AppError('invalid', 'This form has expired. Reload the page and send it again.', {
      errors: [{ path: 'formToken', message: 'has expired' }],
    })
  }
  if (input.from && input.from < tx.now) throw invalid('from', 'lies in the past')
  const trapped = input.website !== '' || age < FASTEST_MS
  const { website: _trap, formToken: _token, ...lead } = input
  const { id, ref } = await receiveInquiry(
    tx,
    { ...lead, source: 'web', priority: 'normal', externalRef: undefined },
    { trusted: false },
  )
  if (trapped) {
    const guard = tx.as(systemActor('spam trap'))
    await advance(guard, inquiryLiving, await lockInquiry(guard, id), {
      newStatus: 'spam',
      reason: 'Caught by the spam trap of the form.',
    })
  }
  return { ref }
}

/** The form's limit, asked before anything is written. */
export function limitForm(ctx: CallCtx): Promise<void> {
  return limit(ctx, 'inquiry-form', ctx.ip ?? 'unknown')
}
