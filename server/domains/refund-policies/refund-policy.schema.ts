import { z } from 'zod'
import { id, listOf, oneOrMore, optional, pageInput, person, text, timestamp, version } from '#server/trpc/fields.ts'

const basisPoints = z.number().int('is a whole number of basis points').min(0).max(10_000, 'is at most 10000: all of it')
const tiers = z
  .array(z.strictObject({ hoursBefore: z.number().int().min(0).max(8_760), basisPoints }))
  .max(12)
  .superRefine((list, check) => {
    list.forEach((tier, index) => {
      const before = list[index - 1]
      if (!before) return
      if (tier.hoursBefore >= before.hoursBefore)
        check.addIssue({ code: 'custom', path: [index, 'hoursBefore'], message: 'must be fewer hours than the line above' })
      if (tier.basisPoints > before.basisPoints)
        check.addIssue({ code: 'custom', path: [index, 'basisPoints'], message: 'may not give back more than the line above' })
    })
  })

export const listPoliciesInput = z.strictObject({
  ...pageInput,
  sort: z.enum(['version', '-version']).default('-version'),
})
export type ListPoliciesInput = z.output<typeof listPoliciesInput>

export const publishPolicyInput = z.strictObject({
  /** The newest version the person saw. */
  basedOn: z.number().int().min(1),
  name: text(120, 1),
  note: text(1_000).default(''),
  tiers,
  agency: basisPoints.default(10_000),
  forceMajeure: basisPoints.default(10_000),
})
export type PublishPolicyInput = z.output<typeof publishPolicyInput>

const tiersOut = z.array(z.object({ hoursBefore: z.number(), basisPoints: z.number() }))
export const policyOut = z.object({
  id: z.string(),
  version: z.number(),
  name: z.string(),
  note: z.string(),
  tiers: tiersOut,
  agency: z.number(),
  forceMajeure: z.number(),
  current: z.boolean(),
  createdAt: timestamp,
  createdBy: person.nullable(),
})
export const policyList = listOf(policyOut)

const weekday = z.number().int().min(1).max(7)
const minute = z.number().int().min(0).max(1_439)
const adjustmentFields = {
  kind: z.enum(['discount', 'surcharge']),
  label: text(80, 1),
  basisPoints: optional(z.number().int().min(1).max(10_000)),
  fixed: optional(z.number().int().min(1).max(100_000_000)),
  clientTag: optional(text(40, 1)),
  callType: optional(z.enum(['incall', 'outcall'])),
  weekdays: optional(z.array(weekday).min(1).max(7)),
  fromMinute: optional(minute),
  toMinute: optional(minute),
  minimumMinutes: optional(z.number().int().min(15).max(20_160)),
}
type Measured = { basisPoints?: number; fixed?: number; fromMinute?: number; toMinute?: number }
function requireWhole(value: Measured, check: z.core.$RefinementCtx): void {
  if ((value.basisPoints === undefined) === (value.fixed === undefined))
    check.addIssue({ code: 'custom', path: ['basisPoints'], message: 'give either a percentage or an amount' })
  if ((value.fromMinute === undefined) !== (value.toMinute === undefined))
    check.addIssue({ code: 'custom', path: ['toMinute'], message: 'give both times or none' })
}
export const createAdjustmentInput = z.strictObject(adjustmentFields).superRefine(requireWhole)
export type CreateAdjustmentInput = z.output<typeof createAdjustmentInput>
export const setAdjustmentActiveInput = z.strictObject({ id, version, active: z.boolean() })
export const listAdjustmentsInput = z.strictObject({
  ...pageInput,
  kind: oneOrMore(z.enum(['discount', 'surcharge'])),
  sort: z.enum(['createdAt', '-createdAt']).default('-createdAt'),
})
export type ListAdjustmentsInput = z.output<typeof listAdjustmentsInput>
export const adjustmentOut = z.object({
  id: z.string(),
  kind: z.enum(['discount', 'surcharge']),
  label: z.string(),
  basisPoints: z.number().nullable(),
  fixed: z.number().nullable(),
  clientTag: z.string().nullable(),
  callType: z.enum(['incall', 'outcall']).nullable(),
  weekdays: z.array(z.number()).nullable(),
  fromMinute: z.number().nullable(),
  toMinute: z.number().nullable(),
  minimumMinutes: z.number().nullable(),
  active: z.boolean(),
  version: z.number(),
  createdAt: timestamp,
})
export const adjustmentList = listOf(adjustmentOut)
