import { notFound } from '#server/errors.ts'
import { transact } from '#server/transact.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import { requireSession } from './sign-out.ts'

/** Ends one of one's own sessions, e.g. that of a lost phone. Someone else's and an unknown one answer alike. */
export async function endOwnSession(ctx: CallCtx, input: { id: string }): Promise<void> {
  const { userId } = requireSession(ctx)
  await transact(ctx, async (tx) => {
    const [ended] = await tx.run(
      tx.db.deleteFrom('sessions').where('id', '=', input.id).where('user_id', '=', userId).returning('id'),
    )
    if (!ended) throw notFound('session')
    tx.audit({ action: 'user.session_ended', entityType: 'user', entityId: userId })
  })
}
