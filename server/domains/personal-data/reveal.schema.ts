import { z } from 'zod'
import { id, text, timestamp } from '#server/trpc/fields.ts'

export const revealInput = z.strictObject({
  /** The client. */
  id,
  reason: text(500, 5),
  /** The item it is for, when it is shown there. */
  from: z.strictObject({ entityType: z.enum(['inquiry', 'booking']), entityId: id }).optional(),
})
export type RevealInput = z.output<typeof revealInput>
export const byId = z.strictObject({ id })

/** Not the contact itself: it is read where it is shown, so that no stored answer holds it. */
export const revealOut = z.object({ id: z.string(), clientId: z.string(), startedAt: timestamp, expiresAt: timestamp })
export type RevealOut = z.input<typeof revealOut>
