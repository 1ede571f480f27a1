import { done, listRoles, roleOut } from '#server/domains/users/index.ts'
import { AppError } from '#server/errors.ts'
import { type CallCtx, mutation, router } from '#server/trpc/init.ts'
import { createRole, removeRole, updateRole } from './change-role.ts'
import * as schema from './role.schema.ts'

const policy =
  'maySpread: what the actor holds, and without users.grant_any only what managed roles are made of; product roles stay'

async function readRole(ctx: CallCtx, code: string) {
  const role = (await listRoles(ctx)).items.find((one) => one.code === code)
  if (!role) throw new AppError('not_found', 'There is no such role.')
  return role
}

export const roleRouter = router({
  create: mutation({
    access: 'roles.write',
    fresh: true,
    policy,
    summary: 'Make a role out of permissions',
    rest: { method: 'POST', path: '/roles', status: 201 },
    input: schema.createRoleInput,
    output: roleOut,
    run: async (tx, input, ctx) => readRole(ctx, await createRole(tx, input)),
  }),
  update: mutation({
    access: 'roles.write',
    fresh: true,
    policy,
    summary: 'Rename a role or change its permissions; sessions of who has it end',
    rest: { method: 'PATCH', path: '/roles/{code}' },
    input: schema.updateRoleInput,
    output: roleOut,
    run: async (tx, input, ctx) => {
      await updateRole(tx, input, ctx)
      return readRole(ctx, input.code)
    },
  }),
  remove: mutation({
    access: 'roles.write',
    fresh: true,
    policy,
    summary: 'Delete a role nobody has',
    rest: { method: 'DELETE', path: '/roles/{code}' },
    input: schema.removeRoleInput,
    output: done,
    run: async (tx, input) => {
      await removeRole(tx, input)
      return { ok: true }
    },
  }),
})
