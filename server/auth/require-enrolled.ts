import type { Ctx } from '#server/context.ts'
import { AppError } from '#server/errors.ts'

/** Throws `enrol_second_factor` for a session that may do nothing but set up the second factor its role asks for. */
export function requireEnrolled(ctx: Pick<Ctx, 'actor'>): void {
  if (ctx.actor.mustEnrol) {
    throw new AppError('enrol_second_factor', 'Your role asks for a second factor. Set one up first; then everything is open.')
  }
}
