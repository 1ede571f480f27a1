export { type Alternative, findAlternatives } from './alternatives.ts'
export { attachHold, moveHold, requireHeld } from './change-hold.ts'
export { decide } from './decide.ts'
export { endHold } from './end-hold.ts'
export { expireHold } from './expire-hold.ts'
export type { ModelTimeFacts } from './facts.ts'
export { type FreeTime, type FreeWanted, findFree } from './find-free.ts'
export { findLockedHold, type LockedHold, lockHold } from './hold.repository.ts'
export { override } from './hold.schema.ts'
export {
  factsFor,
  isTaken,
  judgeTime,
  type Override,
  reasonOut,
  refusalOf,
  requireOverride,
  requireTime,
  weigh,
} from './judge-time.ts'
export {
  hasLapsed,
  insertBlock,
  keepBlock,
  moveBlock,
  type Overlap,
  type OverlapJson,
  overlapOf,
  overlapProbe,
  releaseBlock,
  setDeadline,
  shortenBlock,
} from './ledger.repository.ts'
export { loadTimeFacts } from './load-facts.ts'
export { alternativesTo, refuseWish, waitOrTake } from './look-first.ts'
export { materialise, type SlotsOf } from './materialise.ts'
export { createSlot, deleteSlot } from './save-slot.ts'
export { auditAside } from './set-aside.ts'
export { overlaps, type Span, unionOf, without } from './spans.ts'
export type { SmallestChange, TimeDecision, TimeQuestion, TimeReason, TimeRule } from './time-question.ts'
export { type TravelEstimate, type TravelFacts, travelEstimate } from './travel.ts'
export { dateOf, momentText, stretchText, wallInstant, wallTime, weekdayOf } from './wall-clock.ts'
