export { selfOf } from './user.queries.ts'
