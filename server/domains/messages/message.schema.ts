import { z } from 'zod'
import { id, listOf, oneOrMore, pageInput, piiEmail, timestamp } from '#server/trpc/fields.ts'

export const MESSAGE_KINDS = ['invitation', 'password_reset', 'new_device', 'security_notice', 'payment_link'] as const

export const listMessagesInput = z.strictObject({
  ...pageInput,
  kind: oneOrMore(z.enum(MESSAGE_KINDS)),
  state: z.enum(['waiting', 'withdrawn', 'expired']).optional(),
  sort: z.enum(['createdAt', '-createdAt']).default('-createdAt'),
})
export type ListMessagesInput = z.output<typeof listMessagesInput>
export const byId = z.strictObject({ id })

const message = {
  id: z.string(),
  kind: z.enum(MESSAGE_KINDS),
  recipient: piiEmail(),
  subject: z.string(),
  state: z.enum(['waiting', 'withdrawn', 'expired']),
  createdAt: timestamp,
  expiresAt: timestamp,
}
export const messageList = listOf(z.object(message))
export const messageOut = z.object({
  ...message,
  /** Null once it was withdrawn or has expired: then its link opens nothing. */
  body: z.string().nullable(),
})
