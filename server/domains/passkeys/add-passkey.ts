import { generateRegistrationOptions, verifyRegistrationResponse } from '@simplewebauthn/server'
import { confirmSession } from '#server/auth/complete-sign-in.ts'
import { enrolledFactors } from '#server/auth/factors.ts'
import { notifyOfSecurity, requireSession } from '#server/domains/users/index.ts'
import { AppError, invalid, notFound } from '#server/errors.ts'
import { transact } from '#server/transact.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import { keepChallenge, relyingParty, takeChallenge, userHandleOf } from './challenge.ts'
import type { AddPasskeyInput } from './passkey.schema.ts'

/** Ed25519, ES256, RS256 (COSE): what devices make. */
const ALGORITHMS = [-8, -7, -257]
/** Of one person. */
const MOST = 20

function ownPasskeys(ctx: CallCtx, userId: string) {
  return ctx.db.selectFrom('passkeys').select(['id', 'credential_id', 'transports']).where('user_id', '=', userId).execute()
}

/** What the browser needs to make a passkey for the person of this session; it asks them to unlock their device. */
export async function passkeyCreationOptions(ctx: CallCtx) {
  const { userId } = requireSession(ctx)
  const known = await ownPasskeys(ctx, userId)
  if (known.length >= MOST) throw new AppError('conflict', `You have ${MOST} passkeys. Remove one first.`)
  const { name, id } = relyingParty(ctx)
  const options = await generateRegistrationOptions({
    rpName: name,
    rpID: id,
    userID: userHandleOf(userId),
    userName: ctx.actor.email ?? ctx.actor.name,
    userDisplayName: ctx.actor.name,
    attestationType: 'none',
    supportedAlgorithmIDs: [...ALGORITHMS],
    excludeCredentials: known.map((one) => ({ id: one.credential_id, transports: one.transports })),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  })
  return { challengeId: await keepChallenge(ctx, 'register', userId, options.challenge), options }
}

/**
 * Keeps a passkey that was just made. A session that had to set up its second factor has it now. Throws `invalid` when it
 * was made for another challenge, site or person, or without unlocking the device; `conflict` for one that is known.
 */
export async function addPasskey(ctx: CallCtx, input: AddPasskeyInput): Promise<string> {
  const { userId } = requireSession(ctx)
  const made = await verified(ctx, userId, input)
  const id = ctx.ids.next()
  await transact(ctx, async (tx) => {
    await tx.run(
      tx.db.insertInto('passkeys').values({
        id,
        user_id: userId,
        name: input.name,
        credential_id: made.credential.id,
        public_key: Buffer.from(made.credential.publicKey).toString('base64url'),
        counter: made.credential.counter,
        transports: input.response.response.transports ?? [],
        backed_up: made.credentialBackedUp,
        created_at: tx.now,
      }),
    )
    tx.audit({ action: 'user.passkey_added', entityType: 'user', entityId: userId, after: { name: input.name } })
    await notifyOfSecurity(tx, userId, 'A passkey was added', `The passkey “${input.name}” can sign in as you from now on.`)
  })
  if (ctx.actor.mustEnrol) await confirmSession(ctx, ['passkey'])
  return id
}

async function verified(ctx: CallCtx, userId: string, { challengeId, response }: AddPasskeyInput) {
  const refused = invalid('response', 'could not be checked. Start again, and unlock the device when it asks')
  const challenge = await takeChallenge(ctx, challengeId, 'register', userId)
  if (challenge === undefined) throw refused
  const { id, origin } = relyingParty(ctx)
  const answer = await verifyRegistrationResponse({
    response: { ...response, clientExtensionResults: {} },
    expectedChallenge: challenge,
    expectedOrigin: origin,
    expectedRPID: id,
    requireUserVerification: true,
    supportedAlgorithmIDs: [...ALGORITHMS],
  }).catch((error: unknown) => {
    ctx.log.info({ err: error }, 'passkey refused')
    throw refused
  })
  if (!answer.verified) throw refused
  return answer.registrationInfo
}

/** Renames one of one's own. Throws `not_found`, alike for another's and an unknown one. */
export async function renamePasskey(ctx: CallCtx, input: { id: string; name: string }): Promise<void> {
  const { userId } = requireSession(ctx)
  await transact(ctx, async (tx) => {
    const [row] = await tx.run(
      tx.db
        .updateTable('passkeys')
        .set({ name: input.name })
        .where('id', '=', input.id)
        .where('user_id', '=', userId)
        .returning('id'),
    )
    if (!row) throw notFound('passkey')
    tx.audit({ action: 'user.passkey_renamed', entityType: 'user', entityId: userId, after: { name: input.name } })
  })
}

/**
 * Removes one of one's own: it signs nobody in any more. Throws `not_found`, alike for another's and an unknown one, and
 * `conflict` for the last one where the role asks for a second factor and there is no other.
 */
export async function removePasskey(ctx: CallCtx, { id }: { id: string }): Promise<void> {
  const { userId } = requireSession(ctx)
  const needsIt = (await ctx.sessions.needsTwoFactors(userId)) && !(await enrolledFactors(ctx.db, userId)).totp
  await transact(ctx, async (tx) => {
    // Locked, so that of the last two removed at once one stays.
    const own = await tx.run(tx.db.selectFrom('passkeys').select('id').where('user_id', '=', userId).orderBy('id').forUpdate())
    if (needsIt && own.length === 1 && own[0]?.id === id) {
      throw new AppError('conflict', 'Your role asks for a second factor. Add another passkey or an authenticator app first.')
    }
    const [row] = await tx.run(tx.db.deleteFrom('passkeys').where('id', '=', id).where('user_id', '=', userId).returning('name'))
    if (!row) throw notFound('passkey')
    tx.audit({ action: 'user.passkey_removed', entityType: 'user', entityId: userId, before: { name: row.name } })
    await notifyOfSecurity(tx, userId, 'A passkey was removed', `The passkey “${row.name}” signs nobody in any more.`)
  })
}

export async function listPasskeys(ctx: CallCtx) {
  const { userId } = requireSession(ctx)
  const rows = await ctx.db
    .selectFrom('passkeys')
    .select(['id', 'name', 'backed_up as backedUp', 'created_at as createdAt', 'last_used_at as lastUsedAt'])
    .where('user_id', '=', userId)
    .orderBy('created_at')
    .execute()
  return { items: rows }
}
