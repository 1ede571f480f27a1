import type { Ctx } from '#server/context.ts'
import { visibleWork } from '#server/domains/work/index.ts'

/** Which tasks (alias `t`) this actor may see: see visibleWork. */
export const visibleTasks = (ctx: Pick<Ctx, 'actor'>) => visibleWork(ctx, 'task')
