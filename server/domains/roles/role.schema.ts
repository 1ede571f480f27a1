import { z } from 'zod'
import { isPermission } from '#server/auth/permissions.ts'
import { roleCode } from '#server/domains/users/index.ts'
import { text, version } from '#server/trpc/fields.ts'

export const permissions = z
  .array(z.string().max(60).refine(isPermission, 'is not a permission'))
  .max(200)
  .transform((list) => [...new Set(list)].sort())

export const createRoleInput = z.strictObject({
  name: text(60, 2),
  description: text(300).default(''),
  permissions,
})
export type CreateRoleInput = z.output<typeof createRoleInput>

export const updateRoleInput = z.strictObject({
  code: roleCode,
  version,
  name: text(60, 2).optional(),
  description: text(300).optional(),
  permissions: permissions.optional(),
})
export type UpdateRoleInput = z.output<typeof updateRoleInput>
export const removeRoleInput = z.strictObject({ code: roleCode, version })
