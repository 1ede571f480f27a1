export { assignWork } from './assign-work.ts'
export { type Changes, changeWork, NOT_SNOOZED, named, workedOn } from './change-work.ts'
export { CLAIM_MINUTES, clockOf, UNTOUCHED, warnAfter } from './clock.ts'
export { type Count, foldCounts, NOBODY, readCounts, repairCounts } from './counts.ts'
export { editWork, type WorkEdit } from './edit-work.ts'
export { lockAnyWork, lockOrSayWho, lockWork } from './lock-work.ts'
export { addWorkNote } from './note-work.ts'
export { lastChanger, requireFreshWork } from './require-fresh-work.ts'
export { snoozeWork, wakeByEvent, wakeWork } from './snooze-work.ts'
export { findDueWork, tickWork } from './tick-work.ts'
export { reachOf, visibleWork } from './work.policy.ts'
export {
  columnOf,
  KINDS,
  type Kind,
  type Level,
  levelOf,
  RANKS,
  WORK,
  type WorkRow,
  workColumns,
  workTable,
} from './work-item.ts'
