import { Money } from '../../ui/money.tsx'
import { formatTime } from '../../ui/time.tsx'
import type { Checkout } from './types.ts'

/** What cancelling gives back and until when, in the order in which it becomes less. */
export function GivesBack({ checkout }: { checkout: Checkout }) {
  const { givesBack, booking } = checkout
  if (givesBack.length === 0) return null
  const { zone } = booking.place
  return (
    <section aria-labelledby="gives-back" className="rounded-xl border border-line bg-surface p-5 shadow-card">
      <h2 id="gives-back" className="text-base font-semibold">
        If you cancel
      </h2>
      <ul className="mt-2 flex flex-col text-sm">
        {givesBack.map((step) => (
          <li key={step.until ?? 'after'} className="flex justify-between gap-4 border-t border-line py-2 first:border-t-0">
            <span className="text-muted">
              {step.until
                ? `Until ${formatTime(step.until, zone, 'day')}, ${formatTime(step.until, zone, 'time')}`
                : 'After that'}
            </span>
            <span className="flex-none text-right whitespace-nowrap">
              <span className="font-medium">
                <Money value={step.amount} />
              </span>{' '}
              <span className="text-muted">({step.percent} %)</span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
