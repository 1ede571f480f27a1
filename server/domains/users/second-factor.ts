import { confirmSession } from '#server/auth/complete-sign-in.ts'
import { enrolledFactors } from '#server/auth/factors.ts'
import { freshUntil } from '#server/auth/require-fresh.ts'
import {
  newTotp,
  openTotp,
  removeSecondFactor,
  replaceRecoveryCodes,
  sealTotp,
  stepOfCode,
  totpUri,
} from '#server/auth/second-factor.ts'
import { hashOf } from '#server/auth/sessions.ts'
import { countTry, freeTries, sessionBuckets } from '#server/auth/sign-in-tries.ts'
import { AppError, invalid, notFound } from '#server/errors.ts'
import { type Tx, transact } from '#server/transact.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import { notifyOfSecurity } from './notify-of-security.ts'
import { requireSession } from './sign-out.ts'
import { requireManageable } from './user.policy.ts'
import { lockUser } from './user.repository.ts'

const SET_UP = 'A second factor is set up already. Turn it off first to set up another.'

/** How this person proves who they are. */
export async function readSecurity(ctx: CallCtx) {
  const { userId } = requireSession(ctx)
  const [enrolled, since, isRequired] = await Promise.all([
    enrolledFactors(ctx.db, userId),
    ctx.db.selectFrom('second_factors').select('confirmed_at').where('user_id', '=', userId).executeTakeFirst(),
    ctx.sessions.needsTwoFactors(userId),
  ])
  return {
    totpSince: since?.confirmed_at ?? null,
    hasPasskey: enrolled.passkey,
    recoveryCodesLeft: enrolled.recoveryCodesLeft,
    isRequired,
    mustEnrol: ctx.actor.mustEnrol === true,
    freshUntil: freshUntil(ctx.actor) ?? null,
  }
}

/**
 * Begins the set-up of time-based codes, or begins it anew: the secret of an earlier beginning is replaced. Nothing is asked
 * for until a code of it has been shown. Throws `conflict` when there is one in use.
 */
export async function startTotp(ctx: CallCtx) {
  const { userId } = requireSession(ctx)
  const { secret, uri } = newTotp(ctx.actor.email ?? ctx.actor.name)
  const sealed_secret = sealTotp(ctx, userId, secret)
  await transact(ctx, async (tx) => {
    const [row] = await tx.run(
      tx.db
        .insertInto('second_factors')
        .values({ user_id: userId, sealed_secret, created_at: tx.now })
        .onConflict((clash) =>
          clash
            .column('user_id')
            .doUpdateSet({ sealed_secret, created_at: tx.now, last_step: 0 })
            .where('second_factors.confirmed_at', 'is', null),
        )
        .returning('user_id'),
    )
    if (!row) throw new AppError('conflict', SET_UP)
  })
  return { secret, uri }
}

/** The secret of a set-up that is under way, to show it once more. Throws `not_found` when there is none. */
export async function readTotpSetup(ctx: CallCtx) {
  const { userId } = requireSession(ctx)
  const row = await pendingOf(ctx, userId)
  const secret = openTotp(ctx, userId, row.sealed_secret)
  return { secret, uri: totpUri(secret, ctx.actor.email ?? ctx.actor.name) }
}

async function pendingOf(ctx: CallCtx, userId: string) {
  const row = await ctx.db
    .selectFrom('second_factors')
    .select('sealed_secret')
    .where('user_id', '=', userId)
    .where('confirmed_at', 'is', null)
    .executeTakeFirst()
  if (!row) throw notFound('set-up')
  return row
}

/**
 * Ends the set-up with a code of the app: from now on signing in asks for one. Answers the recovery codes, shown this once. The
 * other sessions end, as they have shown a password only; this one has shown both and gets a new id.
 */
