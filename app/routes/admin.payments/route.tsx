import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { ExportButton } from '../../features/export-button.tsx'
import { exportFilters } from '../../features/export-filters.server.ts'
import { EntityStatus } from '../../features/status-badge.tsx'
import { optionsOf, PAYMENT_METHODS } from '../../features/statuses.ts'
import { useRefused } from '../../features/use-refused.ts'
import { paths } from '../../paths.ts'
import type { Refused } from '../../problem.ts'
import { actions, listQuery, screen } from '../../screen.server.ts'
import { words } from '../../ui/badge.tsx'
import { ActionForm, Field, FormProblem, Input, MoneyInput, Select, Submit } from '../../ui/form.tsx'
import { FilterBar, ListPanel, Pager } from '../../ui/list.tsx'
import { Money, moneyInput, moneyText } from '../../ui/money.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { Step } from '../../ui/step.tsx'
import { type Column, RowLink, Table } from '../../ui/table.tsx'
import { TimeText } from '../../ui/time.tsx'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction = () => [{ title: 'Payments · Virel' }]
export const handle = { crumbs: () => [{ label: 'Payments' }], live: ['payment'] }

export const loader = screen(async ({ api, url, may }) => {
  const query = listQuery<Parameters<typeof api.payments.list>[0]>(url, ['bookingId', 'type', 'status'])
  return {
    page: await api.payments.list(query),
    sort: query.sort ?? '-createdAt',
    seesBookings: may('bookings.read'),
    mayRefund: may('payments.refund'),
    exporting: exportFilters(may, query),
  }
})

export const action = actions({
  refund: async (form, { api, url }) => {
    const amount = form.requiredMoney('amount', form.optional('currency'))
    const method = form.pick('method', PAYMENT_METHODS) ?? 'other'
    form.check()
    const refund = await api.payments.record({
      id: form.text('bookingId'),
      type: 'refund',
      method,
      amount,
      reference: form.optional('reference'),
    })
    return { to: `${url.pathname}${url.search}`, say: `Refund of ${moneyText(refund.amount)} recorded as ${refund.ref}.` }
  },
})

type Row = ReturnType<typeof useLoaderData<typeof loader>>['page']['items'][number]

export default function Payments() {
  const { page, sort, seesBookings, mayRefund, exporting } = useLoaderData<typeof loader>()
  const refused = useRefused()
  const columns: readonly Column<Row>[] = [
    { key: 'ref', header: 'Payment', lead: true, cell: (row) => <span className="font-medium">{row.ref}</span> },
    { key: 'type', header: 'For', cell: (row) => words(row.type) },
    {
      key: 'booking',
      header: 'Booking',
      cell: (row) =>
        seesBookings ? <RowLink to={paths.bookings.detail(row.bookingId)}>{row.bookingRef}</RowLink> : row.bookingRef,
    },
    { key: 'status', header: 'Status', cell: (row) => <EntityStatus status={row.status} /> },
    { key: 'method', header: 'How', cell: (row) => (row.method ? words(row.method) : words(row.provider)) },
    { key: 'reference', header: 'Reference', cell: (row) => row.reference },
    { key: 'by', header: 'Recorded by', cell: (row) => row.recordedBy?.name },
    { key: 'at', header: 'When', sort: 'createdAt', cell: (row) => <TimeText at={row.createdAt} /> },
    {
      key: 'amount',
      header: 'Amount',
      end: true,
      cell: (row) => <Money value={row.type === 'refund' ? { ...row.amount, amount: -row.amount.amount } : row.amount} />,
    },
    {
      key: 'refund',
      header: 'Refund',
      hideHeader: true,
      cell: (row) =>
        mayRefund && row.type !== 'refund' && row.status === 'succeeded' ? <Refund payment={row} refused={refused} /> : null,
    },
  ]
  return (
    <>
      <PageHeader
        title="Payments"
        description="Received and refunded; recorded by hand on the page of a booking."
        actions={exporting ? <ExportButton kind="payments" filters={exporting} /> : undefined}
      />
      <div className="mb-3">
        <FilterBar
          keep={['bookingId']}
          filters={[
            {
              name: 'type',
              label: 'For',
              any: 'Any kind',
              options: optionsOf(['deposit', 'full', 'refund']),
            },
            {
              name: 'status',
              label: 'Status',
              any: 'Any status',
              options: optionsOf(['pending', 'succeeded', 'failed', 'cancelled']),
            },
          ]}
        />
      </div>
      <ListPanel
        empty={
          page.items.length === 0 ? <EmptyState title="No payments here">Nothing matches these filters.</EmptyState> : undefined
        }
        pager={<Pager next={page.nextCursor} previous={page.prevCursor} shown={page.items.length} />}
      >
        <Table caption="Payments" columns={columns} rows={page.items} rowKey={(row) => row.id} sort={sort} />
      </ListPanel>
    </>
  )
}

function Refund({ payment, refused }: { payment: Row; refused?: Refused }) {
  const mine = refused?.values.of?.[0] === payment.id
  return (
    <Step label="Refund" small open={mine}>
      <ActionForm
        intent="refund"
        refused={refused}
        carry={{ of: payment.id, bookingId: payment.bookingId, currency: payment.amount.currency }}
        only={{ name: 'of', value: payment.id }}
        className="flex w-56 flex-col gap-2 whitespace-normal"
      >
        <FormProblem own={['amount', 'method', 'reference']} />
        <Field name="amount" label="Amount" required>
          <MoneyInput currency={payment.amount.currency} defaultValue={moneyInput(payment.amount)} />
        </Field>
        <Field name="method" label="How" required>
          <Select options={optionsOf(PAYMENT_METHODS)} defaultValue={payment.method ?? 'other'} />
        </Field>
        <Field name="reference" label="Reference">
          <Input maxLength={200} />
        </Field>
        <Submit small className="self-start" busy="Recording…">
          Record the refund
        </Submit>
      </ActionForm>
    </Step>
  )
}
