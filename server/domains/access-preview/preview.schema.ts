import { z } from 'zod'
import { isPermission } from '#server/auth/permissions.ts'
import { roleCode } from '#server/domains/users/index.ts'
import { id, oneOrMore } from '#server/trpc/fields.ts'

export const previewInput = z
  .strictObject({
    userId: id.optional(),
    roles: oneOrMore(roleCode),
    /** A set that is not saved anywhere yet; `none` for an empty one. */
    permissions: z.preprocess(
      (value) => (typeof value === 'string' ? value.split(',').filter((code) => code && code !== 'none') : value),
      z.array(z.string().max(60).refine(isPermission, 'is not a permission')).max(200).optional(),
    ),
  })
  .refine((input) => [input.userId, input.roles, input.permissions].filter((one) => one !== undefined).length === 1, {
    message: 'takes exactly one of userId, roles, permissions',
  })
export type PreviewInput = z.output<typeof previewInput>

const fact = z.object({ code: z.string(), text: z.string() })
export const previewOut = z.object({
  subject: z.object({ kind: z.enum(['user', 'roles', 'permissions']), name: z.string(), roles: z.array(z.string()) }),
  /** A disabled user sees nothing at all. */
  disabled: z.boolean(),
  permissions: z.array(z.string()),
  areas: z.array(z.object({ area: z.string(), may: z.array(fact), mayNot: z.array(fact) })),
  lists: z.array(
    z.object({
      list: z.string(),
      allowed: z.boolean(),
      count: z.number(),
      /** There are more than were counted. */
      more: z.boolean(),
      /** The first row as they would see it. */
      sample: z.array(z.object({ label: z.string(), value: z.string() })),
    }),
  ),
})
export type Preview = z.input<typeof previewOut>
