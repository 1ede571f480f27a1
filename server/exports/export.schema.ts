import { z } from 'zod'
import { listBookingsInput } from '#server/domains/bookings/booking.schema.ts'
import { listClientsInput } from '#server/domains/clients/client.schema.ts'
import { listInquiriesInput } from '#server/domains/inquiries/inquiry.schema.ts'
import { listLedgerInput } from '#server/domains/ledger/ledger.schema.ts'
import { listPaymentsInput } from '#server/domains/payments/payment.schema.ts'
import { listPayoutsInput, statementInput } from '#server/domains/payouts/payout.schema.ts'
import { id, listOf, nullableTimestamp, pageInput, timestamp } from '#server/trpc/fields.ts'

export const FORMATS = ['csv', 'xlsx'] as const
const format = z.enum(FORMATS)
/** The whole list: no page of it. */
const whole = { limit: true, cursor: true } as const

/** A list as its screen shows it, whole: the same filters and order, without pages. */
export const makeExportInput = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('bookings'), format, filters: listBookingsInput.omit(whole) }),
  z.strictObject({ kind: z.literal('clients'), format, filters: listClientsInput.omit(whole) }),
  z.strictObject({ kind: z.literal('inquiries'), format, filters: listInquiriesInput.omit(whole) }),
  z.strictObject({ kind: z.literal('payments'), format, filters: listPaymentsInput.omit(whole) }),
  z.strictObject({ kind: z.literal('ledger'), format, filters: listLedgerInput.omit(whole) }),
  z.strictObject({ kind: z.literal('payouts'), format, filters: listPayoutsInput.omit(whole) }),
  z.strictObject({ kind: z.literal('statement'), format, filters: statementInput.omit(whole) }),
])
export type MakeExportInput = z.output<typeof makeExportInput>
export const byId = z.strictObject({ id })
export const listExportsInput = z.strictObject({ ...pageInput, sort: z.enum(['createdAt', '-createdAt']).default('-createdAt') })
export type ListExportsInput = z.output<typeof listExportsInput>

export const exportOut = z.object({
  id: z.string(),
  kind: z.enum(['bookings', 'clients', 'inquiries', 'payments', 'ledger', 'payouts', 'statement']),
  format,
  /** `removed`: what was in it is gone, because its time was over or somebody in it was erased. */
  state: z.enum(['waiting', 'running', 'done', 'failed', 'removed']),
  /** So far, while it runs. */
  rows: z.number(),
  bytes: z.number().nullable(),
  error: z.string().nullable(),
  createdAt: timestamp,
  finishedAt: nullableTimestamp,
  expiresAt: timestamp,
})
export type ExportOut = z.input<typeof exportOut>
export const exportList = listOf(exportOut)
/** A file as a procedure answers it; over REST and on screens it is sent as what it is. */
export const fileOut = z.object({ name: z.string(), type: z.string(), base64: z.string() })
