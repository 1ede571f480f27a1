import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { PriceLine } from '#db/tables/index.ts'
import { priceLines, total } from '#server/domains/bookings/price.ts'
import { applies, type PriceAdjustment, portion, split } from '#server/domains/pricing/index.ts'
import { CANCEL_CAUSES, type RefundPolicy, refundFor, refundSteps } from '#server/domains/refund-policies/index.ts'

const HOUR = 3_600_000
const standard: RefundPolicy = {
  version: 1,
  name: 'Standard',
  tiers: [
    { hoursBefore: 72, basisPoints: 9_000 },
    { hoursBefore: 48, basisPoints: 7_500 },
    { hoursBefore: 24, basisPoints: 5_000 },
  ],
  agency: 10_000,
  forceMajeure: 10_000,
}
const start = new Date('2026-12-25T19:00:00Z')
const ahead = (hours: number, ms = 0) => new Date(start.getTime() - hours * HOUR + ms)

const policies = fc
  .record({
    tiers: fc.uniqueArray(
      fc.record({ hoursBefore: fc.integer({ min: 0, max: 400 }), basisPoints: fc.integer({ min: 0, max: 10_000 }) }),
      {
        selector: (tier) => tier.hoursBefore,
        maxLength: 6,
      },
    ),
    agency: fc.integer({ min: 0, max: 10_000 }),
    forceMajeure: fc.integer({ min: 0, max: 10_000 }),
  })
  .map(({ tiers, ...rest }): RefundPolicy => {
    const shares = tiers.map((tier) => tier.basisPoints).sort((a, b) => b - a)
    const hours = tiers.map((tier) => tier.hoursBefore).sort((a, b) => b - a)
    return {
      version: 1,
      name: 'p',
      tiers: hours.map((hoursBefore, i) => ({ hoursBefore, basisPoints: shares[i] ?? 0 })),
      ...rest,
    }
  })
const money = fc.integer({ min: 0, max: 100_000_000 })

describe('what cancelling gives back', () => {
  test.each([
    [72, 0, 9_000],
    [72, 1, 7_500],
    [48, 0, 7_500],
    [48, 1, 5_000],
    [24, 0, 5_000],
    [24, 1, 0],
    [0, 0, 0],
    [-5, 0, 0],
  ])('%i hours before the start, %i ms later: %i of 10000', (hours, ms, back) => {
    expect(refundFor(standard, 10_000, start, ahead(hours, ms), 'client')).toBe(back)
  })

  test('the agency’s fault and force majeure give everything back, however late', () => {
    expect(refundFor(standard, 33_333, start, ahead(-1), 'agency')).toBe(33_333)
    expect(refundFor(standard, 33_333, start, ahead(1), 'force_majeure')).toBe(33_333)
  })

  test('never more than was paid, never less than nothing, whole pennies, and what is kept makes up the rest', () => {
    fc.assert(
      fc.property(
        policies,
        money,
        fc.integer({ min: -100, max: 500 }),
        fc.constantFrom(...CANCEL_CAUSES),
        (policy, paid, h, cause) => {
          const back = refundFor(policy, paid, start, ahead(h), cause)
          expect(Number.isInteger(back) && back >= 0 && back <= paid).toBe(true)
        },
      ),
    )
  })

  test('later never gives back more', () => {
    fc.assert(
      fc.property(policies, money, fc.integer({ min: -50, max: 500 }), fc.nat({ max: 300 }), (policy, paid, h, later) => {
        const now = refundFor(policy, paid, start, ahead(h), 'client')
        expect(refundFor(policy, paid, start, ahead(h - later), 'client')).toBeLessThanOrEqual(now)
      }),
    )
  })

  test('at every moment from now on the steps say what refundFor says, and they follow each other without a gap', () => {
    fc.assert(
      fc.property(
        policies,
        money,
        fc.integer({ min: -20, max: 500 }),
        fc.double({ min: 0, max: 520, noNaN: true }),
        (policy, paid, h, later) => {
          const now = ahead(h)
          const steps = refundSteps(policy, paid, start, now)
          const at = new Date(now.getTime() + Math.round(later * HOUR))
          const step = steps.find((one) => one.from <= at && (one.until === null || at <= one.until))
          expect(step?.amount).toBe(refundFor(policy, paid, start, at, 'client'))
          steps.slice(1).forEach((one, index) => {
            expect(one.from.getTime()).toBe((steps[index]?.until?.getTime() ?? 0) + 1)
          })
        },
      ),
    )
  })
})

