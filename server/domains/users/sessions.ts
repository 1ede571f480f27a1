import { deviceName, placeOf } from '#server/auth/device-name.ts'
import { endAccess } from '#server/auth/end-access.ts'
import { hashOf } from '#server/auth/sessions.ts'
import type { Ctx } from '#server/context.ts'
import { notFound } from '#server/errors.ts'
import { type Tx, transact } from '#server/transact.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import { requireSession } from './sign-out.ts'
import { requireManageable } from './user.policy.ts'
import { lockUser, selectUsers } from './user.repository.ts'

const MOST = 100

async function sessionsOf(ctx: CallCtx, userId: string) {
  const current = ctx.token === null ? undefined : hashOf(ctx.token)
  const rows = await ctx.db
    .selectFrom('sessions')
    .select([
      'id',
      'created_at',
      'last_seen_at',
      'expires_at',
      'absolute_expires_at',
      'authenticated_at',
      'factors',
      'ip',
      'agent',
    ])
    .where('user_id', '=', userId)
    .where('expires_at', '>', ctx.clock.now())
    .orderBy('last_seen_at', 'desc')
    .orderBy('id')
    .limit(MOST)
    .execute()
  return {
    items: rows.map((row) => ({
      id: row.id,
      current: row.id === current,
      createdAt: row.created_at,
      lastSeenAt: row.last_seen_at,
      expiresAt: row.expires_at,
      endsAt: row.absolute_expires_at,
      authenticatedAt: row.authenticated_at,
      factors: row.factors,
      device: deviceName(row.agent),
      ip: row.ip,
      place: placeOf(row.ip),
      agent: row.agent,
    })),
  }
}

export function listOwnSessions(ctx: CallCtx) {
  return sessionsOf(ctx, requireSession(ctx).userId)
}

/** Ends one of one's own sessions, e.g. that of a lost phone. Someone else's and an unknown one answer alike. */
export async function endOwnSession(ctx: CallCtx, input: { id: string }): Promise<void> {
  const { userId } = requireSession(ctx)
  await transact(ctx, (tx) => endOne(tx, userId, input.id))
}

/** Ends all of one's sessions but this one. Answers how many there were. */
export async function endOtherSessions(ctx: CallCtx): Promise<number> {
  const { userId, token } = requireSession(ctx)
  return transact(ctx, async (tx) => {
    const ended = await tx.run(
      tx.db.deleteFrom('sessions').where('user_id', '=', userId).where('id', '<>', hashOf(token)).returning('id'),
    )
    if (ended.length > 0) tellEnded(tx, userId, ended.length)
    return ended.length
  })
}

/** Throws `not_found`, or `forbidden` for who is beyond this actor's reach. */
export async function requireManageableUser(ctx: Ctx, id: string): Promise<void> {
  await transact(ctx, async (tx) => {
    const [user] = await tx.run(selectUsers(tx.db).where('u.id', '=', id))
    if (!user) throw notFound('user')
    await requireManageable(tx, user.roles)
  })
}

export async function listSessionsOf(ctx: CallCtx, input: { id: string }) {
  await requireManageableUser(ctx, input.id)
  return sessionsOf(ctx, input.id)
}

export async function endSessionOf(tx: Tx, input: { id: string; sessionId: string }): Promise<void> {
  const user = await lockUser(tx, input.id)
  await requireManageable(tx, user.roles)
  await endOne(tx, user.id, input.sessionId)
}

/**
 * Signs someone out everywhere and forgets their devices; of one's own sessions the present one (`keepToken`) stays. Answers
 * how many ended.
 */
export async function endSessionsOf(tx: Tx, input: { id: string }, keepToken: string | null): Promise<number> {
  const user = await lockUser(tx, input.id)
  await requireManageable(tx, user.roles)
  const own = tx.ctx.actor.id === user.id && keepToken !== null ? keepToken : undefined
  const open = await tx.run(
    tx.db.selectFrom('sessions').select('id').where('user_id', '=', user.id).where('expires_at', '>', tx.now),
  )
  const ended = open.filter((session) => own === undefined || session.id !== hashOf(own)).length
  endAccess(tx, user.id, own)
  tellEnded(tx, user.id, ended)
  return ended
}

async function endOne(tx: Tx, userId: string, sessionId: string): Promise<void> {
  const [ended] = await tx.run(
    tx.db.deleteFrom('sessions').where('id', '=', sessionId).where('user_id', '=', userId).returning('id'),
  )
  if (!ended) throw notFound('session')
  tellEnded(tx, userId, 1)
}

/** The event closes live feeds of ended sessions at once. */
function tellEnded(tx: Tx, userId: string, sessions: number): void {
  tx.audit({ action: 'user.session_ended', entityType: 'user', entityId: userId, after: { sessions } })
  tx.event({ type: 'user.updated', entityType: 'user', entityId: userId, payload: { fields: ['sessions'] } })
}
