import type { Factor, SignInResult } from '#db/tables/index.ts'
import type { Actor } from '#server/context.ts'
import { queueMessage } from '#server/domains/messages/index.ts'
import { AppError } from '#server/errors.ts'
import { type Tx, transact } from '#server/transact.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import { deviceName } from './device-name.ts'
import { rememberDevice } from './known-devices.ts'
import { createSessions, hashOf } from './sessions.ts'
import { type Bucket, freeTries } from './sign-in-tries.ts'

/*
 * How a sign-in is put together. Each way in checks what was shown and then calls one of two functions here:
 *
 *   completeSignIn(ctx, userId, factors)   nobody is signed in yet: starts a session
 *   confirmSession(ctx, factors)           the person of this session has proven it again: `fresh` acts are open
 *
 * The caller vouches for `factors`: each was checked in this request, or in the step before it (see sign-in-step.ts, whose
 * openStep answers the person whose password was right a moment ago). A passkey counts as both factors, so its ceremony
 * must have asked for user verification ("required") and checked the flag. Before checking anything that can be guessed
 * call countTry with the buckets of sign-in-tries.ts, and hand those buckets over here: a success frees them.
 * Failures are kept by recordFailure. On screens the session reaches the browser by itself (ctx.answer.cookies).
 * Who has factors beyond the password is told by enrolledFactors in factors.ts: a new kind is added there.
 */

export interface SignedIn {
  token: string
  expiresAt: Date
  user: Actor
  /** They had not signed in here before, but elsewhere: their other sessions are asked about it. */
  isNewDevice?: boolean
}

/** News of a sign-in is of use for so long. */
const NEWS_DAYS = 7

export const WRONG_SIGN_IN = 'The email address or the password is wrong.'

/**
 * Starts the session of someone who has shown `factors`, knows their device from now on, keeps and audits the sign-in, frees
 * the tries that led here. A session that this browser had before is ended. Throws `unauthenticated` for a disabled user, in
 * the words of a wrong password.
 */
export async function completeSignIn(
  ctx: CallCtx,
  userId: string,
  factors: readonly Factor[],
  tries: readonly Bucket[] = [],
): Promise<SignedIn> {
  const { token, cookie, isNewDevice } = await transact(ctx, async (tx) => {
    const user = await touchUser(tx, userId)
    const device = await rememberDevice(tx, ctx, userId)
    const from = { ip: ctx.ip, agent: ctx.agent, factors, deviceId: device.id }
    const started = await createSessions(tx.db, ctx.clock).start(userId, from)
    if (ctx.via === 'screen' && ctx.token) tx.send(tx.db.deleteFrom('sessions').where('id', '=', hashOf(ctx.token)))
    keepSignIn(tx, ctx, {
      userId,
      result: 'signed_in',
      factors,
      deviceId: device.id,
      isNewDevice: device.isNew,
      token: started.token,
    })
    const actor: Actor = { kind: 'user', ...user, roles: [], permissions: new Set() }
    const after = { factors: factors.join(', '), ...(device.isNew ? { device: 'new' } : {}) }
    tx.as(actor).audit({ action: 'user.signed_in', entityType: 'user', entityId: userId, after })
    if (device.isNew) tellOfNewDevice(tx, ctx, user)
    return { token: started.token, cookie: device.cookie, isNewDevice: device.isNew }
  })
  await freeTries(ctx, tries)
  const resolved = await ctx.sessions.resolve(token)
  // Disabled a moment after.
  if (!resolved) throw new AppError('unauthenticated', WRONG_SIGN_IN)
  ctx.answer.cookies = { ...ctx.answer.cookies, device: cookie, ...(ctx.via === 'screen' ? { session: token, step: null } : {}) }
  return { token, expiresAt: resolved.expiresAt, user: resolved.actor, isNewDevice }
}

/**
 * The person of this session has shown `factors` again: sensitive acts are open for a while, and the session has a new id,
 * which the old one does not lead to. Throws `unauthenticated` when the session has ended meanwhile.
 */
export async function confirmSession(ctx: CallCtx, factors: readonly Factor[], tries: readonly Bucket[] = []): Promise<SignedIn> {
  const token = ctx.token === null ? undefined : await ctx.sessions.renew(ctx.token, factors)
  const resolved = token === undefined ? undefined : await ctx.sessions.resolve(token)
  if (token === undefined || !resolved) throw new AppError('unauthenticated', 'This session has ended. Sign in again.')
  const userId = resolved.actor.id
  await transact(ctx, async (tx) => {
    keepSignIn(tx, ctx, { userId, result: 'confirmed', factors, token })
    tx.audit({ action: 'user.confirmed', entityType: 'user', entityId: userId, after: { factors: factors.join(', ') } })
  })
  await freeTries(ctx, tries)
  ctx.answer.cookies = { ...ctx.answer.cookies, session: token }
  return { token, expiresAt: resolved.expiresAt, user: resolved.actor }
}

/** The history of sign-ins and the audit log learn of a try that failed. The work is the same whoever was meant. */
export async function recordFailure(
  ctx: CallCtx,
  failure: {
    userId: string | null
    result: Exclude<SignInResult, 'signed_in' | 'confirmed'>
    factors?: readonly Factor[]
    deviceId?: string | null
    /** For the audit, masked: a password typed into the wrong field must not be kept. */
    shownAs?: string
  },
): Promise<void> {
  await transact(ctx, async (tx) => {
    keepSignIn(tx, ctx, { factors: [], ...failure })
    tx.audit({
      action: 'user.sign_in_failed',
      entityType: 'user',
      entityId: failure.userId,
      after: { ...(failure.shownAs === undefined ? {} : { email: failure.shownAs }), result: failure.result },
    })
  })
}

async function touchUser(tx: Tx, userId: string): Promise<{ id: string; name: string; email: string }> {
  const [user] = await tx.run(
    tx.db
      .updateTable('users')
      .set({ last_sign_in_at: tx.now })
      .where('id', '=', userId)
      .where('disabled_at', 'is', null)
      .returning(['id', 'name', 'email']),
  )
  if (!user) throw new AppError('unauthenticated', WRONG_SIGN_IN)
  return user
}

function tellOfNewDevice(tx: Tx, ctx: CallCtx, user: { id: string; name: string; email: string }): void {
  const when = tx.now.toISOString().slice(0, 16).replace('T', ' ')
  queueMessage(tx, {
    kind: 'new_device',
    to: { email: user.email, userId: user.id },
    subject: 'New sign-in to your account',
    body: [
      `Hello ${user.name},`,
      `Someone signed in as you on a device we had not seen before: ${deviceName(ctx.agent)}, address ${ctx.ip ?? 'not known'}, ${when} UTC.`,
      'If it was you, nothing needs doing. If not: end that session under Profile, Security, and change your password.',
    ].join('\n\n'),
    expiresAt: new Date(tx.now.getTime() + NEWS_DAYS * 86_400_000),
  })
}

function keepSignIn(
  tx: Tx,
  ctx: CallCtx,
  row: {
    userId: string | null
    result: SignInResult
    factors: readonly Factor[]
    deviceId?: string | null
    isNewDevice?: boolean
    token?: string
  },
): void {
  tx.send(
    tx.db.insertInto('sign_ins').values({
      id: ctx.ids.next(),
      user_id: row.userId,
      at: tx.now,
      result: row.result,
      factors: [...row.factors],
      device_id: row.deviceId ?? null,
      is_new_device: row.isNewDevice ?? false,
      session_id: row.token === undefined ? null : hashOf(row.token),
      ip: ctx.ip,
      agent: ctx.agent,
    }),
  )
}
