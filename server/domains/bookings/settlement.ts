import type { BookingStatus, DepositStatus, PaymentStatus } from '#db/tables/index.ts'

/** Money received and given back, minor units. */
export interface Sums {
  received: number
  refunded: number
}

export interface Owed {
  status: BookingStatus
  price_amount: number
  deposit_amount: number | null
  deposit_status: DepositStatus
}

export interface Settlement {
  paid_amount: number
  payment_status: PaymentStatus
  deposit_status: DepositStatus
}

const BEFORE_CONFIRMATION: readonly BookingStatus[] = ['draft', 'pending', 'deposit_required', 'cancelled', 'expired']

/**
 * What a booking's money comes to: net of refunds, against its price and deposit. A deposit counts as paid while the
 * net covers it; once the booking was confirmed on it, it stays so, and what is given back shows in the payment status.
 */
export function settle(owed: Owed, { received, refunded }: Sums): Settlement {
  const net = received - refunded
  return {
    paid_amount: net,
    payment_status: paymentStatus(owed.price_amount, net, refunded),
    deposit_status: depositStatus(owed, net),
  }
}

function paymentStatus(price: number, net: number, refunded: number): PaymentStatus {
  if (net === 0) return refunded > 0 ? 'refunded' : 'unpaid'
  return net >= price ? 'paid' : 'partial'
}

function depositStatus({ status, deposit_amount, deposit_status }: Owed, net: number): DepositStatus {
  if (!BEFORE_CONFIRMATION.includes(status)) return deposit_status
  if (deposit_amount !== null && net >= deposit_amount) return 'paid'
  return status === 'deposit_required' ? 'pending' : 'none'
}
