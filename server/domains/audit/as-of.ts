import { sql } from 'kysely'
import { revealContact } from '#server/auth/reveal-contact.ts'
import { notFound } from '#server/errors.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import { labelsOf } from './as-of.labels.ts'
import { readPresent, type Subject } from './as-of.subjects.ts'

/** One step in the life of an entity, from the audit log. */
interface Step {
  id: string
  action: string
  /** Never before the step it follows: who waited for a lock began earlier and wrote later. */
  at: Date
  actor_name: string
  via: string
  before: Record<string, unknown> | null
  redacted: boolean
}

/** An entity with more steps than this is shown as far back as they reach. */
const MAX_STEPS = 5_000
/** Moments offered to choose from, newest first. */
const MAX_MOMENTS = 200

/**
 * An entity as it was at a moment: the present row, with every later step taken back by its audit row's `before`. Throws
 * `not_found` alike for what is unknown and what this person may not see now; who may not see it may not see its past.
 * `whole` is false where an erasure took what would be needed.
 */
export async function readAsOf(ctx: CallCtx, input: { entityType: Subject; entityId: string; at: Date }) {
  const present = await readPresent(ctx, input.entityType, input.entityId)
  if (!present) throw notFound(input.entityType)
  const { entityType, entityId, at } = input
  if (present.client) {
    const { id: clientId, assigneeId } = present.client
    await revealContact(ctx, { clientId, assigneeId, entityType, entityId, entityRef: present.ref })
  }
  const steps = await readSteps(ctx, entityType, entityId)
  const later = steps.filter((step) => step.at > at)
  const existed = !later.some((step) => step.action === `${entityType}.created`) && present.createdAt <= at
  const state = existed ? takenBack(present.fields, later) : null
  return {
    entity: { type: entityType, id: entityId, ref: present.ref },
    at,
    state,
    present: present.fields,
    changed: state ? Object.keys(state).filter((key) => JSON.stringify(state[key]) !== JSON.stringify(present.fields[key])) : [],
    labels: await labelsOf(ctx.db, [present.fields, state ?? {}]),
    moments: steps.slice(0, MAX_MOMENTS).map(({ id, at, action, actor_name, via }) => ({ id, at, action, by: actor_name, via })),
    whole: steps.length < MAX_STEPS && !later.some((step) => step.redacted),
  }
}

/** Newest first, in the order of their places in the log; `at` never goes back along it. */
async function readSteps(ctx: CallCtx, entityType: Subject, entityId: string): Promise<Step[]> {
  const { rows } = await sql<Step>`
    select id, action, max(at) over (order by position) as at, actor_name, via, before, redacted_by is not null as redacted
    from audit_log
    where entity_type = ${entityType} and entity_id = ${entityId}::uuid and action not like '%\_refused'
      and (before is not null or redacted_by is not null or action = ${`${entityType}.created`})
    order by position desc limit ${MAX_STEPS}`.execute(ctx.db)
  return rows
}

/** `later` newest first. Fields that audit rows know and the entity has not (any more) are left out. */
function takenBack(present: Record<string, unknown>, later: readonly Step[]): Record<string, unknown> {
  const state = { ...present }
  for (const { before } of later) {
    for (const [key, value] of Object.entries(before ?? {})) if (key in state) state[key] = value
  }
  return state
}
