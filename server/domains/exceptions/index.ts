export { type NewException, raiseException } from './raise-exception.ts'
