import { confirmSession, recordFailure, type SignedIn } from '#server/auth/complete-sign-in.ts'
import { verifyPassword } from '#server/auth/passwords.ts'
import { takeCode } from '#server/auth/second-factor.ts'
import { countTry, sessionBuckets } from '#server/auth/sign-in-tries.ts'
import { AppError, invalid } from '#server/errors.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import { secondFactorsAsked } from './sign-in.ts'
import { requireSession } from './sign-out.ts'

/**
 * The person of this session proves once more who they are: by the password, and by a code when they have set that up. Throws
 * `invalid` for what is wrong (a right password without its code is `second_factor_required`), `rate_limited`.
 */
export async function confirmOneself(ctx: CallCtx, input: { password: string; totp?: string }): Promise<SignedIn> {
  const { userId } = requireSession(ctx)
  const user = await ctx.db.selectFrom('users').select('password_hash').where('id', '=', userId).executeTakeFirstOrThrow()
  const tries = sessionBuckets(userId)
  await countTry(ctx, tries)
  if (!(await verifyPassword(user.password_hash, input.password))) {
    await recordFailure(ctx, { userId, result: 'wrong_password' })
    throw invalid('password', 'is wrong')
  }
  const methods = await secondFactorsAsked(ctx, userId)
  if (methods.length === 0) return confirmSession(ctx, ['password'], tries)
  if (input.totp === undefined || !methods.includes('totp')) {
    const text = methods.includes('totp')
      ? 'The password is right. Now the code too.'
      : 'Your role asks for more than a password: use your passkey.'
    throw new AppError('second_factor_required', text, { methods })
  }
  const factor = await takeCode(ctx, userId, input.totp)
  if (!factor) {
    await recordFailure(ctx, { userId, result: 'wrong_code', factors: ['password'] })
    throw invalid('totp', 'is wrong, too old, or was used already')
  }
  return confirmSession(ctx, ['password', factor], tries)
}
