/** One request of a race as its sender saw it; times by one clock, any unit. */
export interface Act {
  what: 'take' | 'free'
  /** Whose time: what was taken is freed under the same name. */
  name: string
  model: string
  /** The time asked for, margins included, [from, to). */
  from: number
  to: number
  asked: number
  answered: number
  /** done: it was carried out; refused: another has that time; failed: refused for another reason. */
  outcome: 'done' | 'refused' | 'failed'
}

interface Held {
  act: Act
  /** It stood at every moment of [surelyFrom, surelyTo), and at no moment outside [maybeFrom, maybeTo). */
  surelyFrom: number
  surelyTo: number
  maybeFrom: number
  maybeTo: number
}

const meets = (a: { from: number; to: number; model: string }, b: { from: number; to: number; model: string }) =>
  a.model === b.model && a.from < b.to && b.from < a.to

/**
 * What can't have happened in any order of the acts, in words; empty when nothing. Two who surely had overlapping time
 * at one moment; and one who was told "taken" although nobody could have had it while they asked.
 */
export function anomaliesOf(history: readonly Act[]): string[] {
  const held = history.flatMap((act): Held[] => {
    if (act.what !== 'take' || act.outcome !== 'done') return []
    const freed = history.find((other) => other.what === 'free' && other.outcome === 'done' && other.name === act.name)
    return [
      {
        act,
        surelyFrom: act.answered,
        surelyTo: freed?.asked ?? Number.POSITIVE_INFINITY,
        maybeFrom: act.asked,
        maybeTo: freed?.answered ?? Number.POSITIVE_INFINITY,
      },
    ]
  })
  const found: string[] = []
  held.forEach((a, index) => {
    for (const b of held.slice(index + 1)) {
      const together = Math.max(a.surelyFrom, b.surelyFrom) < Math.min(a.surelyTo, b.surelyTo)
      if (meets(a.act, b.act) && together) found.push(`${a.act.name} and ${b.act.name} had the same time`)
    }
  })
  for (const act of history) {
    if (act.what !== 'take' || act.outcome !== 'refused') continue
    const excused = held.some((one) => meets(one.act, act) && one.maybeFrom <= act.answered && one.maybeTo >= act.asked)
    if (!excused) found.push(`${act.name} was told that it is taken, and nobody had it`)
  }
  return found
}
