import { mutation, query, router } from '#server/trpc/init.ts'
import { previewErasure, readErasure } from './erasure.queries.ts'
import * as schema from './erasure.schema.ts'
import { startErasure } from './start-erasure.ts'

const policy = 'readableClients: all clients, for who may erase them'

export const erasureRouter = router({
  preview: query({
    access: 'clients.erase',
    policy,
    summary: 'What erasing a client would remove and keep, what stands in its way, and how far it has come',
    rest: { method: 'GET', path: '/clients/{id}/erasure' },
    input: schema.byId,
    output: schema.erasurePreviewOut,
    run: (ctx, { id }) => previewErasure(ctx, id),
  }),
  start: mutation({
    access: 'clients.erase',
    fresh: true,
    policy,
    summary: 'Erase a client for good; confirm is its ref',
    rest: { method: 'POST', path: '/clients/{id}/erase' },
    input: schema.startErasureInput,
    output: schema.erasureOut,
    run: async (tx, input, ctx) => {
      await startErasure(tx, input)
      const erasure = await readErasure(ctx, input.id)
      if (!erasure) throw new Error('an erasure that was begun is there')
      return erasure
    },
  }),
})