describe('dividing money', () => {
  test('parts are whole, sum to the whole, and are within one of their exact share', () => {
    fc.assert(
      fc.property(money, fc.array(fc.nat({ max: 100_000_000 }), { minLength: 1, maxLength: 8 }), (amount, weights) => {
        const parts = split(amount, weights)
        const all = weights.reduce((sum, weight) => sum + weight, 0)
        expect(parts.reduce((sum, part) => sum + part, 0)).toBe(amount)
        for (const [index, part] of parts.entries()) {
          expect(Number.isInteger(part) && part >= 0).toBe(true)
          if (all > 0) expect(Math.abs(part - (amount * (weights[index] ?? 0)) / all)).toBeLessThan(1 + 1e-6)
        }
      }),
    )
  })

  test('a percentage agrees with exact arithmetic for every amount there can be', () => {
    fc.assert(
      fc.property(money, fc.integer({ min: 0, max: 10_000 }), (amount, points) => {
        expect(BigInt(portion(amount, points))).toBe((BigInt(amount) * BigInt(points) * 2n + 10_000n) / 20_000n)
      }),
    )
  })
})

describe('discounts and surcharges', () => {
  const rule = (more: Partial<PriceAdjustment>): PriceAdjustment => ({
    kind: 'surcharge',
    label: 'x',
    basisPoints: 1_000,
    fixed: null,
    clientTag: null,
    callType: null,
    weekdays: null,
    fromMinute: null,
    toMinute: null,
    minimumMinutes: null,
    ...more,
  })
  const occasion = { start, zone: 'Europe/London', callType: 'incall' as const, clientTags: ['vip'] }
  const rates = [{ duration: '2h' as const, price: 45_000, taxi: 2_000 }]
  const quote = (...rules: PriceAdjustment[]) => priceLines(120, rates, [{ name: 'Dinner', extra: 5_000 }], { rules, occasion })
  const added = (lines: PriceLine[]) => lines.slice(3).map((line) => line.amount)

  test('are of rate and services, not of the taxi, and are lines of their own', () => {
    const lines = quote(rule({}), rule({ kind: 'discount', basisPoints: 500 }))
    expect(added(lines)).toEqual([5_000, -2_500])
    expect(total(lines)).toBe(45_000 + 5_000 + 2_000 + 5_000 - 2_500)
  })

  test('all discounts together never make a price of less than the taxi', () => {
    expect(
      added(quote(rule({ kind: 'discount', basisPoints: 9_000 }), rule({ kind: 'discount', fixed: 99_999, basisPoints: null }))),
    ).toEqual([-45_000, -5_000])
  })

  test('apply by tag, kind of call, weekday, hour at the place and length; a night runs past midnight', () => {
    const at = (when: string) => ({ ...occasion, start: new Date(when), minutes: 120 })
    const night = rule({ fromMinute: 22 * 60, toMinute: 6 * 60 })
    expect(applies(night, at('2026-12-25T22:00:00Z'))).toBe(true)
    expect(applies(night, at('2026-12-26T05:59:00Z'))).toBe(true)
    expect(applies(night, at('2026-12-26T06:00:00Z'))).toBe(false)
    // In July London is an hour ahead of UTC.
    expect(applies(night, at('2026-07-10T21:00:00Z'))).toBe(true)
    expect(applies(rule({ weekdays: [6, 7] }), at('2026-12-26T12:00:00Z'))).toBe(true)
    expect(applies(rule({ weekdays: [6, 7] }), at('2026-12-25T12:00:00Z'))).toBe(false)
    expect(applies(rule({ clientTag: 'vip' }), at('2026-12-25T12:00:00Z'))).toBe(true)
    expect(applies(rule({ clientTag: 'regular' }), at('2026-12-25T12:00:00Z'))).toBe(false)
    expect(applies(rule({ callType: 'outcall' }), at('2026-12-25T12:00:00Z'))).toBe(false)
    expect(applies(rule({ minimumMinutes: 180 }), at('2026-12-25T12:00:00Z'))).toBe(false)
  })

  test('the lines of a price always sum to it, and none of them is a fraction', () => {
    const rules = fc.array(
      fc.record({
        kind: fc.constantFrom('discount' as const, 'surcharge' as const),
        points: fc.integer({ min: 1, max: 10_000 }),
      }),
      { maxLength: 5 },
    )
    fc.assert(
      fc.property(rules, fc.integer({ min: 0, max: 10_000_000 }), (list, price) => {
        const lines = priceLines(120, [{ duration: '2h', price, taxi: 0 }], [], {
          rules: list.map(({ kind, points }) => rule({ kind, basisPoints: points })),
          occasion,
        })
        expect(lines.every((line) => Number.isInteger(line.amount))).toBe(true)
        expect(total(lines)).toBeGreaterThanOrEqual(0)
      }),
    )
  })
})
