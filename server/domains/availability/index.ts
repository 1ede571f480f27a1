export { type Alternative, findAlternatives } from './alternatives.ts'
export { decide } from './decide.ts'
export type { ModelTimeFacts } from './facts.ts'
export { type FreeTime, type FreeWanted, findFree } from './find-free.ts'
export {
  insertBlock,
  keepBlock,
  lockAndProbe,
  type Overlap,
  type OverlapJson,
  overlapOf,
  overlapProbe,
  probeTime,
  releaseBlock,
  type TimeWanted,
} from './ledger.repository.ts'
export { loadTimeFacts } from './load-facts.ts'
export type { SmallestChange, TimeDecision, TimeQuestion, TimeReason, TimeRule } from './time-question.ts'
export { type TravelEstimate, type TravelFacts, travelEstimate } from './travel.ts'
