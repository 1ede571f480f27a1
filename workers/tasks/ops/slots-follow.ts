import { materialise, type SlotsOf } from '#server/domains/availability/index.ts'
import { payloadOf } from '#server/outbox/catalogue.ts'
import type { Handler } from '#workers/task.ts'

/**
 * What changed in rules comes into the calendar. It looks at the rules as they stand now, whichever event told of them,
 * so running again or in another order ends the same, and nothing needs to be marked.
 */
export const slotsFollow: Handler<'slots-follow'> = async (ctx, { eventId }, { signal }) => {
  const event = await ctx.db
    .selectFrom('domain_events')
    .select(['type', 'entity_id', 'payload'])
    .where('id', '=', eventId)
    .executeTakeFirst()
  if (!event) return
  const whose: SlotsOf =
    event.type === 'availability_rule.changed' ? payloadOf('availability_rule.changed', event) : { modelId: event.entity_id }
  await materialise(ctx, whose, signal)
}
