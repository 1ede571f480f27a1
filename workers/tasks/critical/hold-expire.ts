import { expireHold } from '#server/domains/availability/index.ts'
import { enqueue } from '#workers/enqueue.ts'
import type { Handler } from '#workers/task.ts'

/** The timer of a hold. When it comes too early (a clock behind, a deadline moved), it sets itself again. */
export const holdExpire: Handler<'hold-expire'> = async (ctx, { holdId }) => {
  if (await expireHold(ctx, holdId)) return
  const held = await ctx.db
    .selectFrom('time_holds')
    .select('expires_at')
    .where('id', '=', holdId)
    .where('status', '=', 'held')
    .executeTakeFirst()
  if (!held) return
  const runAt = new Date(Math.max(held.expires_at.getTime(), ctx.clock.now().getTime() + 250))
  const cause = { causeId: ctx.causeId, depth: ctx.depth }
  await enqueue(ctx.pool, [{ task: 'hold-expire', payload: { holdId }, key: `hold:${holdId}`, runAt, cause }])
}
