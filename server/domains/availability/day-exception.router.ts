import { mutation, query, router } from '#server/trpc/init.ts'
import { listExceptions, readException } from './day-exception.queries.ts'
import * as schema from './day-exception.schema.ts'
import { byId, gone } from './rule.schema.ts'
import { createException, deleteException, updateException } from './save-exception.ts'

const policy = 'readableRules: all, for who may read models'

export const dayExceptionRouter = router({
  list: query({
    access: 'models.read',
    policy,
    summary: 'Days on which a model’s time differs from the rules',
    rest: { method: 'GET', path: '/availability/exceptions' },
    input: schema.listExceptionsInput,
    output: schema.exceptionList,
    run: listExceptions,
  }),
  create: mutation({
    access: 'availability.write',
    policy: 'none: makes a new one',
    summary: 'Open or close a stretch of one day of one model',
    rest: { method: 'POST', path: '/availability/exceptions', status: 201 },
    input: schema.createExceptionInput,
    output: schema.exceptionOut,
    run: async (tx, input, ctx) => readException(ctx, await createException(tx, input)),
  }),
  update: mutation({
    access: 'availability.write',
    policy,
    summary: 'Change an exception; with version a stale write is refused',
    rest: { method: 'PATCH', path: '/availability/exceptions/{id}' },
    input: schema.updateExceptionInput,
    output: schema.exceptionOut,
    run: async (tx, input, ctx) => {
      await updateException(tx, input)
      return readException(ctx, input.id)
    },
  }),
  delete: mutation({
    access: 'availability.write',
    policy,
    summary: 'Take an exception away',
    rest: { method: 'DELETE', path: '/availability/exceptions/{id}' },
    input: byId,
    output: gone,
    run: (tx, { id }) => deleteException(tx, id),
  }),
})
