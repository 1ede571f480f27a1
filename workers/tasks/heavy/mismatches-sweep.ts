import { sweepMismatches } from '#server/domains/mismatches/index.ts'
import type { Handler } from '#workers/task.ts'

export const mismatchesSweep: Handler<'mismatches-sweep'> = async (ctx, _payload, { signal }) => {
  await sweepMismatches(ctx, signal)
}
