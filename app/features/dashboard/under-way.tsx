import { entityListPath } from '../../paths.ts'
import { words } from '../../ui/badge.tsx'
import { Card } from '../../ui/card.tsx'
import { BarChart } from '../../ui/chart.tsx'
import type { DashboardData } from './types.ts'

/** Where things stand that are not finished; a state opens its rows. */
export function UnderWay({ figures: { inquiries, bookings } }: { figures: DashboardData['figures'] }) {
  const parts = [
    { noun: 'inquiry', title: 'Inquiries under way', states: inquiries },
    { noun: 'booking', title: 'Bookings under way', states: bookings },
  ]
  return parts.map(({ noun, title, states }) =>
    states ? (
      <Card key={noun} title={title}>
        <BarChart
          caption={title}
          bars={states.map(({ status, count, more }) => ({
            label: words(status),
            value: count,
            more,
            to: entityListPath(noun, status),
          }))}
        />
      </Card>
    ) : null,
  )
}
