export { createAdjustment } from './price-adjustments.ts'
export {
  CANCEL_CAUSES,
  type CancelCause,
  type RefundPolicy,
  type RefundStep,
  refundFor,
  refundSteps,
  shareBack,
} from './refund-for.ts'
export { readPolicy } from './refund-policy.queries.ts'
export { needsSecondPerson, requireOnePerson } from './second-person.ts'
