import { checkPayment } from '#server/domains/payments/index.ts'
import type { Handler } from '#workers/task.ts'

/** Asks the provider how one payment stands. */
export const paymentCheck: Handler<'payment-check'> = (ctx, { paymentId }) => checkPayment(ctx, paymentId)
