import type { Ctx } from '#server/context.ts'
import { visibleWork } from '#server/domains/work/index.ts'

/** Which exceptions (alias `x`) this actor may see: see visibleWork. */
export const visibleExceptions = (ctx: Pick<Ctx, 'actor'>) => visibleWork(ctx, 'exception')
