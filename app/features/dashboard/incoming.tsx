import { paths } from '../../paths.ts'
import { Figure, Figures } from '../../ui/figure.tsx'
import type { DashboardData } from './types.ts'

/** What came in today, and how that compares with the days before. */
export function Incoming({ figures }: { figures: DashboardData['figures'] }) {
  const { past, inquiriesReceived, bookingsMade, exceptionsOpened } = figures
  const today = past.at(-1) ?? ''
  const parts = [
    { name: 'Inquiries today', values: inquiriesReceived, to: paths.inquiries.list({ from: today, to: today }) },
    { name: 'Bookings made today', values: bookingsMade, to: paths.bookings.list({ made: today }) },
    { name: 'Exceptions today', values: exceptionsOpened, to: paths.exceptions.list({ from: today, to: today }) },
  ].filter((part) => part.values !== null)
  const [first] = parts
  if (!first) return null
  return (
    <Figures label="Today" of={parts.length === 3 ? 3 : 2}>
      {parts.map(({ name, values, to }) => {
        const [now = 0, ...before] = [...(values ?? [])].reverse()
        const usual = before.reduce((sum, value) => sum + value, 0) / Math.max(1, before.length)
        return (
          <Figure
            key={name}
            name={name}
            value={now.toLocaleString('en-GB')}
            to={to}
            trend={{ label: `${name.replace(' today', '')}, last fourteen days`, values: values ?? [] }}
            note={`usually ${usual.toLocaleString('en-GB', { maximumFractionDigits: usual < 10 ? 1 : 0 })} a day`}
          />
        )
      })}
    </Figures>
  )
}
