import type { FormReader } from '../../form.server.ts'

const MOST_LINES = 14

/** The lines of a policy's form: hours and percent; an empty line is none. */
export function readTiers(form: FormReader): { hoursBefore: number; basisPoints: number }[] {
  const tiers: { hoursBefore: number; basisPoints: number }[] = []
  for (let at = 0; at < MOST_LINES && form.has(`hours-${at}`); at++) {
    const hoursBefore = form.whole(`hours-${at}`)
    const percent = form.decimal(`percent-${at}`)
    if (hoursBefore === undefined && percent === undefined) continue
    if (hoursBefore === undefined || percent === undefined) form.refuse('tiers', `Line ${at + 1} needs both hours and percent.`)
    else tiers.push({ hoursBefore, basisPoints: Math.round(percent * 100) })
  }
  return tiers.sort((a, b) => b.hoursBefore - a.hoursBefore)
}
