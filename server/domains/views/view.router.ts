import { mutation, query, router } from '#server/trpc/init.ts'
import { createView, deleteView, updateView } from './save-view.ts'
import { listViews, readView } from './view.queries.ts'
import * as schema from './view.schema.ts'

const policy = 'visibleViews: one’s own, and shared ones of screens one may open; changed by their owner or by views.share'

export const viewRouter = router({
  list: query({
    access: 'signed_in',
    policy,
    summary: 'Saved views: one’s own and the shared ones, by name',
    rest: { method: 'GET', path: '/views' },
    input: schema.listViewsInput,
    output: schema.viewList,
    run: listViews,
  }),
  create: mutation({
    access: 'signed_in',
    policy: 'none: makes one of one’s own; sharing it needs views.share',
    summary: 'Keep what a screen shows under a name',
    rest: { method: 'POST', path: '/views', status: 201 },
    input: schema.createViewInput,
    output: schema.viewOut,
    run: async (tx, input, ctx) => readView(ctx, await createView(tx, input)),
  }),
  update: mutation({
    access: 'signed_in',
    policy,
    summary: 'Rename, change or share a view',
    rest: { method: 'PATCH', path: '/views/{id}' },
    input: schema.updateViewInput,
    output: schema.viewOut,
    run: async (tx, input, ctx) => {
      await updateView(tx, input)
      return readView(ctx, input.id)
    },
  }),
  delete: mutation({
    access: 'signed_in',
    policy,
    summary: 'Delete a view',
    rest: { method: 'DELETE', path: '/views/{id}' },
    input: schema.byId,
    output: schema.viewGone,
    run: (tx, { id }) => deleteView(tx, id),
  }),
})
