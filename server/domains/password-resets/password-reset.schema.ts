import { z } from 'zod'
import { linkToken } from '#server/auth/link-token.ts'
import { newPassword } from '#server/domains/users/index.ts'
import { id } from '#server/trpc/fields.ts'

export const requestInput = z.strictObject({
  // As at sign-in: what is no address is answered like one that nobody has.
  email: z
    .string()
    .min(1, 'is needed')
    .max(254)
    .refine((value) => value.isWellFormed() && !value.includes('\0'), 'contains characters that no address has')
    .transform((value) => value.trim().toLowerCase()),
})
export const openInput = z.strictObject({ token: linkToken })
export const completeInput = z.strictObject({ token: linkToken, password: newPassword })
export const sendInput = z.strictObject({ id })

export const openedOut = z.object({ email: z.string(), name: z.string() })
export const completedOut = z.object({ email: z.string() })
