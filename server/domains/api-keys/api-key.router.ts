import { command, mutation, query, router } from '#server/trpc/init.ts'
import { listApiKeys, readApiKey } from './api-key.queries.ts'
import * as schema from './api-key.schema.ts'
import { createApiKey } from './create-api-key.ts'
import { revokeApiKey } from './revoke-api-key.ts'

const policy = 'none: who manages keys sees all of them, never their secrets'

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
  create: command({
    access: 'api_keys.manage',
    policy: 'no more than the maker may, or a partner',
    summary: 'Make an API key; it is told only in this answer',
    rest: { method: 'POST', path: '/api-keys', status: 201 },
    input: schema.createApiKeyInput,
    output: schema.createdApiKeyOut,
    run: createApiKey,
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
