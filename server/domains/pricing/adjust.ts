import { Temporal } from 'temporal-polyfill'
import type { CallType, PriceLine } from '#db/tables/index.ts'
import { portion } from './split.ts'

/** A discount or surcharge the agency set up, with when it applies. */
export interface PriceAdjustment {
  kind: 'discount' | 'surcharge'
  label: string
  /** Of rate and services; either this or `fixed`. */
  basisPoints: number | null
  /** Minor units. */
  fixed: number | null
  clientTag: string | null
  callType: CallType | null
  /** ISO: 1 is Monday. */
  weekdays: readonly number[] | null
  /** Minutes since midnight, wall time at the place; the end may be on the next day. */
  fromMinute: number | null
  toMinute: number | null
  minimumMinutes: number | null
}

export interface AdjustedOccasion {
  start: Date
  minutes: number
  /** Of the place. */
  zone: string
  callType: CallType
  clientTags: readonly string[]
}

/** Whether it applies: all its conditions hold at the start of the booking. */
export function applies(rule: PriceAdjustment, occasion: AdjustedOccasion): boolean {
  if (rule.clientTag !== null && !occasion.clientTags.includes(rule.clientTag)) return false
  if (rule.callType !== null && rule.callType !== occasion.callType) return false
  if (rule.minimumMinutes !== null && occasion.minutes < rule.minimumMinutes) return false
  if (rule.weekdays === null && rule.fromMinute === null) return true
  const local = Temporal.Instant.fromEpochMilliseconds(occasion.start.getTime()).toZonedDateTimeISO(occasion.zone)
  if (rule.weekdays !== null && !rule.weekdays.includes(local.dayOfWeek)) return false
  if (rule.fromMinute === null || rule.toMinute === null) return true
  const minute = local.hour * 60 + local.minute
  return rule.fromMinute <= rule.toMinute
    ? minute >= rule.fromMinute && minute < rule.toMinute
    : minute >= rule.fromMinute || minute < rule.toMinute
}

/**
 * The lines of what applies. Percentages are of rate and services, never of the taxi and never of each other, so their
 * order does not matter; discounts together take away at most rate, services and surcharges.
 */
export function adjustmentLines(
  lines: readonly PriceLine[],
  rules: readonly PriceAdjustment[],
  occasion: AdjustedOccasion,
): PriceLine[] {
  const base = lines.reduce((sum, line) => (line.kind === 'rate' || line.kind === 'service' ? sum + line.amount : sum), 0)
  const applying = rules.filter((rule) => applies(rule, occasion))
  const amountOf = (rule: PriceAdjustment) => (rule.basisPoints === null ? (rule.fixed ?? 0) : portion(base, rule.basisPoints))
  const surcharges = applying.filter((rule) => rule.kind === 'surcharge')
  const added: PriceLine[] = surcharges.map((rule) => ({ kind: 'surcharge', label: rule.label, amount: amountOf(rule) }))
  let left = base + added.reduce((sum, line) => sum + line.amount, 0)
  for (const rule of applying.filter((candidate) => candidate.kind === 'discount')) {
    const amount = Math.min(left, amountOf(rule))
    left -= amount
    if (amount > 0) added.push({ kind: 'discount', label: rule.label, amount: -amount })
  }
  return added.filter((line) => line.amount !== 0)
}
