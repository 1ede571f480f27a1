import { z } from 'zod'
import { id, nullableTimestamp, person, text, timestamp } from '#server/trpc/fields.ts'

export const byId = z.strictObject({ id })
export const startErasureInput = z.strictObject({
  /** The client. */
  id,
  /** Its ref, typed by hand. */
  confirm: text(40, 1),
})
export type StartErasureInput = z.output<typeof startErasureInput>

const counted = z.object({ what: z.string(), count: z.number() })

/** How far it has come; kept when it is done. */
export const erasureOut = z.object({
  clientId: z.string(),
  clientRef: z.string(),
  state: z.enum(['running', 'done']),
  step: z.number(),
  steps: z.number(),
  /** What is being done now. */
  doing: z.string().nullable(),
  changed: z.array(counted),
  requestedBy: person.nullable(),
  requestedAt: timestamp,
  finishedAt: nullableTimestamp,
})
export type ErasureOut = z.input<typeof erasureOut>

export const erasurePreviewOut = z.object({
  clientId: z.string(),
  clientRef: z.string(),
  /** Must be ended first. */
  blockers: z.array(
    z.object({ entityType: z.enum(['inquiry', 'booking']), id: z.string(), ref: z.string(), status: z.string() }),
  ),
  removed: z.array(counted),
  /** What stays, without the person, and why. */
  kept: z.array(counted.extend({ why: z.string() })),
  /** Records merged into this one, erased with it. */
  merged: z.array(z.string()),
  /** Other clients of the same name: texts elsewhere that only name them are left as they are. */
  namesakes: z.number(),
  /** Other records with the same phone or email, which stay. */
  alike: z.array(z.object({ id: z.string(), ref: z.string() })),
  erasure: erasureOut.nullable(),
})
export type ErasurePreview = z.input<typeof erasurePreviewOut>
