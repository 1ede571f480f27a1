import { z } from 'zod'
import {
  currency,
  id,
  listOf,
  month,
  nullableTimestamp,
  oneOrMore,
  optional,
  pageInput,
  person,
  piiReference,
  piiTextOrNull,
  text,
  timestamp,
  version,
} from '#server/trpc/fields.ts'

export const PAYOUT_STATES = ['prepared', 'paid', 'withdrawn'] as const
const state = z.enum(PAYOUT_STATES)
export const PAYOUT_METHODS = ['bank_transfer', 'cash', 'other'] as const
const moneyOut = z.object({ amount: z.number(), currency: z.string() })
const modelOut = z.object({ id: z.string(), name: z.string(), publicCode: z.string() })

export const listPayoutsInput = z.strictObject({
  ...pageInput,
  modelId: id.optional(),
  month: month.optional(),
  state: oneOrMore(state),
  sort: z.enum(['createdAt', '-createdAt']).default('-createdAt'),
})
export type ListPayoutsInput = z.output<typeof listPayoutsInput>
export const byId = z.strictObject({ id })
export const makePayoutInput = z.strictObject({ modelId: id, month, currency: currency.default('GBP') })
export const payPayoutInput = z.strictObject({ id, method: z.enum(PAYOUT_METHODS), reference: optional(text(200)) })
export const withdrawPayoutInput = z.strictObject({ id, reason: text(500, 3) })
export const shareInput = z.strictObject({ modelId: id, version, basisPoints: z.number().int().min(0).max(10_000) })

export const shareOut = z.object({ modelId: z.string(), basisPoints: z.number() })
export const payoutOut = z.object({
  id: z.string(),
  ref: z.string(),
  model: modelOut,
  month: z.string(),
  amount: moneyOut,
  state,
  lines: z.number(),
  method: z.string().nullable(),
  reference: piiReference(),
  createdAt: timestamp,
  createdBy: person.nullable(),
  paidAt: nullableTimestamp,
  withdrawnAt: nullableTimestamp,
  withdrawnReason: piiTextOrNull(),
})
export const payoutList = listOf(payoutOut)

export const dueInput = z.strictObject({
  ...pageInput,
  month,
  currency: currency.default('GBP'),
  sort: z.enum(['name', '-name']).default('name'),
})
export type DueInput = z.output<typeof dueInput>
/** A model's account in a month: what she is owed before, what was earned and paid, and what is not in a payout yet. */
export const dueOut = z.object({
  id: z.string(),
  model: modelOut,
  share: z.number(),
  ownShare: z.boolean(),
  shareVersion: z.number(),
  opening: z.number(),
  earned: z.number(),
  paid: z.number(),
  closing: z.number(),
  /** Earned up to the end of the month and in no payout. */
  due: z.number(),
  bookings: z.number(),
  currency: z.string(),
})
export const dueList = listOf(dueOut)
export const accountInput = z.strictObject({ modelId: id, month, currency: currency.default('GBP') })

export const statementInput = z.strictObject({
  ...pageInput,
  modelId: id,
  month,
  currency: currency.default('GBP'),
  sort: z.enum(['postedAt', '-postedAt']).default('postedAt'),
})
export type StatementInput = z.output<typeof statementInput>
export const statementLineOut = z.object({
  id: z.string(),
  ref: z.string(),
  at: timestamp,
  kind: z.enum(['earned', 'payout', 'adjustment', 'payment', 'refund', 'fee', 'dispute']),
  booking: z.object({ id: z.string(), ref: z.string(), status: z.string(), start: timestamp, end: timestamp }).nullable(),
  /** What the booking earned, minor units; null for what is no booking. */
  gross: z.number().nullable(),
  share: z.number().nullable(),
  /** On her account: more is positive. */
  amount: z.number(),
  currency: z.string(),
  payout: z.string().nullable(),
})
export const statementOut = listOf(statementLineOut)
