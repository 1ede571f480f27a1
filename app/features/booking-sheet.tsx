import type { SerializeFrom } from '@remix-run/node'
import type { ReactNode } from 'react'
import type { loader } from '../routes/admin.bookings.$id_.print/route.tsx'
import { words } from '../ui/badge.tsx'
import { KeyValues } from '../ui/card.tsx'
import { Money, moneyText } from '../ui/money.tsx'
import { durationText, formatTime, Period, TimeText, wallClock } from '../ui/time.tsx'

type Sheet = Pick<SerializeFrom<typeof loader>, 'booking' | 'payments' | 'timeline' | 'printedAt' | 'printedBy'>

/** A booking on one sheet of A4: who, when, where, for how much, and what is still to be paid. Always dark on white. */
export function BookingSheet({ booking, payments, timeline, printedAt, printedBy }: Sheet) {
  const zone = booking.place.zone
  return (
    <article
      data-scheme="light"
      aria-label={`Booking ${booking.ref}`}
      className="sheet mx-auto flex max-w-[50rem] flex-col gap-6 rounded-lg border border-line bg-surface p-6 shadow-card sm:p-10"
    >
      <header className="flex flex-wrap items-start justify-between gap-4 border-b-2 border-text pb-4">
        <div>
          <p className="text-sm font-semibold tracking-tight">Virel</p>
          <h2 className="mt-1 text-2xl font-semibold tracking-tight">Booking {booking.ref}</h2>
        </div>
        <p className="text-right text-sm">
          <span className="block text-base font-semibold">{words(booking.status)}</span>
          <span className="text-muted">
            made <TimeText at={booking.createdAt} />
          </span>
        </p>
      </header>
      <div className="grid gap-6 sm:grid-cols-2">
        <Part title="When and where">
          <KeyValues
            items={[
              ['Day', `${formatTime(booking.start, zone, 'day')} ${wallClock(booking.start, zone).year}`],
              ['Time', <Period key="time" from={booking.start} to={booking.end} zone={zone} />],
              ['Duration', durationText(booking.start, booking.end)],
              ['Place', `${booking.place.title} (${zone})`],
              ['Kind', words(booking.callType)],
            ]}
          />
        </Part>
        <Part title="Who">
          <KeyValues
            items={[
              ['Model', `${booking.model.name} (${booking.model.publicCode})`],
              ['Client', `${booking.client.name} (${booking.client.ref})`],
              booking.contact.phone !== null && ['Phone', booking.contact.phone],
              booking.contact.email !== null && ['Email', booking.contact.email],
              booking.inquiry && ['Inquiry', booking.inquiry.ref],
              booking.assignee && ['With', booking.assignee.name],
            ]}
          />
        </Part>
      </div>
      <Part title="Price">
        <Sums
          caption="Price lines"
          rows={booking.priceLines.map((line) => ({
            key: `${line.kind} ${line.label}`,
            label: line.label,
            amount: moneyText({ amount: line.amount, currency: booking.price.currency }),
          }))}
          total={{ label: 'Total', amount: moneyText(booking.price) }}
        />
      </Part>
      <Part title="Paid">
        {payments && payments.length > 0 ? (
          <Sums
            caption="Payments"
            rows={payments
              .filter((payment) => payment.status === 'succeeded')
              .map((payment) => ({
                key: payment.id,
                label: `${payment.ref}, ${words(payment.type).toLowerCase()}${payment.method ? ` by ${words(payment.method).toLowerCase()}` : ''}, ${formatTime(payment.createdAt, zone, 'date')}`,
                amount: moneyText(
                  payment.type === 'refund' ? { ...payment.amount, amount: -payment.amount.amount } : payment.amount,
                ),
              }))}
            total={{ label: 'Paid so far', amount: moneyText(booking.paid) }}
          />
        ) : (
          <p className="flex justify-between gap-4 text-sm">
            <span>Paid so far</span>
            <Money value={booking.paid} />
          </p>
        )}
        <p className="mt-2 flex justify-between gap-4 text-sm font-semibold">
          <span>Still to be paid</span>
          <Money value={{ ...booking.price, amount: Math.max(0, booking.price.amount - booking.paid.amount) }} />
        </p>
        {booking.depositRequired ? (
          <p className="mt-1 text-sm text-muted">
            Deposit {moneyText(booking.depositRequired)}, {words(booking.depositStatus).toLowerCase()}
            {booking.waived ? ', waived' : ''}.
          </p>
        ) : null}
      </Part>
      {booking.internalNotes ? (
        <Part title="Internal notes">
          <p className="text-sm whitespace-pre-wrap">{booking.internalNotes}</p>
        </Part>
      ) : null}
      {timeline ? (
        <Part title="Timeline">
          <ol className="text-sm">
            {timeline.map((item) => (
              <li key={item.id} className="flex flex-wrap gap-x-3 border-b border-line py-1 last:border-0">
                <span className="w-32 flex-none text-muted">
                  <TimeText at={item.at} zone={zone} />
                </span>
                <span className="min-w-0 flex-1">
                  <span className="first-letter:uppercase">{item.title}</span>
                  {item.body ? <span className="text-muted"> · {item.body}</span> : null}
                </span>
                <span className="text-muted">{item.by}</span>
              </li>
            ))}
          </ol>
        </Part>
      ) : null}
      <footer className="border-t border-line pt-3 text-xs text-muted">
        Printed {formatTime(printedAt, zone)} by {printedBy}. All times are of {zone}.
      </footer>
    </article>
  )
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h3 className="mb-1.5 border-b border-line pb-1 text-sm font-semibold">{title}</h3>
      {children}
    </section>
  )
}

interface Line {
  label: string
  amount: string
}

function Sums({ caption, rows, total }: { caption: string; rows: readonly (Line & { key: string })[]; total: Line }) {
  return (
    <table className="w-full text-sm">
      <caption className="sr-only">{caption}</caption>
      <thead className="sr-only">
        <tr>
          <th scope="col">For</th>
          <th scope="col">Amount</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.key}>
            <td className="py-0.5 pr-4">{row.label}</td>
            <td className="py-0.5 text-right whitespace-nowrap">{row.amount}</td>
          </tr>
        ))}
        <tr className="border-t border-line font-semibold">
          <td className="pt-1 pr-4">{total.label}</td>
          <td className="pt-1 text-right whitespace-nowrap">{total.amount}</td>
        </tr>
      </tbody>
    </table>
  )
}
