import type { CallDuration, PriceLine } from '#db/tables/index.ts'
import { type AdjustedOccasion, adjustmentLines, type PriceAdjustment } from '#server/domains/pricing/index.ts'

/** Minutes each listed duration covers. Overnight: ten hours. */
export const DURATION_MINUTES: Record<CallDuration, number> = {
  '30m': 30,
  '45m': 45,
  '1h': 60,
  '90m': 90,
  '2h': 120,
  overnight: 600,
}

export interface Rate {
  duration: CallDuration
  /** Minor units. */
  price: number
  taxi: number
}
export interface ServicePrice {
  name: string
  /** Minor units. */
  extra: number
}

/**
 * The price lines of a booking, in minor units; their sum is its price. The cheapest way to cover the time: one
 * listed duration that is long enough, or whole overnights, or the hourly rate by started half hour. Without a rate
 * that covers it there is no line of kind `rate`, and the caller refuses. What the agency adds or takes off by itself
 * (`adjusted`) comes last.
 */
export function priceLines(
  minutes: number,
  rates: readonly Rate[],
  services: readonly ServicePrice[],
  adjusted?: { rules: readonly PriceAdjustment[]; occasion: Omit<AdjustedOccasion, 'minutes'> },
): PriceLine[] {
  const lines: PriceLine[] = []
  const covering = rates.filter((rate) => DURATION_MINUTES[rate.duration] >= minutes)
  const options: PriceLine[] = covering.map((rate) => ({ kind: 'rate', label: label(rate.duration), amount: rate.price }))
  const hour = rates.find((rate) => rate.duration === '1h')
  if (hour && minutes > 60) {
    const halves = Math.ceil(minutes / 30)
    options.push({ kind: 'rate', label: `${halves / 2} h by the hour`, amount: Math.round((hour.price * halves) / 2) })
  }
  const night = rates.find((rate) => rate.duration === 'overnight')
  if (night) {
    const nights = Math.ceil(minutes / DURATION_MINUTES.overnight)
    options.push({ kind: 'rate', label: nights === 1 ? 'Overnight' : `${nights} × overnight`, amount: night.price * nights })
  }
  const best = options.sort((a, b) => a.amount - b.amount)[0]
  if (best) lines.push(best)
  for (const service of services) {
    if (service.extra > 0) lines.push({ kind: 'service', label: service.name, amount: service.extra })
  }
  const taxi = Math.max(0, ...rates.map((rate) => rate.taxi))
  if (taxi > 0) lines.push({ kind: 'taxi', label: 'Taxi', amount: taxi })
  if (adjusted && best) lines.push(...adjustmentLines(lines, adjusted.rules, { ...adjusted.occasion, minutes }))
  return lines
}

export function total(lines: readonly PriceLine[]): number {
  return lines.reduce((sum, line) => sum + line.amount, 0)
}

function label(duration: CallDuration): string {
  return {
    '30m': '30 minutes',
    '45m': '45 minutes',
    '1h': '1 hour',
    '90m': '90 minutes',
    '2h': '2 hours',
    overnight: 'Overnight',
  }[duration]
}
