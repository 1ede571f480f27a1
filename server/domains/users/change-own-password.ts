import { endAccess } from '#server/auth/end-access.ts'
import { hashPassword, verifyPassword } from '#server/auth/passwords.ts'
import { countTry, freeTries, sessionBuckets } from '#server/auth/sign-in-tries.ts'
import { invalid } from '#server/errors.ts'
import { transact } from '#server/transact.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import { requireSession } from './sign-out.ts'

/**
 * Changes one's own password, knowing the old one; all other sessions end and their devices are forgotten. Tries are
 * counted, so that a stolen session can't be used to find the password out.
 */
export async function changeOwnPassword(ctx: CallCtx, input: { currentPassword: string; newPassword: string }): Promise<void> {
  const { token, userId } = requireSession(ctx)
  const user = await ctx.db.selectFrom('users').select('password_hash').where('id', '=', userId).executeTakeFirstOrThrow()
  const tries = sessionBuckets(userId)
  await countTry(ctx, tries)
  if (!(await verifyPassword(user.password_hash, input.currentPassword))) throw invalid('currentPassword', 'is wrong')
  await freeTries(ctx, tries)
  const hash = await hashPassword(input.newPassword)
  await transact(ctx, async (tx) => {
    tx.send(
      tx.db
        .updateTable('users')
        .set((eb) => ({ password_hash: hash, version: eb('version', '+', 1), updated_at: tx.now }))
        .where('id', '=', userId),
    )
    endAccess(tx, userId, token)
    tx.audit({ action: 'user.password_changed', entityType: 'user', entityId: userId })
    tx.event({ type: 'user.updated', entityType: 'user', entityId: userId, payload: { fields: ['password'] } })
  })
}
