import { limit } from '#server/auth/rate-limits.ts'
import { mutation, query, router } from '#server/trpc/init.ts'
import { listExports, readExport, readFile } from './export.queries.ts'
import * as schema from './export.schema.ts'
import { makeExport } from './make-export.ts'

const policy = 'one’s own exports only; others’ are as unknown'

export const exportRouter = router({
  list: query({
    access: 'exports.make',
    policy,
    summary: 'One’s own exports, newest first',
    rest: { method: 'GET', path: '/exports' },
    input: schema.listExportsInput,
    output: schema.exportList,
    run: listExports,
  }),
  get: query({
    access: 'exports.make',
    policy,
    summary: 'How far an export has come',
    rest: { method: 'GET', path: '/exports/{id}' },
    input: schema.byId,
    output: schema.exportOut,
    run: (ctx, { id }) => readExport(ctx, id),
  }),
  file: query({
    access: 'exports.make',
    policy,
    summary: 'The file of an export, until it expires',
    rest: { method: 'GET', path: '/exports/{id}/file', file: true },
    input: schema.byId,
    output: schema.fileOut,
    run: (ctx, { id }) => readFile(ctx, id),
  }),
  make: mutation({
    access: 'exports.make',
    policy: 'the list’s own policy and masking, when it is made; its permission to read is asked for too',
    summary: 'Make a file of a list, with its filters',
    rest: { method: 'POST', path: '/exports', status: 201 },
    input: schema.makeExportInput,
    output: schema.exportOut,
    refuse: async (ctx) => {
      await limit(ctx, 'export', `${ctx.actor.id}`)
      return undefined
    },
    run: async (tx, input, ctx) => readExport(ctx, await makeExport(tx, input)),
  }),
})
