import { z } from 'zod'
import { passwordWeakness } from '#server/auth/passwords.ts'
import {
  email,
  flag,
  id,
  listOf,
  nullableTimestamp,
  oneOrMore,
  pageInput,
  piiEmail,
  q,
  text,
  timestamp,
  version,
} from '#server/trpc/fields.ts'

export const roleCode = z
  .string()
  .max(60)
  .regex(/^[A-Z][A-Z_]+$/, 'is a role such as OPERATOR')
export const roles = z
  .array(roleCode)
  .max(20)
  .transform((list) => [...new Set(list)])
export const newPassword = z.string().superRefine((value, check) => {
  const weakness = passwordWeakness(value)
  if (weakness) check.addIssue({ code: 'custom', message: weakness })
})
/** Checked against a hash only: whatever was once accepted can still be typed. */
const givenPassword = z.string().min(1, 'is needed').max(500, 'is too long')

/** A time-based code or, in its place, a recovery code. Nothing is as good as not sent: clients that always send it may. */
const code = z.string().max(40)
const sentCode = code.transform((value) => value.trim() || undefined).optional()

// --- inputs ----------------------------------------------------------------------------------------------------------

export const loginInput = z.strictObject({
  email: z
    .string()
    .max(254)
    .transform((value) => value.trim().toLowerCase()),
  password: givenPassword,
  totp: sentCode,
})
export type LoginInput = z.output<typeof loginInput>

export const finishSignInInput = z.strictObject({ code: code.min(1, 'is needed') })
export const confirmInput = z.strictObject({ password: givenPassword, totp: sentCode })

export const listUsersInput = z.strictObject({
  ...pageInput,
  q,
  role: oneOrMore(roleCode),
  disabled: flag,
  secondFactor: flag,
  sort: z.enum(['createdAt', '-createdAt', 'name', '-name']).default('name'),
})
export type ListUsersInput = z.output<typeof listUsersInput>

export const createUserInput = z.strictObject({ email, name: text(120, 1), password: newPassword, roles: roles.default([]) })
export type CreateUserInput = z.output<typeof createUserInput>

export const updateUserInput = z.strictObject({
  id,
  version,
  name: text(120, 1).optional(),
  disabled: flag,
  password: newPassword.optional(),
})
export type UpdateUserInput = z.output<typeof updateUserInput>

export const setRolesInput = z.strictObject({ id, version, roles })
export const changePasswordInput = z.strictObject({ currentPassword: givenPassword, newPassword })
export const byId = z.strictObject({ id })

// --- outputs ---------------------------------------------------------------------------------------------------------

/** Oneself: nothing to mask. */
export const selfOut = z.object({
  id: z.string(),
  kind: z.enum(['user', 'api_key', 'system', 'anonymous']),
  name: z.string(),
  email: z.string().nullable(),
  roles: z.array(z.string()),
  permissions: z.array(z.string()),
})
export const meOut = selfOut.extend({ user: selfOut })
export const signedInOut = z.object({
  token: z.string(),
  expiresAt: timestamp,
  user: selfOut,
  /** This person had not signed in here before, but elsewhere. */
  isNewDevice: z.boolean().optional(),
})
/** The step between a password and its code, as the page of the code shows it. */
export const pendingSignInOut = z.object({ name: z.string(), methods: z.array(z.enum(['totp', 'passkey'])) })
export const done = z.object({ ok: z.boolean() })

export const userOut = z.object({
  id: z.string(),
  status: z.enum(['active', 'disabled']),
  version: z.number(),
  createdAt: timestamp,
  updatedAt: timestamp,
  name: z.string(),
  email: piiEmail(),
  roles: z.array(z.string()),
  disabled: z.boolean(),
  /** An authenticator app or a passkey. */
  secondFactor: z.boolean(),
  lastSignInAt: nullableTimestamp,
})
export type UserOut = z.input<typeof userOut>
export const userList = listOf(userOut)

export const roleOut = z.object({
  code: z.string(),
  name: z.string(),
  description: z.string(),
  /** Of the product: its permissions are part of it. */
  isSystem: z.boolean(),
  version: z.number(),
  permissions: z.array(z.string()),
  /** Enabled users who have it. */
  users: z.number(),
})
export const rolesOut = z.object({ items: z.array(roleOut) })
export const permissionsOut = z.object({ items: z.array(z.object({ code: z.string(), description: z.string() })) })
