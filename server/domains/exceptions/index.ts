export { exceptionLifecycle } from './exception.machine.ts'
export { visibleExceptions } from './exception.policy.ts'
export { type NewException, raiseException } from './raise-exception.ts'
export { closeException, setExceptionStatus } from './set-exception-status.ts'
