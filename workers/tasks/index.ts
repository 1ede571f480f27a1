import type { Handlers } from '../task.ts'
import { bookingExpireHold } from './critical/booking-expire-hold.ts'
import { bookingsExpireHolds } from './critical/bookings-expire-holds.ts'
import { holdExpire } from './critical/hold-expire.ts'
import { paymentApply } from './critical/payment-apply.ts'
import { paymentsSweep } from './critical/payments-sweep.ts'
import { workClock } from './critical/work-clock.ts'
import { workSweep } from './critical/work-sweep.ts'
import { clientErase } from './heavy/client-erase.ts'
import { exportMake } from './heavy/export-make.ts'
import { mismatchesSweep } from './heavy/mismatches-sweep.ts'
import { recordsCleanUp } from './heavy/records-clean-up.ts'
import { searchHeal } from './heavy/search-heal.ts'
import { slotsKeep } from './heavy/slots-keep.ts'
import { bookingCheckPending } from './ops/booking-check-pending.ts'
import { calendarRead } from './ops/calendar-read.ts'
import { calendarsSweep } from './ops/calendars-sweep.ts'
import { effectRun } from './ops/effect-run.ts'
import { eventReact } from './ops/event-react.ts'
import { inquiryCheckUnanswered } from './ops/inquiry-check-unanswered.ts'
import { mismatchCheck } from './ops/mismatch-check.ts'
import { passwordResetPrepare } from './ops/password-reset-prepare.ts'
import { paymentCheck } from './ops/payment-check.ts'
import { paymentsReconcile } from './ops/payments-reconcile.ts'
import { slotsFollow } from './ops/slots-follow.ts'
import { workWake } from './ops/work-wake.ts'

/** The handler of every task in the catalogue. Only the runners import it. */
export const HANDLERS: Handlers = {
  'booking-expire-hold': bookingExpireHold,
  'hold-expire': holdExpire,
  'bookings-expire-holds': bookingsExpireHolds,
  'payment-apply': paymentApply,
  'payments-sweep': paymentsSweep,
  'effect-run': effectRun,
  'payment-check': paymentCheck,
  'payments-reconcile': paymentsReconcile,
  'work-clock': workClock,
  'work-sweep': workSweep,
  'work-wake': workWake,
  'calendar-read': calendarRead,
  'calendars-sweep': calendarsSweep,
  'mismatch-check': mismatchCheck,
  'mismatches-sweep': mismatchesSweep,
  'event-react': eventReact,
  'password-reset-prepare': passwordResetPrepare,
  'booking-check-pending': bookingCheckPending,
  'inquiry-check-unanswered': inquiryCheckUnanswered,
  'client-erase': clientErase,
  'export-make': exportMake,
  'slots-follow': slotsFollow,
  'slots-keep': slotsKeep,
  'records-clean-up': recordsCleanUp,
  'search-heal': searchHeal,
}