export async function confirmTotp(ctx: CallCtx, input: { code: string }) {
  const { userId, token } = requireSession(ctx)
  const tries = sessionBuckets(userId)
  await countTry(ctx, tries)
  const row = await pendingOf(ctx, userId)
  const step = stepOfCode(ctx.clock, openTotp(ctx, userId, row.sealed_secret), input.code.replace(/\s/g, ''))
  if (step === undefined)
    throw invalid('code', 'does not fit. Check that the clock of your phone is right, and take the next one')
  const recoveryCodes = await transact(ctx, async (tx) => {
    const [confirmed] = await tx.run(
      tx.db
        .updateTable('second_factors')
        .set({ confirmed_at: tx.now, last_step: step })
        .where('user_id', '=', userId)
        .where('sealed_secret', '=', row.sealed_secret)
        .where('confirmed_at', 'is', null)
        .returning('user_id'),
    )
    if (!confirmed) throw new AppError('conflict', SET_UP)
    tx.send(tx.db.deleteFrom('sessions').where('user_id', '=', userId).where('id', '<>', hashOf(token)))
    changed(tx, userId, 'user.second_factor_set_up')
    await notifyOfSecurity(tx, userId, 'A second factor was set up', 'Signing in now asks for a code of an authenticator app.')
    return replaceRecoveryCodes(tx, userId)
  })
  await freeTries(ctx, tries)
  await confirmSession(ctx, ['totp'])
  return { recoveryCodes }
}

/** Turns codes off. Throws `conflict` when the role asks for a second factor and this is the only one. */
export async function removeOwnTotp(ctx: CallCtx): Promise<void> {
  const { userId } = requireSession(ctx)
  const { totp, passkey } = await enrolledFactors(ctx.db, userId)
  if (!totp) throw new AppError('conflict', 'There is no second factor to turn off.')
  if (!passkey && (await ctx.sessions.needsTwoFactors(userId))) {
    throw new AppError('conflict', 'Your role asks for a second factor. Add a passkey first, or leave this one on.')
  }
  await transact(ctx, async (tx) => {
    removeSecondFactor(tx, userId)
    changed(tx, userId, 'user.second_factor_removed')
    await notifyOfSecurity(tx, userId, 'The second factor was turned off', 'Signing in asks for the password alone again.')
  })
}

/** Ten new recovery codes; the ones before are void. */
export async function newRecoveryCodes(ctx: CallCtx) {
  const { userId } = requireSession(ctx)
  const { totp } = await enrolledFactors(ctx.db, userId)
  if (!totp) throw new AppError('conflict', 'Recovery codes stand in for an authenticator app. Set one up first.')
  const recoveryCodes = await transact(ctx, async (tx) => {
    tx.audit({ action: 'user.recovery_codes_replaced', entityType: 'user', entityId: userId })
    return replaceRecoveryCodes(tx, userId)
  })
  return { recoveryCodes }
}

/**
 * Takes away the second factor of someone who lost it, passkeys too: a lost device may hold either. Their sessions end. Throws `forbidden` for who is beyond the actor's
 * reach, `conflict` for oneself: that is done in one's own profile.
 */
export async function removeSecondFactorOf(tx: Tx, input: { id: string }): Promise<void> {
  if (tx.ctx.actor.id === input.id) throw new AppError('conflict', 'Turn off your own second factor in your profile.')
  const user = await lockUser(tx, input.id)
  await requireManageable(tx, user.roles)
  removeSecondFactor(tx, user.id)
  tx.send(tx.db.deleteFrom('passkeys').where('user_id', '=', user.id))
  tx.send(tx.db.deleteFrom('sessions').where('user_id', '=', user.id))
  changed(tx, user.id, 'user.second_factor_removed')
  const text = `${tx.ctx.actor.name} removed your second factor and your passkeys. If you did not ask for it, tell the owner.`
  await notifyOfSecurity(tx, user.id, 'Your second factor was removed', text)
}

function changed(tx: Tx, userId: string, action: string): void {
  tx.audit({ action, entityType: 'user', entityId: userId })
  tx.event({ type: 'user.updated', entityType: 'user', entityId: userId, payload: { fields: ['second_factor'] } })
}
