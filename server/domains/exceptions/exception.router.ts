import { asMaker } from '#server/auth/as-maker.ts'
import { addNoteInput, noteOut } from '#server/domains/notes/index.ts'
import { addWorkNote, assignWork, editWork, lockWork, requireFreshWork } from '#server/domains/work/index.ts'
import { mutation, query, router } from '#server/trpc/init.ts'
import { createManualException } from './create-manual-exception.ts'
import { listExceptions, readException } from './exception.queries.ts'
import * as schema from './exception.schema.ts'
import { closeException, setExceptionStatus } from './set-exception-status.ts'

const policy = 'visibleExceptions: assigned to the actor or to nobody, unless exceptions.read_all'

export const exceptionRouter = router({
  list: query({
    access: 'exceptions.read',
    policy,
    summary: 'Exceptions, newest first',
    rest: { method: 'GET', path: '/exceptions' },
    input: schema.listExceptionsInput,
    output: schema.exceptionList,
    run: listExceptions,
  }),
  get: query({
    access: 'exceptions.read',
    policy,
    summary: 'One exception with its details, notes and the steps possible now',
    rest: { method: 'GET', path: '/exceptions/{id}' },
    input: schema.byId,
    output: schema.exceptionOut,
    run: (ctx, { id }) => readException(ctx, id),
  }),
  create: mutation({
    access: 'exceptions.write',
    policy: 'the entity it is about must be visible to the actor',
    summary: 'Raise an exception',
    rest: { method: 'POST', path: '/exceptions', status: 201 },
    input: schema.createExceptionInput,
    output: schema.exceptionOut,
    run: async (tx, input, ctx) => {
      const { id } = await createManualException(tx, input)
      return readException(asMaker(ctx, 'exceptions.read_all'), id)
    },
  }),
  update: mutation({
    access: 'exceptions.write',
    policy,
    summary: 'Change what an exception says and how severe it is',
    rest: { method: 'PATCH', path: '/exceptions/{id}' },
    input: schema.updateExceptionInput,
    output: schema.exceptionOut,
    run: async (tx, { id, version, severity, summary, ...edit }, ctx) => {
      const row = await lockWork(tx, 'exception', id)
      await requireFreshWork(tx, row, version)
      await editWork(tx, row, { ...edit, level: severity, subject: summary })
      return readException(ctx, id)
    },
  }),
  assign: mutation({
    access: 'exceptions.write',
    policy,
    summary: 'Give an exception to someone, or to nobody; claiming what someone else has is a conflict that says who',
    rest: { method: 'POST', path: '/exceptions/{id}/assign' },
    input: schema.assignExceptionInput,
    output: schema.exceptionOut,
    run: async (tx, input, ctx) => {
      await assignWork(tx, 'exception', input)
      return readException(ctx, input.id)
    },
  }),
  setStatus: mutation({
    access: 'exceptions.write',
    policy,
    summary: 'Move an exception along its lifecycle',
    rest: { method: 'POST', path: '/exceptions/{id}/status' },
    input: schema.exceptionStatusInput,
    output: schema.exceptionTransitionOut,
    run: async (tx, { id, version, ...request }, ctx) => {
      const transition = await setExceptionStatus(tx, id, { ...request, expectedVersion: version })
      return { exception: await readException(ctx, id), transition }
    },
  }),
  resolve: mutation({
    access: 'exceptions.write',
    policy,
    summary: 'Resolve an exception, saying how; from open it is taken and resolved in one go',
    rest: { method: 'POST', path: '/exceptions/{id}/resolve' },
    input: schema.resolveInput,
    output: schema.exceptionTransitionOut,
    run: async (tx, { id, version, resolution }, ctx) => {
      const transition = await closeException(tx, { id, version, newStatus: 'resolved', words: resolution })
      return { exception: await readException(ctx, id), transition }
    },
  }),
  dismiss: mutation({
    access: 'exceptions.write',
    policy,
    summary: 'Dismiss an exception, saying why',
    rest: { method: 'POST', path: '/exceptions/{id}/dismiss' },
    input: schema.dismissInput,
    output: schema.exceptionTransitionOut,
    run: async (tx, { id, version, reason }, ctx) => {
      const transition = await closeException(tx, { id, version, newStatus: 'dismissed', words: reason })
      return { exception: await readException(ctx, id), transition }
    },
  }),
  addNote: mutation({
    access: 'exceptions.write',
    policy,
    summary: 'Add a note to an exception',
    rest: { method: 'POST', path: '/exceptions/{id}/notes', status: 201 },
    input: addNoteInput,
    output: noteOut,
    run: (tx, input) => addWorkNote(tx, 'exception', input),
  }),
})
