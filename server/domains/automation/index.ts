export { checkPending, checkUnanswered, react } from './reactions.ts'
