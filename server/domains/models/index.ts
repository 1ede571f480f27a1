export { modelLifecycle } from './model.machine.ts'
export { readableModels } from './model.policy.ts'
