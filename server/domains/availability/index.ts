export { type Alternative, findAlternatives } from './alternatives.ts'
export {
  insertBlock,
  keepBlock,
  lockAndProbe,
  type Overlap,
  type OverlapJson,
  overlapOf,
  overlapProbe,
  probeTime,
  releaseBlock,
  type TimeWanted,
} from './ledger.repository.ts'
