export { listViews } from './view.queries.ts'
