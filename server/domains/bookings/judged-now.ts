import type { Ctx } from '#server/context.ts'
import { decide, factsFor, weigh } from '#server/domains/availability/index.ts'
import { questionOf } from './booking.lifecycle.ts'
import type { JudgedTime } from './booking.machine.ts'
import type { LockedBooking } from './booking.repository.ts'

/**
 * What the engine says of a pending booking's time at this moment, without a lock: for the page that offers the next
 * step. Null when the booking has its time, or asks for none.
 */
export async function judgedNow(ctx: Ctx, row: LockedBooking): Promise<JudgedTime | null> {
  if (row.status !== 'pending' || row.own_block) return null
  const question = questionOf(row)
  const facts = await factsFor(ctx, question)
  if (!facts) return null
  const decision = decide(facts, question, ctx.clock.now())
  return { decision, ...weigh(decision.reasons, undefined) }
}
