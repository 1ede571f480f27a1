import { PARTNER_PERMISSIONS } from '#server/auth/api-keys.ts'
import { ALL_PERMISSIONS, PERMISSIONS, type Permission } from '#server/auth/permissions.ts'
import { may } from '#server/context.ts'
import { command, mutation, nothing, query, router } from '#server/trpc/init.ts'
import { listApiKeys, readApiKey } from './api-key.queries.ts'
import * as schema from './api-key.schema.ts'
import { createApiKey } from './create-api-key.ts'
import { revokeApiKey } from './revoke-api-key.ts'
import { rotateApiKey } from './rotate-api-key.ts'
import { updateApiKey } from './update-api-key.ts'

const policy = 'none: who manages keys sees all of them, never their secrets'

const inWords = (codes: readonly Permission[]) => codes.map((code) => ({ code, description: PERMISSIONS[code] }))

export const apiKeyRouter = router({
  list: query({
    access: 'api_keys.manage',
    policy,
    summary: 'API keys, newest first',
    rest: { method: 'GET', path: '/api-keys' },
    input: schema.listApiKeysInput,
    output: schema.apiKeyList,
    run: listApiKeys,
  }),
  get: query({
    access: 'api_keys.manage',
    policy,
    summary: 'One API key, without its secret',
    rest: { method: 'GET', path: '/api-keys/{id}' },
    input: schema.byId,
    output: schema.apiKeyOut,
    run: (ctx, { id }) => readApiKey(ctx, ctx.db, id),
  }),
  permissions: query({
    access: 'api_keys.manage',
    policy: 'none: what permissions there are is no secret',
    summary: 'Every permission in words',
    input: nothing,
    output: schema.permissionsOut,
    run: async () => ({ items: inWords(ALL_PERMISSIONS) }),
  }),
  grantable: query({
    access: 'api_keys.manage',
    policy: 'no more than the actor may, or a partner',
    summary: 'What a key made by this person can be given',
    rest: { method: 'GET', path: '/api-keys/grantable' },
    input: nothing,
    output: schema.permissionsOut,
    run: async (ctx) => ({ items: inWords(ALL_PERMISSIONS.filter((one) => may(ctx, one) || PARTNER_PERMISSIONS.includes(one))) }),
  }),
  create: command({
    access: 'api_keys.manage',
    fresh: true,
    policy: 'no more than the maker may, or a partner',
    summary: 'Make an API key; it is told only in this answer',
    rest: { method: 'POST', path: '/api-keys', status: 201 },
    input: schema.createApiKeyInput,
    output: schema.createdApiKeyOut,
    run: createApiKey,
  }),
  rotate: command({
    access: 'api_keys.manage',
    fresh: true,
    policy: 'no more than who rotates may, or a partner',
    summary: 'Give an API key a new secret; the old one works for the hours of overlap',
    rest: { method: 'POST', path: '/api-keys/{id}/rotate' },
    input: schema.rotateApiKeyInput,
    output: schema.createdApiKeyOut,
    run: rotateApiKey,
  }),
  update: mutation({
    access: 'api_keys.manage',
    fresh: true,
    policy,
    summary: 'Rename an API key, change its limit or its addresses',
    rest: { method: 'PATCH', path: '/api-keys/{id}' },
    input: schema.updateApiKeyInput,
    output: schema.apiKeyOut,
    run: async (tx, input, ctx) => {
      await updateApiKey(tx, input)
      return readApiKey(ctx, ctx.db, input.id)
    },
  }),
  revoke: mutation({
    access: 'api_keys.manage',
    policy,
    summary: 'Revoke an API key',
    rest: { method: 'POST', path: '/api-keys/{id}/revoke' },
    input: schema.byId,
    output: schema.apiKeyOut,
    run: async (tx, { id }, ctx) => {
      await revokeApiKey(tx, id)
      return readApiKey(ctx, ctx.db, id)
    },
  }),
})
