import { asMaker } from '#server/auth/as-maker.ts'
import { mutation, query, router } from '#server/trpc/init.ts'
import { extendHold, releaseHold } from './change-hold.ts'
import { listHolds, readHold } from './hold.queries.ts'
import * as schema from './hold.schema.ts'
import { refuseWish } from './look-first.ts'
import { placeHold } from './place-hold.ts'

const policy = 'visibleHolds: placed by the actor, unless bookings.read_all'

export const holdRouter = router({
  list: query({
    access: 'bookings.read',
    policy,
    summary: 'Times held for clients, newest first',
    rest: { method: 'GET', path: '/availability/holds' },
    input: schema.listHoldsInput,
    output: schema.holdList,
    run: listHolds,
  }),
  get: query({
    access: 'bookings.read',
    policy,
    summary: 'One hold with its deadline',
    rest: { method: 'GET', path: '/availability/holds/{id}' },
    input: schema.byHoldId,
    output: schema.holdOut,
    run: (ctx, { id }) => readHold(ctx, id),
  }),
  place: mutation({
    access: 'bookings.write',
    policy: 'none: makes a new one; one per client and model',
    summary: 'Hold a model’s time for a client while a booking is being made',
    rest: { method: 'POST', path: '/availability/holds', status: 201 },
    input: schema.placeHoldInput,
    output: schema.holdOut,
    refuse: refuseWish,
    run: async (tx, input, ctx) => readHold(asMaker(ctx, 'bookings.read_all'), await placeHold(tx, input)),
  }),
  extend: mutation({
    access: 'bookings.write',
    policy,
    summary: 'Move a hold’s deadline, up to its cap',
    rest: { method: 'POST', path: '/availability/holds/{id}/extend' },
    input: schema.extendHoldInput,
    output: schema.holdOut,
    run: async (tx, input, ctx) => {
      await extendHold(tx, input)
      return readHold(ctx, input.id)
    },
  }),
  release: mutation({
    access: 'bookings.write',
    policy,
    summary: 'Give held time back',
    rest: { method: 'POST', path: '/availability/holds/{id}/release' },
    input: schema.byHoldId,
    output: schema.holdOut,
    run: async (tx, { id }, ctx) => {
      await releaseHold(tx, id)
      return readHold(ctx, id)
    },
  }),
})
