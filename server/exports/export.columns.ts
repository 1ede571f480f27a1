import type { Permission } from '#server/auth/permissions.ts'
import type { Caller } from '#server/trpc/router.ts'

export type Cell = string | number | Date | null

type Kinds = {
  bookings: Awaited<ReturnType<Caller['bookings']['list']>>['items'][number]
  clients: Awaited<ReturnType<Caller['clients']['list']>>['items'][number]
  inquiries: Awaited<ReturnType<Caller['inquiries']['list']>>['items'][number]
  payments: Awaited<ReturnType<Caller['payments']['list']>>['items'][number]
  ledger: Awaited<ReturnType<Caller['ledger']['list']>>['items'][number]
  payouts: Awaited<ReturnType<Caller['payouts']['list']>>['items'][number]
  statement: Awaited<ReturnType<Caller['payouts']['statement']>>['items'][number]
}
export type ExportKind = keyof Kinds

export interface ExportColumn<Row> {
  header: string
  value: (row: Row) => Cell
}

/** Money in major units: 25000 pence are 250. */
const major = (money: { amount: number } | null): number | null => (money === null ? null : money.amount / 100)
const at = (instant: string | null): Date | null => (instant === null ? null : new Date(instant))

/** The accounts on one side of a transaction, with what each moved when there are several. */
function sides(entries: Kinds['ledger']['entries'], sign: 1 | -1): string {
  const own = entries.filter((entry) => Math.sign(entry.amount) === sign)
  const amount = (entry: (typeof own)[number]) => (own.length > 1 ? ` ${(Math.abs(entry.amount) / 100).toFixed(2)}` : '')
  return own.map((entry) => `${entry.name}${amount(entry)}`).join('; ')
}

/** The columns of each list, from its own answers: what is masked there is masked here. */
export const COLUMNS: { readonly [K in ExportKind]: readonly ExportColumn<Kinds[K]>[] } = {
  bookings: [
    { header: 'Ref', value: (row) => row.ref },
    { header: 'Status', value: (row) => row.status },
    { header: 'Start (UTC)', value: (row) => at(row.start) },
    { header: 'End (UTC)', value: (row) => at(row.end) },
    { header: 'Client', value: (row) => row.client.name },
    { header: 'Client ref', value: (row) => row.client.ref },
    { header: 'Model', value: (row) => row.model.name },
    { header: 'Place', value: (row) => row.place.title },
    { header: 'Call type', value: (row) => row.callType },
    { header: 'Price', value: (row) => major(row.price) },
    { header: 'Paid', value: (row) => major(row.paid) },
    { header: 'Currency', value: (row) => row.price.currency },
    { header: 'Deposit', value: (row) => major(row.depositRequired) },
    { header: 'Deposit status', value: (row) => row.depositStatus },
    { header: 'Payment status', value: (row) => row.paymentStatus },
    { header: 'With', value: (row) => row.assignee?.name ?? null },
    { header: 'Made (UTC)', value: (row) => at(row.createdAt) },
  ],
  clients: [
    { header: 'Ref', value: (row) => row.ref },
    { header: 'Name', value: (row) => row.name },
    { header: 'Email', value: (row) => row.email },
    { header: 'Phone', value: (row) => row.phone },
    { header: 'Prefers', value: (row) => row.preferredChannel },
    { header: 'Tags', value: (row) => row.tags.join(', ') },
    { header: 'Known since (UTC)', value: (row) => at(row.createdAt) },
  ],
  inquiries: [
    { header: 'Ref', value: (row) => row.ref },
    { header: 'Status', value: (row) => row.status },
    { header: 'Priority', value: (row) => row.priority },
    { header: 'Source', value: (row) => row.source },
    { header: 'Client', value: (row) => row.client.name },
    { header: 'Client ref', value: (row) => row.client.ref },
    { header: 'Subject', value: (row) => row.subject },
    { header: 'Place', value: (row) => row.place?.title ?? null },
    { header: 'From (UTC)', value: (row) => at(row.from) },
    { header: 'To (UTC)', value: (row) => at(row.to) },
    { header: 'With', value: (row) => row.assignee?.name ?? null },
    { header: 'Received (UTC)', value: (row) => at(row.createdAt) },
  ],
  payments: [
    { header: 'Ref', value: (row) => row.ref },
    { header: 'For', value: (row) => row.type },
    { header: 'Booking', value: (row) => row.bookingRef },
    { header: 'Status', value: (row) => row.status },
    { header: 'How', value: (row) => row.method ?? row.provider },
    { header: 'Amount', value: (row) => (row.type === 'refund' ? -row.amount.amount / 100 : row.amount.amount / 100) },
    { header: 'Currency', value: (row) => row.amount.currency },
    { header: 'Reference', value: (row) => row.reference },
    { header: 'Recorded by', value: (row) => row.recordedBy?.name ?? null },
    { header: 'When (UTC)', value: (row) => at(row.createdAt) },
  ],
  ledger: [
    { header: 'Ref', value: (row) => row.ref },
    { header: 'Kind', value: (row) => row.kind },
    { header: 'Month', value: (row) => row.month },
    { header: 'Posted (UTC)', value: (row) => at(row.postedAt) },
    { header: 'Booking', value: (row) => row.booking?.ref ?? null },
    { header: 'Payment', value: (row) => row.payment?.ref ?? null },
    { header: 'Model', value: (row) => row.model?.name ?? null },
    { header: 'Memo', value: (row) => row.memo },
    { header: 'Debited', value: (row) => sides(row.entries, 1) },
    { header: 'Credited', value: (row) => sides(row.entries, -1) },
    { header: 'Amount', value: (row) => major(row.turnover) },
    { header: 'Currency', value: (row) => row.turnover.currency },
    { header: 'By', value: (row) => row.by },
  ],
  payouts: [
    { header: 'Ref', value: (row) => row.ref },
    { header: 'Model', value: (row) => row.model.name },
    { header: 'Up to the end of', value: (row) => row.month },
    { header: 'Status', value: (row) => row.state },
    { header: 'Lines', value: (row) => row.lines },
    { header: 'Amount', value: (row) => major(row.amount) },
    { header: 'Currency', value: (row) => row.amount.currency },
    { header: 'How', value: (row) => row.method },
    { header: 'Reference', value: (row) => row.reference },
    { header: 'Prepared (UTC)', value: (row) => at(row.createdAt) },
    { header: 'Paid (UTC)', value: (row) => at(row.paidAt) },
  ],
  statement: [
    { header: 'Posted (UTC)', value: (row) => at(row.at) },
    { header: 'Transaction', value: (row) => row.ref },
    { header: 'What', value: (row) => row.kind },
    { header: 'Booking', value: (row) => row.booking?.ref ?? null },
    { header: 'Took place (UTC)', value: (row) => at(row.booking?.start ?? null) },
    { header: 'Ended', value: (row) => row.booking?.status ?? null },
    { header: 'Earned', value: (row) => (row.gross === null ? null : row.gross / 100) },
    { header: 'Share, percent', value: (row) => (row.share === null ? null : row.share / 100) },
    { header: 'On her account', value: (row) => row.amount / 100 },
    { header: 'Currency', value: (row) => row.currency },
    { header: 'Payout', value: (row) => row.payout },
  ],
}

/** What one must be able to read to export it. */
export const READS: { readonly [K in ExportKind]: Permission } = {
  bookings: 'bookings.read',
  clients: 'clients.read',
  inquiries: 'inquiries.read',
  payments: 'payments.read',
  ledger: 'finance.read',
  payouts: 'finance.read',
  statement: 'finance.read',
}
