export { checkCover, checkModels, sweepMismatches } from './check.ts'
export { checkAfter } from './check-after.ts'
export type { Found } from './found.ts'
