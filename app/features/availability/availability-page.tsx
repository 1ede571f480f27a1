import { useLocation, useRevalidator } from '@remix-run/react'
import { useEffect, useMemo } from 'react'
import { useLiveEvents } from '../../live/live-context.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { Refresher } from '../action-center/refresher.ts'
import { addressWith } from './addresses.ts'
import type { May } from './carry-out.ts'
import { EntriesTable } from './entries-table.tsx'
import { MonthView } from './month-view.tsx'
import { TimeLegend } from './time-legend.tsx'
import { TimeFilters, TimeHeader, type ToolbarData } from './time-toolbar.tsx'
import { TimelineStage } from './timeline-stage.tsx'
import type { EntryPage, Month, Roster, TimelineAnswer } from './types.ts'

type Shown =
  | { view: 'timeline'; midnights: string[]; roster: Roster; first: TimelineAnswer | null; page: EntryPage; sort: string }
  | { view: 'table'; midnights: string[]; page: EntryPage; sort: string }
  | { view: 'month'; month: Month; firstWeekday: number }

export type AvailabilityData = Shown & ToolbarData & { may: May }

/** The models' time: what takes it, as a timeline, a table or a month. */
export function AvailabilityPage({ data }: { data: AvailabilityData }) {
  return (
    <div className="time-page">
      <TimeHeader data={data} />
      <TimeFilters data={data} tools={data.view === 'timeline' ? <TimeLegend /> : undefined} />
      <View data={data} />
    </div>
  )
}

function View({ data }: { data: AvailabilityData }) {
  const { search } = useLocation()
  switch (data.view) {
    case 'timeline':
      return (
        <>
          <div className="time-wide">
            {data.roster.items.length === 0 ? (
              <EmptyState title="Nobody here">No model fits these filters.</EmptyState>
            ) : (
              <TimelineStage key={`${data.midnights[0]} ${data.roster.items.map((model) => model.id).join()}`} data={data} />
            )}
          </div>
          <div className="time-narrow">
            <FollowLive />
            <EntriesTable page={data.page} sort={data.sort} more={addressWith(search, { view: 'table' })} />
          </div>
        </>
      )
    case 'table':
      return (
        <>
          <FollowLive />
          <EntriesTable page={data.page} sort={data.sort} />
        </>
      )
    case 'month':
      return (
        <>
          <FollowLive />
          <MonthView month={data.month} firstWeekday={data.firstWeekday} today={data.today} />
        </>
      )
  }
}

/** Reads the page again when somebody's time changed; where the timeline follows by itself this is not there. */
function FollowLive() {
  const { revalidate } = useRevalidator()
  const refresher = useMemo(() => new Refresher(async () => revalidate()), [revalidate])
  useEffect(() => refresher.start(), [refresher])
  useLiveEvents((event) => {
    if (event.is !== 'presence') refresher.ask()
  })
  return null
}
