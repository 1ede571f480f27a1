import { paths } from '../../paths.ts'
import { Tabs } from '../../ui/tabs.tsx'

const PAGES = [
  { key: 'overview', label: 'Overview', to: paths.finance.overview() },
  { key: 'payments', label: 'Payments', to: paths.payments() },
  { key: 'refunds', label: 'Refunds', to: paths.finance.refunds() },
  { key: 'reconciliation', label: 'Reconciliation', to: paths.finance.reconciliation() },
  { key: 'payouts', label: 'Payouts', to: paths.finance.payouts() },
  { key: 'ledger', label: 'Ledger', to: paths.finance.ledger() },
  { key: 'months', label: 'Months', to: paths.finance.months() },
  { key: 'terms', label: 'Refund terms', to: paths.finance.terms() },
  { key: 'prices', label: 'Discounts and surcharges', to: paths.finance.prices() },
] as const

/** The pages of finance, each with its own address. */
export function FinanceTabs({ current }: { current: (typeof PAGES)[number]['key'] }) {
  return <Tabs label="Finance" tabs={PAGES.map((page) => ({ label: page.label, to: page.to, current: page.key === current }))} />
}
