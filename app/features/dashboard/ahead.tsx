import { paths } from '../../paths.ts'
import { TextLink } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { DayBars } from '../../ui/day-bars.tsx'
import type { DashboardData } from './types.ts'

/** How full the next fortnight is; a day opens its bookings. */
export function Ahead({ figures: { ahead, bookingsAhead } }: { figures: DashboardData['figures'] }) {
  if (!bookingsAhead) return null
  const { sure, open } = bookingsAhead
  return (
    <Card
      title="The next fourteen days"
      actions={
        <TextLink to={paths.bookings.list({ from: ahead[0], to: ahead.at(-1), sort: 'start' })} className="text-sm">
          All of them
        </TextLink>
      }
    >
      <DayBars
        caption="Bookings by the day they start"
        parts={['Confirmed', 'Not confirmed yet']}
        days={ahead.map((day, at) => ({
          day,
          values: [sure[at] ?? 0, open[at] ?? 0],
          to: paths.bookings.list({ from: day, to: day, sort: 'start' }),
        }))}
      />
    </Card>
  )
}
