import { bookingRouter } from '#server/domains/bookings/booking.router.ts'
import { inquiryRouter } from '#server/domains/inquiries/inquiry.router.ts'
import { paymentRouter } from '#server/domains/payments/payment.router.ts'
import { createCallerFactory, router } from './init.ts'

/** Table of contents of the domain. */
export const appRouter = router({
  inquiries: inquiryRouter,
  bookings: bookingRouter,
  payments: paymentRouter,
})

export type AppRouter = typeof appRouter
export const createCaller = createCallerFactory(appRouter)
export type Caller = ReturnType<typeof createCaller>
