import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { AddAdjustment } from '../../features/finance/add-adjustment.tsx'
import { FinanceTabs } from '../../features/finance/finance-tabs.tsx'
import { percentText } from '../../features/finance/month-text.ts'
import { CALL_TYPES, optionsOf } from '../../features/statuses.ts'
import { paths } from '../../paths.ts'
import { actions, listQuery, screen } from '../../screen.server.ts'
import { Badge, words } from '../../ui/badge.tsx'
import { ActionForm, Submit } from '../../ui/form.tsx'
import { FilterBar, ListPanel, Pager } from '../../ui/list.tsx'
import { moneyText } from '../../ui/money.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { type Column, Table } from '../../ui/table.tsx'
import { TimeText } from '../../ui/time.tsx'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction = () => [{ title: 'Discounts and surcharges · Virel' }]
export const handle = {
  crumbs: () => [{ label: 'Finance', to: paths.finance.overview() }, { label: 'Discounts and surcharges' }],
}

const KINDS = ['discount', 'surcharge'] as const
const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

export const loader = screen(async ({ api, url, may }) => {
  const query = listQuery<NonNullable<Parameters<typeof api.priceAdjustments.list>[0]>>(url, ['kind'])
  return { page: await api.priceAdjustments.list(query), sort: query.sort ?? '-createdAt', mayWrite: may('finance.write') }
})

/** 22:30 as minutes since midnight. */
function minutes(value: string | undefined): number | undefined {
  const match = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(value ?? '')
  return match ? Number(match[1]) * 60 + Number(match[2]) : undefined
}

export const action = actions({
  add: async (form, { api }) => {
    const kind = form.pick('kind', KINDS) ?? 'surcharge'
    const label = form.requiredText('label', 'Say what it is called on the price.')
    const percent = form.decimal('basisPoints')
    const fixed = form.money('fixed')
    const hours = form.whole('hours')
    const callType = form.pick('callType', CALL_TYPES)
    form.check()
    const weekdays = form.list('weekdays').map(Number)
    const rule = await api.priceAdjustments.create({
      kind,
      label,
      basisPoints: percent === undefined ? undefined : Math.round(percent * 100),
      fixed: fixed?.amount,
      clientTag: form.optional('clientTag'),
      callType,
      weekdays: weekdays.length > 0 ? weekdays : undefined,
      fromMinute: minutes(form.optional('fromMinute')),
      toMinute: minutes(form.optional('toMinute')),
      minimumMinutes: hours === undefined ? undefined : hours * 60,
    })
    return { to: paths.finance.prices(), say: `${rule.label} is in every price quoted from now on.` }
  },
  active: async (form, { api, url }) => {
    const active = form.text('active') === 'true'
    const rule = await api.priceAdjustments.setActive({ id: form.text('of'), active, version: form.version() })
    return { to: `${url.pathname}${url.search}`, say: `${rule.label} is ${active ? 'in use' : 'out of use'}.` }
  },
})

type Row = ReturnType<typeof useLoaderData<typeof loader>>['page']['items'][number]

const clock = (minute: number) => `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`

function conditionsOf(row: Row): string {
  const parts = [
    row.clientTag && `clients tagged ${row.clientTag}`,
    row.callType && words(row.callType).toLowerCase(),
    row.weekdays?.map((day) => DAYS[day - 1]).join(', '),
    row.fromMinute !== null && row.toMinute !== null && `${clock(row.fromMinute)}–${clock(row.toMinute)} at the place`,
    row.minimumMinutes !== null && `at least ${row.minimumMinutes / 60} h`,
  ].filter(Boolean)
  return parts.length > 0 ? parts.join('; ') : 'always'
}

export default function Prices() {
  const { page, sort, mayWrite } = useLoaderData<typeof loader>()
  const columns: readonly Column<Row>[] = [
    { key: 'label', header: 'On the price as', lead: true, cell: (row) => <span className="font-medium">{row.label}</span> },
    { key: 'kind', header: 'Kind', cell: (row) => words(row.kind) },
    {
      key: 'how',
      header: 'How much',
      end: true,
      cell: (row) =>
        row.basisPoints === null ? moneyText({ amount: row.fixed ?? 0, currency: 'GBP' }) : percentText(row.basisPoints),
    },
    { key: 'when', header: 'When', className: 'wrap', cell: conditionsOf },
    { key: 'since', header: 'Since', sort: 'createdAt', cell: (row) => <TimeText at={row.createdAt} /> },
    {
      key: 'state',
      header: 'Status',
      cell: (row) => <Badge tone={row.active ? 'good' : 'neutral'}>{row.active ? 'In use' : 'Out of use'}</Badge>,
    },
    {
      key: 'do',
      header: 'Change',
      hideHeader: true,
      cell: (row) =>
        mayWrite ? (
          <ActionForm
            intent="active"
            carry={{ of: row.id, active: String(!row.active), version: row.version }}
            only={{ name: 'of', value: row.id }}
          >
            <Submit small tone="secondary">
              {row.active ? 'Take out of use' : 'Use again'}
            </Submit>
          </ActionForm>
        ) : null,
    },
  ]
  return (
    <>
      <PageHeader
        title="Discounts and surcharges"
        description="What applies by itself when a booking is quoted, as a line of its price. Prices agreed before stay as they are."
      />
      <FinanceTabs current="prices" />
      {mayWrite ? <AddAdjustment /> : null}
      <div className="mb-3">
        <FilterBar filters={[{ name: 'kind', label: 'Kind', any: 'Any kind', options: optionsOf(KINDS) }]} />
      </div>
      <ListPanel
        empty={
          page.items.length === 0 ? (
            <EmptyState title="None yet">Prices are rates, services and taxi only.</EmptyState>
          ) : undefined
        }
        pager={<Pager next={page.nextCursor} previous={page.prevCursor} shown={page.items.length} />}
      >
        <Table caption="Discounts and surcharges" columns={columns} rows={page.items} rowKey={(row) => row.id} sort={sort} />
      </ListPanel>
    </>
  )
}
