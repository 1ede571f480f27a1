import type { MetaFunction } from '@remix-run/node'
import { Link, useLoaderData } from '@remix-run/react'
import { FinanceTabs } from '../../features/finance/finance-tabs.tsx'
import { monthText } from '../../features/finance/month-text.ts'
import { paths } from '../../paths.ts'
import { screen } from '../../screen.server.ts'
import { Badge } from '../../ui/badge.tsx'
import { Card } from '../../ui/card.tsx'
import { moneyText } from '../../ui/money.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { EmptyState } from '../../ui/states.tsx'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction = () => [{ title: 'Finance · Virel' }]
export const handle = { crumbs: () => [{ label: 'Finance' }], live: ['payment'] }

/** How each account is told: liabilities and income stand on the credit side. */
const SHOWN = [
  { code: 'client_deposits', sign: -1 },
  { code: 'provider_clearing', sign: 1 },
  { code: 'cash', sign: 1 },
  { code: 'model_payable', sign: -1 },
  { code: 'disputes', sign: 1 },
] as const

export const loader = screen(async ({ api, may }) => {
  const months = await api.financeMonths.list({ limit: 12 })
  const [balances, month, prepared, requests, toHand, failed, differences] = await Promise.all([
    api.ledger.balances({}),
    api.ledger.balances({ month: months.current }),
    api.payouts.list({ state: ['prepared'], limit: 1 }),
    api.refunds.requests({ outcome: ['waiting'], limit: 1 }),
    may('payments.read') ? api.payments.list({ type: ['refund'], status: ['pending'], provider: ['manual'], limit: 1 }) : null,
    may('payments.read') ? api.payments.list({ status: ['failed'], limit: 1 }) : null,
    may('payments.read') ? api.reconciliation.differences({ state: 'open', limit: 1 }) : null,
  ])
  return {
    months,
    balances,
    month,
    hasPrepared: prepared.items.length > 0,
    hasRequests: requests.items.length > 0,
    hasToHand: (toHand?.items.length ?? 0) > 0,
    hasFailed: (failed?.items.length ?? 0) > 0,
    differs: (differences?.items.length ?? 0) > 0,
  }
})

interface Tile {
  label: string
  value: string
  note: string
  to: string
}

function Tiles({ tiles }: { tiles: readonly Tile[] }) {
  return (
    <ul className="grid gap-3 sm:grid-cols-2 xl:grid-cols-4">
      {tiles.map((tile) => (
        <li key={tile.label} className="rounded-lg border border-line bg-surface p-4 shadow-card">
          <Link to={tile.to} className="block hover:underline">
            <span className="block text-xs text-muted">{tile.label}</span>
            <span className="block text-xl font-semibold tabular-nums">{tile.value}</span>
          </Link>
          <p className="text-xs text-muted">{tile.note}</p>
        </li>
      ))}
    </ul>
  )
}

export default function Finance() {
  const { months, balances, month, hasPrepared, hasRequests, hasToHand, hasFailed, differs } = useLoaderData<typeof loader>()
  const { currency } = balances
  const text = (amount: number) => moneyText({ amount, currency })
  const of = (code: string, from = balances) => from.accounts.find((account) => account.code === code)
  const turnover = (code: string) => {
    const account = of(code, month)
    return account ? -(account.debits + account.credits) : 0
  }
  const tiles: Tile[] = [
    {
      label: `Revenue in ${monthText(months.current)}`,
      value: text(turnover('revenue') + turnover('refunds')),
      note: 'Earned by bookings that are over, refunds after the event taken off',
      to: paths.finance.ledger({ account: 'revenue', month: months.current }),
    },
    ...SHOWN.flatMap(({ code, sign }) => {
      const account = of(code)
      if (!account) return []
      const value = text(account.closing === 0 ? 0 : sign * account.closing)
      return [{ label: account.name, value, note: account.explanation, to: paths.finance.ledger({ account: code }) }]
    }),
  ]
  const next = months.items.find((item) => item.next)
  const waiting = [
    differs && { text: 'Our payments and the provider’s differ', to: paths.finance.reconciliation({ state: 'open' }) },
    hasFailed && { text: 'Payments failed and can be tried again', to: paths.payments({ status: 'failed' }) },
    hasRequests && { text: 'Refunds wait for a second person', to: paths.finance.refunds({ outcome: 'waiting' }) },
    hasToHand && { text: 'Refunds wait to be handed over', to: paths.finance.refunds() },
    hasPrepared && { text: 'Payouts are prepared and wait to be paid', to: paths.finance.paidOut({ state: 'prepared' }) },
    next && { text: `${monthText(next.month)} can be closed`, to: paths.finance.months() },
  ].filter((item) => item !== false && item !== undefined)
  return (
    <>
      <PageHeader
        title="Finance"
        description="Where the agency’s money stands, from its books. Each number opens its rows."
        badges={
          <Badge tone={balances.sum === 0 ? 'good' : 'bad'}>{balances.sum === 0 ? 'Sums to zero' : 'Out of balance'}</Badge>
        }
      />
      <FinanceTabs current="overview" />
      <Tiles tiles={tiles} />
      <Card title="Waits for you" className="mt-4" flush>
        {waiting.length === 0 ? (
          <EmptyState title="Nothing waits">Payouts are paid and months closed.</EmptyState>
        ) : (
          <ul className="divide-y divide-line">
            {waiting.map((item) => (
              <li key={item.text} className="px-4 py-2.5">
                <Link to={item.to} className="text-link hover:underline">
                  {item.text}
                </Link>
              </li>
            ))}
          </ul>
        )}
      </Card>
    </>
  )
}
