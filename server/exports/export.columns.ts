import type { Permission } from '#server/auth/permissions.ts'
import type { Caller } from '#server/trpc/router.ts'

export type Cell = string | number | Date | null

type Kinds = {
  bookings: Awaited<ReturnType<Caller['bookings']['list']>>['items'][number]
  clients: Awaited<ReturnType<Caller['clients']['list']>>['items'][number]
  inquiries: Awaited<ReturnType<Caller['inquiries']['list']>>['items'][number]
  payments: Awaited<ReturnType<Caller['payments']['list']>>['items'][number]
}
export type ExportKind = keyof Kinds

export interface ExportColumn<Row> {
  header: string
  value: (row: Row) => Cell
}

/** Money in major units: 25000 pence are 250. */
const major = (money: { amount: number } | null): number | null => (money === null ? null : money.amount / 100)
const at = (instant: string | null): Date | null => (instant === null ? null : new Date(instant))

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
}

/** What one must be able to read to export it. */
export const READS: { readonly [K in ExportKind]: Permission } = {
  bookings: 'bookings.read',
  clients: 'clients.read',
  inquiries: 'inquiries.read',
  payments: 'payments.read',
}
