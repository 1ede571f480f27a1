export { auditCounts } from './audit-counts.ts'
