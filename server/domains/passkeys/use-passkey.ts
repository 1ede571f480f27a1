import { generateAuthenticationOptions, verifyAuthenticationResponse } from '@simplewebauthn/server'
import { completeSignIn, confirmSession, recordFailure, type SignedIn } from '#server/auth/complete-sign-in.ts'
import { limit } from '#server/auth/rate-limits.ts'
import { requireSession } from '#server/domains/users/index.ts'
import { AppError } from '#server/errors.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import { keepChallenge, relyingParty, takeChallenge, userHandleOf } from './challenge.ts'
import type { AuthenticationResponse, UsePasskeyInput } from './passkey.schema.ts'

/** One text for a passkey that is unknown, of a disabled user, another's, copied, used again or not unlocked. */
const REFUSED = 'This passkey did not work. Try again, or sign in with your password.'

/** What the browser needs to ask for a passkey of whoever sits there. */
export async function signInOptions(ctx: CallCtx) {
  if (ctx.ip) await limit(ctx, 'passkey-address', ctx.ip)
  const options = await generateAuthenticationOptions({ rpID: relyingParty(ctx).id, userVerification: 'required' })
  return { challengeId: await keepChallenge(ctx, 'sign_in', null, options.challenge), options }
}

/**
 * Starts a session by a passkey alone: it is something held, and unlocking it something known or one's own body. Throws
 * `unauthenticated` in the same words whatever was wrong, `rate_limited`.
 */
export async function signInByPasskey(ctx: CallCtx, input: UsePasskeyInput): Promise<SignedIn> {
  if (ctx.ip) await limit(ctx, 'passkey-address', ctx.ip)
  const challenge = await takeChallenge(ctx, input.challengeId, 'sign_in', null)
  const passkey = await findPasskey(ctx, input.response.id)
  if (!passkey || passkey.disabled_at || challenge === undefined || !(await proves(ctx, passkey, challenge, input.response))) {
    const result = !passkey ? 'unknown' : passkey.disabled_at ? 'disabled' : 'wrong_code'
    await recordFailure(ctx, { userId: passkey?.user_id ?? null, result, factors: ['passkey'] })
    throw new AppError('unauthenticated', REFUSED)
  }
  return completeSignIn(ctx, passkey.user_id, ['passkey'])
}

/** What the browser needs to ask the person of this session for one of their passkeys. */
export async function confirmOptions(ctx: CallCtx) {
  const { userId } = requireSession(ctx)
  const own = await ctx.db
    .selectFrom('passkeys')
    .select(['credential_id as id', 'transports'])
    .where('user_id', '=', userId)
    .execute()
  if (own.length === 0) throw new AppError('conflict', 'You have no passkey yet. Confirm with your password.')
  const { id } = relyingParty(ctx)
  const options = await generateAuthenticationOptions({ rpID: id, userVerification: 'required', allowCredentials: own })
  return { challengeId: await keepChallenge(ctx, 'confirm', userId, options.challenge), options }
}

/** The person of this session proves once more who they are. Throws `unauthenticated` for whatever was wrong. */
export async function confirmByPasskey(ctx: CallCtx, input: UsePasskeyInput): Promise<SignedIn> {
  const { userId } = requireSession(ctx)
  if (ctx.ip) await limit(ctx, 'passkey-address', ctx.ip)
  const challenge = await takeChallenge(ctx, input.challengeId, 'confirm', userId)
  const passkey = await findPasskey(ctx, input.response.id)
  const own = passkey?.user_id === userId ? passkey : undefined
  if (!own || challenge === undefined || !(await proves(ctx, own, challenge, input.response))) {
    await recordFailure(ctx, { userId, result: 'wrong_code', factors: ['passkey'] })
    throw new AppError('invalid', REFUSED, { errors: [{ path: 'response', message: 'did not work' }] })
  }
  return confirmSession(ctx, ['passkey'])
}

type Passkey = NonNullable<Awaited<ReturnType<typeof findPasskey>>>

function findPasskey(ctx: CallCtx, credentialId: string) {
  return ctx.db
    .selectFrom('passkeys as p')
    .innerJoin('users as u', 'u.id', 'p.user_id')
    .select(['p.id', 'p.user_id', 'p.credential_id', 'p.public_key', 'p.counter', 'u.disabled_at'])
    .where('p.credential_id', '=', credentialId)
    .executeTakeFirst()
}

/** Whether this answer was made by this passkey, here, to this challenge, for this person, unlocked, and not by a copy. */
async function proves(ctx: CallCtx, passkey: Passkey, challenge: string, response: AuthenticationResponse): Promise<boolean> {
  const { userHandle } = response.response
  if (userHandle !== undefined && userHandle !== Buffer.from(userHandleOf(passkey.user_id)).toString('base64url')) return false
  const { id, origin } = relyingParty(ctx)
  const answer = await verifyAuthenticationResponse({
    response: { ...response, clientExtensionResults: {} },
    expectedChallenge: challenge,
    expectedOrigin: origin,
    expectedRPID: id,
    requireUserVerification: true,
    credential: {
      id: passkey.credential_id,
      publicKey: new Uint8Array(Buffer.from(passkey.public_key, 'base64url')),
      counter: Number(passkey.counter),
    },
  }).catch((error: unknown) => {
    // Also a counter that went back, which means that a copy was made.
    ctx.log.info({ err: error, passkey: passkey.id }, 'passkey refused')
    return undefined
  })
  return answer?.verified === true && keepUse(ctx, passkey.id, answer.authenticationInfo)
}

/** The counter only grows, also when two answers arrive at once; devices that don't count stay at zero. */
async function keepUse(ctx: CallCtx, id: string, used: { newCounter: number; credentialBackedUp: boolean }): Promise<boolean> {
  const row = await ctx.db
    .updateTable('passkeys')
    .set({ counter: used.newCounter, backed_up: used.credentialBackedUp, last_used_at: ctx.clock.now() })
    .where('id', '=', id)
    .where((eb) => eb.or([eb('counter', '<', used.newCounter), eb.and([eb('counter', '=', 0), eb.val(used.newCounter === 0)])]))
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}
