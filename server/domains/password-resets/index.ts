export { prepareReset } from './request-reset.ts'
