export { type AdjustedOccasion, adjustmentLines, applies, type PriceAdjustment } from './adjust.ts'
export { portion, split } from './split.ts'
