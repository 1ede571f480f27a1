export { metricsText } from './metrics.ts'
