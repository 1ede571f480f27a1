import { z } from 'zod'
import { linkToken } from '#server/auth/link-token.ts'
import { newPassword, roles } from '#server/domains/users/index.ts'
import { email, id, listOf, oneOrMore, pageInput, person, piiEmail, text, timestamp, version } from '#server/trpc/fields.ts'

const STATES = ['pending', 'accepted', 'revoked', 'expired'] as const

export const listInvitationsInput = z.strictObject({
  ...pageInput,
  state: oneOrMore(z.enum(STATES)),
  sort: z.enum(['createdAt', '-createdAt']).default('-createdAt'),
})
export type ListInvitationsInput = z.output<typeof listInvitationsInput>

export const createInvitationInput = z.strictObject({ email, name: text(120, 1), roles: roles.default([]) })
export type CreateInvitationInput = z.output<typeof createInvitationInput>
export const oneInvitationInput = z.strictObject({ id, version })
export const openInput = z.strictObject({ token: linkToken })
export const acceptInput = z.strictObject({ token: linkToken, password: newPassword })

export const invitationOut = z.object({
  id: z.string(),
  status: z.enum(STATES),
  version: z.number(),
  createdAt: timestamp,
  updatedAt: timestamp,
  email: piiEmail(),
  name: z.string(),
  roles: z.array(z.string()),
  expiresAt: timestamp,
  invitedBy: person.nullable(),
  /** Whom it made. */
  userId: z.string().nullable(),
})
export const invitationList = listOf(invitationOut)

/** For who has the link: themselves. */
export const openedOut = z.object({ email: z.string(), name: z.string(), roles: z.array(z.string()), expiresAt: timestamp })
export const acceptedOut = z.object({ email: z.string() })
