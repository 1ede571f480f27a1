/**
 * Time as a small model knows it: cells of a quarter of an hour, lists walked from end to end, no index, no lock. Written
 * apart from the engine, to be compared with it. Winter of one zone, so wall-clock time is UTC.
 */
export const CELL = 900_000
const MINUTE = 60_000
const DAY = 86_400_000

export interface ModelBlock {
  key: string
  model: string
  /** With margins. */
  from: number
  to: number
  starts: number
  ends: number
  place: string | null
  /** A hold lapses; what is sold does not. */
  expires: number | null
  /** Counts towards limits. */
  counts: boolean
}
export interface Wish {
  model: string
  place: string
  starts: number
  ends: number
  /** Its own block does not stand in its way. */
  own?: string
}
interface DayChange {
  model: string
  opens: boolean
  from: number
  to: number
}

const dayOf = (at: number) => Math.floor(at / DAY)
/** Monday is 1. */
const weekdayOf = (at: number) => ((dayOf(at) + 3) % 7) + 1

export class TimeModel {
  blocks: ModelBlock[] = []
  /** Cells of a day, by weekday; undefined: no hours rule. */
  hours = new Map<string, { weekday: number; from: number; to: number }[]>()
  blackouts: { from: number; to: number }[] = []
  notice = new Map<string, number>()
  step = new Map<string, number>()
  limits = new Map<string, { perDay: number; rest: number }>()
  changes: DayChange[] = []
  /** Minutes between two different places. */
  way = 0
  readonly bufferAfter = 15

  standing(now: number): ModelBlock[] {
    return this.blocks.filter((block) => block.expires === null || block.expires > now)
  }

  #near({ model, starts, ends, place, own }: Wish, now: number) {
    const others = this.standing(now).filter((block) => block.model === model && block.key !== own)
    const before = others.filter((b) => b.ends <= starts && starts - b.ends < DAY).sort((a, b) => b.ends - a.ends)[0]
    const after = others.filter((b) => b.starts >= ends && b.starts - ends < DAY).sort((a, b) => a.starts - b.starts)[0]
    const way = (block: ModelBlock | undefined) => (block?.place && block.place !== place ? this.way : 0)
    return { others, before: Math.max(0, way(before)), after: Math.max(this.bufferAfter, way(after)) }
  }

  /** The block as it would stand. */
  blockOf(key: string, wish: Wish, now: number, more: { expires: number | null }): ModelBlock {
    const { before, after } = this.#near(wish, now)
    const { model, starts, ends, place } = wish
    return { key, model, starts, ends, place, from: starts - before * MINUTE, to: ends + after * MINUTE, counts: true, ...more }
  }

  #open(model: string, at: number): { open: boolean; closed: boolean } {
    const touching = this.changes.filter((change) => change.model === model && change.from <= at && at < change.to)
    const opened = touching.some((change) => change.opens)
    const closed = touching.some((change) => !change.opens) && !opened
    const hours = this.hours.get(model)
    const inHours = hours?.some((p) => p.weekday === weekdayOf(at) && at % DAY >= p.from && at % DAY < p.to) ?? false
    return { open: opened || (inHours && !closed), closed }
  }

  /** The rules that forbid it; empty when it can be had. Another's time and the way to it are one: taken. */
  forbidden(wish: Wish, now: number): string[] {
    const { model, starts, ends } = wish
    const rules = new Set<string>()
    const { others, before, after } = this.#near(wish, now)
    if (others.some((b) => b.from < ends + after * MINUTE && b.to > starts - before * MINUTE)) rules.add('taken')
    const cells = Array.from({ length: (ends - starts) / CELL }, (_, index) => this.#open(model, starts + index * CELL))
    const closed = cells.some((cell) => cell.closed)
    if (this.hours.has(model) ? !cells.every((cell) => cell.open) : closed) rules.add(closed ? 'exception' : 'hours')
    if (this.blackouts.some((b) => b.from < ends && b.to > starts)) rules.add('blackout')
    if (starts < now + (this.notice.get(model) ?? 0) * MINUTE && this.notice.has(model)) rules.add('notice')
    const step = this.step.get(model)
    if (step && ((starts % DAY) / MINUTE) % step !== 0) rules.add('step')
    const limits = this.limits.get(model)
    if (limits) {
      const counted = others.filter((block) => block.counts)
      if (counted.filter((block) => dayOf(block.starts) === dayOf(starts)).length >= limits.perDay) rules.add('bookings_per_day')
      const rest = limits.rest * MINUTE
      if (counted.some((b) => (b.ends <= starts && starts - b.ends < rest) || (b.starts >= ends && b.starts - ends < rest))) {
        rules.add('rest')
      }
    }
    return [...rules].sort()
  }

  /** Every start that could be had, on the step. */
  free(wish: Omit<Wish, 'starts' | 'ends'>, length: number, window: { from: number; to: number }, now: number): number[] {
    const step = (this.step.get(wish.model) ?? 15) * MINUTE
    const found: number[] = []
    const first = Math.ceil(Math.max(window.from, now) / step) * step
    for (let starts = first; starts + length <= window.to; starts += step) {
      if (this.forbidden({ ...wish, starts, ends: starts + length }, now).length === 0) found.push(starts)
    }
    return found
  }
}
