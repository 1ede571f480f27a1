import { completeSignIn, recordFailure, type SignedIn, WRONG_SIGN_IN } from '#server/auth/complete-sign-in.ts'
import { enrolledFactors } from '#server/auth/factors.ts'
import { DEVICE_DAYS, deviceHash } from '#server/auth/known-devices.ts'
import { maskEmail } from '#server/auth/mask-pii.ts'
import { verifyPassword } from '#server/auth/passwords.ts'
import { takeCode } from '#server/auth/second-factor.ts'
import { openStep, sealStep } from '#server/auth/sign-in-step.ts'
import { type Bucket, codeBuckets, countTry, passwordBuckets } from '#server/auth/sign-in-tries.ts'
import { AppError } from '#server/errors.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import type { LoginInput } from './user.schema.ts'

const WRONG_CODE = 'The code is wrong, too old, or was used already. Take the next one your app shows.'
const STEP_OVER = 'That took too long. Sign in again.'

/**
 * Starts a session by password, and by a code where one is asked for: both, never either. Unknown, disabled and wrong answer
 * with the same words after the same work. Each try is counted before the password is looked at, so parallel guesses are not
 * faster than single ones; a success frees the account. Throws `unauthenticated`, `rate_limited`, or `second_factor_required`
 * once the password was right.
 */
export async function signIn(ctx: CallCtx, input: LoginInput): Promise<SignedIn> {
  const account = await findAccount(ctx, input.email)
  const deviceId = account?.device_id ?? null
  const tries = passwordBuckets(ctx, input.email, deviceId)
  await countTry(ctx, tries)
  const fits = await verifyPassword(account?.password_hash, input.password)
  if (!account || !fits || account.disabled_at) {
    const result = !account ? 'unknown' : fits ? 'disabled' : 'wrong_password'
    await recordFailure(ctx, { userId: account?.id ?? null, result, deviceId, shownAs: maskEmail(input.email) })
    throw new AppError('unauthenticated', WRONG_SIGN_IN)
  }
  const methods = await secondFactorsAsked(ctx, account.id)
  if (methods.length === 0) return completeSignIn(ctx, account.id, ['password'], tries)
  if (input.totp === undefined || !methods.includes('totp')) {
    if (ctx.via === 'screen') ctx.answer.cookies = { step: sealStep(ctx, account.id, account.password_hash) }
    throw new AppError('second_factor_required', 'The password is right. Now the second factor.', { methods })
  }
  return withCode(ctx, { userId: account.id, deviceId }, input.totp, tries)
}

/** The second step on screens: the password was right in this browser a moment ago, and here is the code. */
export async function finishSignIn(ctx: CallCtx, input: { code: string }): Promise<SignedIn> {
  const step = await requireStep(ctx)
  const account = await findAccount(ctx, step.email)
  const deviceId = account?.device_id ?? null
  return withCode(ctx, { userId: step.userId, deviceId }, input.code, passwordBuckets(ctx, step.email, deviceId))
}

/** Whose password this browser has shown; throws `unauthenticated` when the step is over. */
export async function requireStep(ctx: CallCtx) {
  const step = await openStep(ctx)
  if (!step) throw new AppError('unauthenticated', STEP_OVER)
  return step
}

/** Which second factors someone has to choose from; none when the password is enough. */
export async function secondFactorsAsked(ctx: CallCtx, userId: string): Promise<('totp' | 'passkey')[]> {
  const { totp, passkey } = await enrolledFactors(ctx.db, userId)
  // Who has only passkeys may still come by password, unless their role asks for two: then a password must not be able to
  // set up a second factor of its own.
  if (!totp && !(passkey && (await ctx.sessions.needsTwoFactors(userId)))) return []
  return [...(totp ? ['totp' as const] : []), ...(passkey ? ['passkey' as const] : [])]
}

async function withCode(
  ctx: CallCtx,
  { userId, deviceId }: { userId: string; deviceId: string | null },
  code: string,
  tries: readonly Bucket[],
): Promise<SignedIn> {
  const codes = codeBuckets(userId, deviceId)
  await countTry(ctx, codes)
  const factor = await takeCode(ctx, userId, code)
  if (!factor && !ctx.faults?.eitherFactor) {
    await recordFailure(ctx, { userId, result: 'wrong_code', factors: ['password'], deviceId })
    throw new AppError('unauthenticated', WRONG_CODE)
  }
  return completeSignIn(ctx, userId, factor ? ['password', factor] : ['password'], [...tries, ...codes])
}

/** The account of an address, with this browser's device if it is known to it: one statement, whoever asks. */
function findAccount(ctx: CallCtx, email: string) {
  const since = new Date(ctx.clock.now().getTime() - DEVICE_DAYS * 86_400_000)
  return ctx.db
    .selectFrom('users as u')
    .leftJoin('known_devices as d', (join) =>
      join
        .onRef('d.user_id', '=', 'u.id')
        .on('d.secret_hash', '=', deviceHash(ctx) ?? '')
        .on('d.last_seen_at', '>', since),
    )
    .select(['u.id', 'u.password_hash', 'u.disabled_at', 'd.id as device_id'])
    .where('u.email', '=', email)
    .executeTakeFirst()
}
