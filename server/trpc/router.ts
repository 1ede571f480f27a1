import { accessPreviewRouter } from '#server/domains/access-preview/preview.router.ts'
import { actionCenterRouter } from '#server/domains/action-center/action-center.router.ts'
import { apiKeyRouter } from '#server/domains/api-keys/api-key.router.ts'
import { auditRouter } from '#server/domains/audit/audit.router.ts'
import { availabilityRouter } from '#server/domains/availability/availability.router.ts'
import { holdRouter } from '#server/domains/availability/hold.router.ts'
import { timeOffRouter } from '#server/domains/availability/time-off.router.ts'
import { bookingRouter } from '#server/domains/bookings/booking.router.ts'
import { calendarRouter } from '#server/domains/calendars/calendar.router.ts'
import { catalogueRouter } from '#server/domains/catalogue/catalogue.router.ts'
import { checkoutRouter } from '#server/domains/checkout/checkout.router.ts'
import { clientRouter } from '#server/domains/clients/client.router.ts'
import { dashboardRouter } from '#server/domains/dashboard/dashboard.router.ts'
import { erasureRouter } from '#server/domains/erasures/erasure.router.ts'
import { exceptionRouter } from '#server/domains/exceptions/exception.router.ts'
import { inquiryRouter } from '#server/domains/inquiries/inquiry.router.ts'
import { invitationRouter } from '#server/domains/invitations/invitation.router.ts'
import { ledgerRouter } from '#server/domains/ledger/ledger.router.ts'
import { lifecycleRouter } from '#server/domains/lifecycles/lifecycle.router.ts'
import { messageRouter } from '#server/domains/messages/message.router.ts'
import { mismatchRouter } from '#server/domains/mismatches/mismatch.router.ts'
import { modelRouter } from '#server/domains/models/model.router.ts'
import { financeMonthRouter } from '#server/domains/month-close/month-close.router.ts'
import { passkeyRouter } from '#server/domains/passkeys/passkey.router.ts'
import { passwordResetRouter } from '#server/domains/password-resets/password-reset.router.ts'
import { paymentRouter } from '#server/domains/payments/payment.router.ts'
import { reconciliationRouter } from '#server/domains/payments/reconciliation.router.ts'
import { payoutRouter } from '#server/domains/payouts/payout.router.ts'
import { personalDataRouter } from '#server/domains/personal-data/personal-data.router.ts'
import { priceAdjustmentRouter, refundPolicyRouter } from '#server/domains/refund-policies/refund-policy.router.ts'
import { refundRouter } from '#server/domains/refunds/refund.router.ts'
import { roleRouter } from '#server/domains/roles/role.router.ts'
import { searchRouter } from '#server/domains/search/search.router.ts'
import { systemRouter } from '#server/domains/system/system.router.ts'
import { taskRouter } from '#server/domains/tasks/task.router.ts'
import { authRouter } from '#server/domains/users/auth.router.ts'
import { userRouter } from '#server/domains/users/user.router.ts'
import { viewRouter } from '#server/domains/views/view.router.ts'
import { exportRouter } from '#server/exports/export.router.ts'
import { createCallerFactory, router } from './init.ts'

/** Table of contents of the domain. */
export const appRouter = router({
  auth: authRouter,
  // Before users: /users/invitations is no user's id.
  invitations: invitationRouter,
  passkeys: passkeyRouter,
  passwordResets: passwordResetRouter,
  users: userRouter,
  roles: roleRouter,
  accessPreview: accessPreviewRouter,
  messages: messageRouter,
  apiKeys: apiKeyRouter,
  catalogue: catalogueRouter,
  clients: clientRouter,
  personalData: personalDataRouter,
  erasures: erasureRouter,
  exports: exportRouter,
  inquiries: inquiryRouter,
  // Before availability: /availability/mismatches is none of its rules.
  mismatches: mismatchRouter,
  availability: availabilityRouter,
  bookings: bookingRouter,
  holds: holdRouter,
  timeOff: timeOffRouter,
  checkout: checkoutRouter,
  payments: paymentRouter,
  reconciliation: reconciliationRouter,
  refunds: refundRouter,
  refundPolicies: refundPolicyRouter,
  priceAdjustments: priceAdjustmentRouter,
  ledger: ledgerRouter,
  payouts: payoutRouter,
  financeMonths: financeMonthRouter,
  models: modelRouter,
  calendars: calendarRouter,
  dashboard: dashboardRouter,
  actionCenter: actionCenterRouter,
  tasks: taskRouter,
  exceptions: exceptionRouter,
  search: searchRouter,
  views: viewRouter,
  lifecycles: lifecycleRouter,
  audit: auditRouter,
  system: systemRouter,
})

export type AppRouter = typeof appRouter
export const createCaller = createCallerFactory(appRouter)
export type Caller = ReturnType<typeof createCaller>
