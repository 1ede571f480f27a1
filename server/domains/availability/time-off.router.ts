import { mutation, query, router } from '#server/trpc/init.ts'
import { listTimeOff, readTimeOff } from './time-off.queries.ts'
import * as schema from './time-off.schema.ts'
import { addTimeOff, moveTimeOff, removeTimeOff } from './time-off.ts'

const policy = 'readableRules: whoever may read models may read when they are off'

export const timeOffRouter = router({
  list: query({
    access: 'models.read',
    policy,
    summary: 'Time off of models, soonest first',
    rest: { method: 'GET', path: '/availability/time-off' },
    input: schema.listTimeOffInput,
    output: schema.timeOffList,
    run: listTimeOff,
  }),
  add: mutation({
    access: 'availability.write',
    policy: 'none: makes a new one',
    summary: 'Take time off: nothing can be sold over it',
    rest: { method: 'POST', path: '/availability/time-off', status: 201 },
    input: schema.addTimeOffInput,
    output: schema.timeOffOut,
    run: async (tx, input, ctx) => readTimeOff(ctx, await addTimeOff(tx, input)),
  }),
  move: mutation({
    access: 'availability.write',
    policy,
    summary: 'Move time off, or change its ends or reason',
    rest: { method: 'PATCH', path: '/availability/time-off/{id}' },
    input: schema.moveTimeOffInput,
    output: schema.timeOffOut,
    run: async (tx, input, ctx) => {
      await moveTimeOff(tx, input)
      return readTimeOff(ctx, input.id)
    },
  }),
  remove: mutation({
    access: 'availability.write',
    policy,
    summary: 'Give time off back',
    rest: { method: 'DELETE', path: '/availability/time-off/{id}' },
    input: schema.byTimeOffId,
    output: schema.timeOffOut,
    run: async (tx, { id }, ctx) => {
      await removeTimeOff(tx, id)
      return readTimeOff(ctx, id)
    },
  }),
})
