export { modelLifecycle } from './model.machine.ts'
export { readParts } from './model.parts.ts'
export { mayReadInternal, readableModels } from './model.policy.ts'
