export { bookingLiving, expireUnpaid, requireWaive } from './booking.lifecycle.ts'
export { visibleBookings } from './booking.policy.ts'
export { listBookings, readBooking } from './booking.queries.ts'
export { type LockedBooking, lockBooking } from './booking.repository.ts'
export {
  bookingOut,
  bookingTransitionOut,
  type Cancelling,
  callType,
  periodInput,
  requirePeriod,
  waiver,
} from './booking.schema.ts'
export { createBooking, createConfirmedBooking, type NewBooking } from './create-booking.ts'
export { type ModelQuote, quoteModels } from './quote-models.ts'
export { type Reheld, reholdForPayment } from './rehold.ts'
export { expireBooking, setBookingStatus } from './set-booking-status.ts'
export { type Sums, settle } from './settlement.ts'
export { updateBooking } from './update-booking.ts'
