import { asMaker } from '#server/auth/as-maker.ts'
import { refuseWish } from '#server/domains/availability/index.ts'
import { mutation, query, router } from '#server/trpc/init.ts'
import { listBookings, readBooking, readTimeline } from './booking.queries.ts'
import * as schema from './booking.schema.ts'
import { createBooking, createConfirmedBooking } from './create-booking.ts'
import { rescheduleBooking } from './move-booking.ts'
import { refuseTaken } from './refuse-taken.ts'
import { setBookingStatus } from './set-booking-status.ts'
import { addBookingNote, assignBooking, setBookingServices, updateBooking } from './update-booking.ts'

const policy = 'visibleBookings: assigned to the actor or to nobody, unless bookings.read_all'

export const bookingRouter = router({
  list: query({
    access: 'bookings.read',
    policy,
    summary: 'Bookings, newest first',
    rest: { method: 'GET', path: '/bookings' },
    input: schema.listBookingsInput,
    output: schema.bookingList,
    run: listBookings,
  }),
  get: query({
    access: 'bookings.read',
    policy,
    summary: 'One booking with its price, services and the steps possible now',
    rest: { method: 'GET', path: '/bookings/{id}' },
    input: schema.byId,
    output: schema.bookingOut,
    run: (ctx, { id }) => readBooking(ctx, id),
  }),
  timeline: query({
    access: 'bookings.read',
    policy,
    summary: 'Everything that happened to a booking, in order',
    rest: { method: 'GET', path: '/bookings/{id}/timeline' },
    input: schema.byId,
    output: schema.timelineOut,
    run: (ctx, { id }) => readTimeline(ctx, id),
  }),
  create: mutation({
    access: 'bookings.write',
    policy: 'none: makes a new one, assigned to nobody',
    summary: 'Make a draft booking, or a confirmed one with confirm and waiver',
    rest: { method: 'POST', path: '/bookings', status: 201 },
    input: schema.createBookingInput,
    output: schema.bookingOut,
    refuse: async (ctx, input) => (input.confirm ? refuseWish(ctx, input) : undefined),
    run: async (tx, { confirm, ...input }, ctx) => {
      const { id } = confirm ? await createConfirmedBooking(tx, input) : await createBooking(tx, input)
      return readBooking(asMaker(ctx, 'bookings.read_all'), id)
    },
  }),
  update: mutation({
    access: 'bookings.write',
    policy,
    summary: 'Edit a booking; with version a stale write is refused',
    rest: { method: 'PATCH', path: '/bookings/{id}' },
    input: schema.updateBookingInput,
    output: schema.bookingOut,
    run: async (tx, input, ctx) => {
      await updateBooking(tx, input)
      return readBooking(ctx, input.id)
    },
  }),
  reschedule: mutation({
    access: 'bookings.write',
    policy,
    summary: 'Move a booking to another time, place or model; extend it or finish early',
    rest: { method: 'POST', path: '/bookings/{id}/reschedule' },
    input: schema.rescheduleInput,
    output: schema.bookingOut,
    run: async (tx, input, ctx) => {
      await rescheduleBooking(tx, input)
      return readBooking(ctx, input.id)
    },
  }),
  setStatus: mutation({
    access: 'bookings.transition',
    policy,
    summary: 'Move a booking along its lifecycle',
    rest: { method: 'POST', path: '/bookings/{id}/status' },
    input: schema.bookingStatusInput,
    output: schema.bookingTransitionOut,
    refuse: (ctx, { id, newStatus }) => refuseTaken(ctx, id, newStatus),
    run: async (tx, { id, version, ...request }, ctx) => {
      const { transition } = await setBookingStatus(tx, id, { ...request, expectedVersion: version })
      return { booking: await readBooking(ctx, id), transition }
    },
  }),
  setServices: mutation({
    access: 'bookings.write',
    policy,
    summary: 'Replace the services of a booking; its price is quoted anew',
    rest: { method: 'POST', path: '/bookings/{id}/services' },
    input: schema.setServicesInput,
    output: schema.bookingOut,
    run: async (tx, input, ctx) => {
      await setBookingServices(tx, input)
      return readBooking(ctx, input.id)
    },
  }),
  addNote: mutation({
    access: 'bookings.write',
    policy,
    summary: 'Add a note to the timeline of a booking',
    rest: { method: 'POST', path: '/bookings/{id}/notes', status: 201 },
    input: schema.addBookingNoteInput,
    output: schema.bookingOut,
    run: async (tx, input, ctx) => {
      await addBookingNote(tx, input)
      return readBooking(ctx, input.id)
    },
  }),
  assign: mutation({
    access: 'bookings.write',
    policy,
    summary: 'Give a booking to someone, or to nobody',
    rest: { method: 'POST', path: '/bookings/{id}/assign' },
    input: schema.assignBookingInput,
    output: schema.bookingOut,
    run: async (tx, input, ctx) => {
      await assignBooking(tx, input)
      return readBooking(ctx, input.id)
    },
  }),
})
