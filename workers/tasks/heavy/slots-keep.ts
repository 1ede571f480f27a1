import { materialise } from '#server/domains/availability/index.ts'
import type { Handler } from '#workers/task.ts'

/** Each night one more day of recurring hours comes within three months. */
export const slotsKeep: Handler<'slots-keep'> = async (ctx, _payload, { signal }) => {
  const changed = await materialise(ctx, {}, signal)
  if (changed > 0) ctx.log.info({ changed }, 'slots of recurring hours written')
}
