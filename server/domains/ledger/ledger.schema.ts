import { z } from 'zod'
import {
  currency,
  id,
  instant,
  listOf,
  month,
  oneOrMore,
  optional,
  pageInput,
  piiText,
  positiveMoney,
  text,
  timestamp,
} from '#server/trpc/fields.ts'
import { LEDGER_ACCOUNTS } from './post-ledger.ts'

const account = z.enum(LEDGER_ACCOUNTS)
export const LEDGER_KINDS = ['payment', 'refund', 'fee', 'dispute', 'earned', 'payout', 'adjustment'] as const
const kind = z.enum(LEDGER_KINDS)
const moneyOut = z.object({ amount: z.number(), currency: z.string() })

export const listLedgerInput = z.strictObject({
  ...pageInput,
  kind: oneOrMore(kind),
  account: account.optional(),
  month: month.optional(),
  currency: currency.optional(),
  bookingId: id.optional(),
  paymentId: id.optional(),
  modelId: id.optional(),
  from: instant.optional(),
  to: instant.optional(),
  sort: z.enum(['postedAt', '-postedAt']).default('-postedAt'),
})
export type ListLedgerInput = z.output<typeof listLedgerInput>

export const transactionOut = z.object({
  id: z.string(),
  ref: z.string(),
  kind,
  postedAt: timestamp,
  month: z.string(),
  memo: piiText(),
  booking: z.object({ id: z.string(), ref: z.string() }).nullable(),
  payment: z.object({ id: z.string(), ref: z.string() }).nullable(),
  model: z.object({ id: z.string(), name: z.string() }).nullable(),
  by: z.string().nullable(),
  /** Half of what the entries move: what changed sides. */
  turnover: moneyOut,
  entries: z.array(z.object({ account, name: z.string(), amount: z.number() })),
})
export const ledgerList = listOf(transactionOut)

export const balancesInput = z.strictObject({ month: month.optional(), currency: currency.default('GBP') })
export const balancesOut = z.object({
  month: z.string().nullable(),
  currency: z.string(),
  currencies: z.array(z.string()),
  closed: z.boolean(),
  accounts: z.array(
    z.object({
      code: account,
      name: z.string(),
      kind: z.enum(['asset', 'liability', 'income', 'expense']),
      explanation: z.string(),
      /** Debits are positive, credits negative. */
      opening: z.number(),
      debits: z.number(),
      credits: z.number(),
      closing: z.number(),
    }),
  ),
  /** Of all accounts: nothing, or the books are wrong. */
  sum: z.number(),
})

export const adjustInput = z
  .strictObject({
    debit: account,
    credit: account,
    amount: positiveMoney,
    memo: text(500, 3),
    bookingId: optional(id),
    modelId: optional(id),
  })
  .superRefine((value, check) => {
    if (value.debit === value.credit) check.addIssue({ code: 'custom', path: ['credit'], message: 'must be another account' })
    if ([value.debit, value.credit].includes('model_payable') && value.modelId === undefined)
      check.addIssue({ code: 'custom', path: ['modelId'], message: 'say which model’s account it is' })
  })
export type AdjustInput = z.output<typeof adjustInput>
