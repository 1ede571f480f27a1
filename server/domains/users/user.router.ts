import { mutation, nothing, query, router } from '#server/trpc/init.ts'
import { createUser } from './create-user.ts'
import { userSecurityProcedures } from './security.procedures.ts'
import { setUserRoles } from './set-user-roles.ts'
import { updateUser } from './update-user.ts'
import { listPermissions, listRoles, listUsers, readUser } from './user.queries.ts'
import * as schema from './user.schema.ts'

const policy =
  'requireManageable: owners by users.grant_any; else only operators, content managers, read-only users and own roles within theirs'

export const userRouter = router({
  list: query({
    access: 'users.read',
    policy: 'none: all users; addresses masked',
    summary: 'Users by name',
    rest: { method: 'GET', path: '/users' },
    input: schema.listUsersInput,
    output: schema.userList,
    run: listUsers,
  }),
  get: query({
    access: 'users.read',
    policy: 'none: all users; addresses masked',
    summary: 'One user',
    rest: { method: 'GET', path: '/users/{id}' },
    input: schema.byId,
    output: schema.userOut,
    run: (ctx, { id }) => readUser(ctx, id),
  }),
  create: mutation({
    access: 'users.write',
    policy,
    summary: 'Make a user',
    rest: { method: 'POST', path: '/users', status: 201 },
    input: schema.createUserInput,
    output: schema.userOut,
    run: async (tx, input, ctx) => readUser(ctx, await createUser(tx, input)),
  }),
  update: mutation({
    access: 'users.write',
    policy,
    summary: 'Edit a user: name, password, whether they may sign in',
    rest: { method: 'PATCH', path: '/users/{id}' },
    input: schema.updateUserInput,
    output: schema.userOut,
    run: async (tx, input, ctx) => {
      await updateUser(tx, input)
      return readUser(ctx, input.id)
    },
  }),
  setRoles: mutation({
    access: 'users.grant',
    fresh: true,
    policy,
    summary: 'Replace the roles of a user; their sessions end, and one’s own gets a new id',
    rest: { method: 'POST', path: '/users/{id}/roles' },
    input: schema.setRolesInput,
    output: schema.userOut,
    run: async (tx, input, ctx) => {
      await setUserRoles(tx, input, ctx)
      return readUser(ctx, input.id)
    },
  }),
  ...userSecurityProcedures,
  roles: query({
    access: 'users.read',
    policy: 'none: roles are no secret to who sees users',
    summary: 'Roles with their permissions',
    rest: { method: 'GET', path: '/roles' },
    input: nothing,
    output: schema.rolesOut,
    run: listRoles,
  }),
  permissions: query({
    access: 'signed_in',
    policy: 'none: the product’s own list',
    summary: 'Every permission there is',
    rest: { method: 'GET', path: '/permissions' },
    input: nothing,
    output: schema.permissionsOut,
    run: async () => listPermissions(),
  }),
})
