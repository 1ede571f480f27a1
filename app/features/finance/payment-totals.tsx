import { Link } from '@remix-run/react'
import { paths } from '../../paths.ts'
import { words } from '../../ui/badge.tsx'
import { type MoneyValue, moneyText } from '../../ui/money.tsx'
import { TimeText } from '../../ui/time.tsx'

interface Totals {
  from: string | null
  groups: readonly { type: string; status: string; count: number; amount: MoneyValue }[]
}

/** What the list comes to, by what for and how it stands; each number opens its rows. */
export function PaymentTotals({ totals }: { totals: Totals }) {
  if (totals.groups.length === 0) return null
  return (
    <section aria-label="Totals" className="mb-3">
      <ul className="flex flex-wrap gap-2">
        {totals.groups.map(({ type, status, count, amount }) => (
          <li key={`${type} ${status} ${amount.currency}`}>
            <Link
              to={paths.payments({ type, status })}
              className="block rounded-md border border-line bg-surface px-3 py-1.5 text-sm shadow-card hover:border-accent"
            >
              <span className="block text-xs text-muted">
                {words(type)}, {words(status).toLowerCase()}
              </span>
              <span className="font-semibold tabular-nums">{moneyText(amount)}</span>
              <span className="text-xs text-muted"> · {count.toLocaleString('en-GB')}</span>
            </Link>
          </li>
        ))}
      </ul>
      {totals.from ? (
        <p className="mt-1 text-xs text-muted">
          Since <TimeText at={totals.from} />
        </p>
      ) : null}
    </section>
  )
}
