export { readErasure } from './erasure.queries.ts'
export { runErasure } from './run-erasure.ts'
