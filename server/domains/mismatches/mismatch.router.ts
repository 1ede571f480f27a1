import { mutation, query, router } from '#server/trpc/init.ts'
import { fixMismatch } from './fix-mismatch.ts'
import { listCoverRules, listMismatches, readCoverRule, readMismatch } from './mismatch.queries.ts'
import * as schema from './mismatch.schema.ts'
import { createCoverRule, deleteCoverRule, updateCoverRule } from './save-cover.ts'

const policy = 'visibleMismatches: all, those about a booking only for who may see it'
const everyRule = 'none: cover is asked for of places, for everyone who may read models'

export const mismatchRouter = router({
  list: query({
    access: 'exceptions.read',
    policy,
    summary: 'What does not fit in models’ time, newest first, each with its fixes',
    rest: { method: 'GET', path: '/availability/mismatches' },
    input: schema.listMismatchesInput,
    output: schema.mismatchList,
    run: listMismatches,
  }),
  fix: mutation({
    access: 'exceptions.write',
    policy,
    summary: 'Do one of the fixes a mismatch offers',
    rest: { method: 'POST', path: '/availability/mismatches/{id}/fix' },
    input: schema.fixInput,
    output: schema.fixedOut,
    run: async (tx, input, ctx) => {
      const done = await fixMismatch(tx, input)
      return { mismatch: await readMismatch(ctx, input.id), done }
    },
  }),
  coverRules: query({
    access: 'models.read',
    policy: everyRule,
    summary: 'How many models are asked for at which place in which hours',
    rest: { method: 'GET', path: '/availability/cover' },
    input: schema.listCoverInput,
    output: schema.coverList,
    run: listCoverRules,
  }),
  createCover: mutation({
    access: 'availability.rules',
    policy: 'none: makes a new one',
    summary: 'Ask for so many models at a place in given hours',
    rest: { method: 'POST', path: '/availability/cover', status: 201 },
    input: schema.createCoverInput,
    output: schema.coverOut,
    run: async (tx, input, ctx) => readCoverRule(ctx, await createCoverRule(tx, input)),
  }),
  updateCover: mutation({
    access: 'availability.rules',
    policy: everyRule,
    summary: 'Change a cover rule',
    rest: { method: 'PATCH', path: '/availability/cover/{id}' },
    input: schema.updateCoverInput,
    output: schema.coverOut,
    run: async (tx, input, ctx) => {
      await updateCoverRule(tx, input)
      return readCoverRule(ctx, input.id)
    },
  }),
  deleteCover: mutation({
    access: 'availability.rules',
    policy: everyRule,
    summary: 'Take a cover rule away',
    rest: { method: 'DELETE', path: '/availability/cover/{id}' },
    input: schema.byId,
    output: schema.coverGone,
    run: async (tx, { id }) => {
      await deleteCoverRule(tx, id)
      return { id }
    },
  }),
})
