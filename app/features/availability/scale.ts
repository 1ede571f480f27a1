import { wallClock } from '../../ui/time.tsx'
import type { Span } from './types.ts'

export const MINUTE = 60_000
export const HOUR = 3_600_000
/** Days that can be scrolled through without another address. */
export const DAYS = 14
/** What is dragged stands on these minutes. */
export const STEP = 15 * MINUTE

/** The stretch of time a timeline shows: midnights of its days in the agency's zone, one more than days. */
export interface Scale {
  from: number
  to: number
  midnights: readonly number[]
  zone: string
}

export function scaleOf(midnights: readonly string[], zone: string): Scale {
  const at = midnights.map((text) => Date.parse(text))
  return { from: at[0] ?? 0, to: at.at(-1) ?? 0, midnights: at, zone }
}

/** Where an instant lies, from 0 to 1. */
export function placeOf(scale: Scale, at: number): number {
  return (at - scale.from) / (scale.to - scale.from)
}

export function instantAt(scale: Scale, place: number): number {
  return scale.from + place * (scale.to - scale.from)
}

/** Left and width as CSS takes them. */
export function boxOf(scale: Scale, from: number, to: number): { left: string; width: string } {
  const left = placeOf(scale, from)
  return { left: percent(left), width: percent(placeOf(scale, to) - left) }
}

export function percent(part: number): string {
  return `${(part * 100).toFixed(4)}%`
}

export function snap(at: number, step = STEP): number {
  return Math.round(at / step) * step
}

/** Hours between two that are written on the axis, and how much room each needs. */
const STEPS = [1, 2, 3, 6, 12] as const
const LABEL_PX: Record<Span, number> = { 1: 46, 3: 30, 7: 30 }

/** As many hours as there is room for; `hourPx` is how wide one is. */
export function hoursEvery(span: Span, hourPx: number): number {
  return STEPS.find((step) => step * hourPx >= LABEL_PX[span]) ?? 24
}

export interface Tick {
  at: number
  label: string
  /** Midnight: the day's own line. */
  isDay: boolean
}

/** Lines of the drawn part, by the clock on the wall: a night on which clocks move has an hour more or less. */
export function ticksOf(scale: Scale, every: number, { from, to }: Drawn): Tick[] {
  const ticks: Tick[] = []
  for (const [index, midnight] of scale.midnights.entries()) {
    const next = scale.midnights[index + 1]
    if (next === undefined || next < from || midnight > to) continue
    for (let at = midnight; at < next; at += HOUR) {
      const { hour } = wallClock(at, scale.zone)
      if (at !== midnight && hour % every !== 0) continue
      ticks.push({ at, label: `${String(hour).padStart(2, '0')}:00`, isDay: at === midnight })
    }
  }
  return ticks
}

/** The drawn part of the canvas, in milliseconds: widened to whole steps, so that scrolling draws anew now and then only. */
export interface Drawn {
  from: number
  to: number
}

/** What lies in sight with a quarter of a screen on either side at least, in steps of a quarter. */
export function drawnAt(scale: Scale, span: Span, scrolled: number): Drawn {
  const quarter = ((scale.to - scale.from) * span) / DAYS / 4
  const first = Math.floor((instantAt(scale, scrolled) - scale.from) / quarter)
  return { from: scale.from + (first - 1) * quarter, to: scale.from + (first + 6) * quarter }
}
