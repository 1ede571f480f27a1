import { CalendarClock, MapPin, UserRound } from 'lucide-react'
import type { ReactNode } from 'react'
import { Money } from '../../ui/money.tsx'
import { durationText, formatTime, TimeText } from '../../ui/time.tsx'
import type { Checkout } from './types.ts'

/** What is paid for: who, when, where, and how the amount comes about. */
export function BookingSummary({ checkout }: { checkout: Checkout }) {
  const { booking } = checkout
  const { zone } = booking.place
  const sameDay = formatTime(booking.start, zone, 'date') === formatTime(booking.end, zone, 'date')
  return (
    <section aria-labelledby="booking" className="rounded-xl border border-line bg-surface p-5 shadow-card">
      <div className="flex items-baseline justify-between gap-3">
        <h2 id="booking" className="text-lg font-semibold">
          Your booking
        </h2>
        <p className="text-sm text-muted">{booking.ref}</p>
      </div>
      <ul className="mt-4 flex flex-col gap-3">
        <Fact icon={<UserRound className="size-4" aria-hidden="true" />}>
          <span className="font-medium">{booking.model}</span>
          {booking.services.length > 0 ? <Small>{booking.services.join(', ')}</Small> : null}
        </Fact>
        <Fact icon={<CalendarClock className="size-4" aria-hidden="true" />}>
          <span className="font-medium">
            {formatTime(booking.start, zone, 'day')}, <TimeText at={booking.start} zone={zone} form="time" /> to{' '}
            <TimeText at={booking.end} zone={zone} form="time" />
          </span>
          <Small>
            {durationText(booking.start, booking.end)}
            {sameDay ? '' : `, until ${formatTime(booking.end, zone, 'day')}`}
            {`, ${zone.split('/').at(-1)?.replaceAll('_', ' ') ?? zone} time`}
          </Small>
        </Fact>
        <Fact icon={<MapPin className="size-4" aria-hidden="true" />}>
          <span className="font-medium">{booking.place.title}</span>
          <Small>{booking.callType === 'outcall' ? 'We come to you' : 'You come to us'}</Small>
        </Fact>
      </ul>
      <dl className="mt-5 border-t border-line pt-4 text-sm">
        <Line label="Price of the booking" value={<Money value={checkout.price} />} />
        <Line
          label={
            { deposit: 'Deposit', balance: 'The rest of the price', difference: 'Difference after the change' }[checkout.purpose]
          }
          value={<Money value={checkout.amount} />}
          strong
        />
        {checkout.left.amount > 0 ? <Line label="Left to pay afterwards" value={<Money value={checkout.left} />} /> : null}
      </dl>
    </section>
  )
}

function Fact({ icon, children }: { icon: ReactNode; children: ReactNode }) {
  return (
    <li className="flex gap-3">
      <span className="mt-0.5 flex-none text-muted">{icon}</span>
      <div className="min-w-0 wrap-anywhere">{children}</div>
    </li>
  )
}

function Small({ children }: { children: ReactNode }) {
  return <p className="text-sm text-muted">{children}</p>
}

function Line({ label, value, strong }: { label: string; value: ReactNode; strong?: boolean }) {
  return (
    <div className={strong ? 'flex justify-between gap-4 py-1 text-base font-semibold' : 'flex justify-between gap-4 py-1'}>
      <dt className={strong ? '' : 'text-muted'}>{label}</dt>
      <dd>{value}</dd>
    </div>
  )
}
