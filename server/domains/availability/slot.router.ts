import { mutation, query, router } from '#server/trpc/init.ts'
import { byId } from './rule.schema.ts'
import { createSlot, deleteSlot, updateSlot } from './save-slot.ts'
import { listSlots, readSlot } from './slot.queries.ts'
import * as schema from './slot.schema.ts'

const policy = 'readableRules: all, for who may read models'

export const slotRouter = router({
  list: query({
    access: 'models.read',
    policy,
    summary: 'Slots: available, unavailable and tentative stretches of models’ time',
    rest: { method: 'GET', path: '/availability/slots' },
    input: schema.listSlotsInput,
    output: schema.slotList,
    run: listSlots,
  }),
  get: query({
    access: 'models.read',
    policy,
    summary: 'One slot',
    rest: { method: 'GET', path: '/availability/slots/{id}' },
    input: byId,
    output: schema.slotOut,
    run: (ctx, { id }) => readSlot(ctx, id),
  }),
  create: mutation({
    access: 'availability.write',
    policy: 'none: makes a new one',
    summary: 'Mark a stretch of a model’s time',
    rest: { method: 'POST', path: '/availability/slots', status: 201 },
    input: schema.createSlotInput,
    output: schema.slotOut,
    run: async (tx, input, ctx) => readSlot(ctx, await createSlot(tx, input)),
  }),
  update: mutation({
    access: 'availability.write',
    policy,
    summary: 'Move, resize or mark a slot; with version a stale write is refused',
    rest: { method: 'PATCH', path: '/availability/slots/{id}' },
    input: schema.updateSlotInput,
    output: schema.slotOut,
    run: async (tx, input, ctx) => {
      await updateSlot(tx, input)
      return readSlot(ctx, input.id)
    },
  }),
  delete: mutation({
    access: 'availability.write',
    policy,
    summary: 'Remove a slot; of a recurring time an exception keeps it away',
    rest: { method: 'DELETE', path: '/availability/slots/{id}' },
    input: byId,
    output: schema.slotGone,
    run: (tx, { id }) => deleteSlot(tx, id),
  }),
})
