import { useLocation, useRevalidator } from '@remix-run/react'
import { Plus } from 'lucide-react'
import { useEffect, useMemo } from 'react'
import { useLiveEvents } from '../../live/live-context.tsx'
import type { Refused } from '../../problem.ts'
import { LinkButton } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { Refresher } from '../action-center/refresher.ts'
import { addressWith } from './addresses.ts'
import type { May } from './carry-out.ts'
import { type Conflicts, ConflictsBanner } from './conflicts-banner.tsx'
import { EditCard, type Editing } from './edit-card.tsx'
import { EntriesTable } from './entries-table.tsx'
import { MonthView } from './month-view.tsx'
import { TimeLegend } from './time-legend.tsx'
import { TimeFilters, TimeHeader, type ToolbarData } from './time-toolbar.tsx'
import { TimelineStage } from './timeline-stage.tsx'
import type { EntryPage, Month, Roster, TimelineAnswer } from './types.ts'

type Shown =
  | { view: 'timeline'; midnights: string[]; roster: Roster; first: TimelineAnswer | null; page: EntryPage; sort: string }
  | { view: 'table'; page: EntryPage; sort: string; editing: Editing | null }
  | { view: 'month'; month: Month; firstWeekday: number }

export type AvailabilityData = Shown & ToolbarData & { may: May & { fix: boolean }; conflicts: Conflicts }

/** The models' time: what takes it, as a timeline, a table or a month. */
export function AvailabilityPage({ data, refused }: { data: AvailabilityData; refused?: Refused }) {
  return (
    <div className="time-page">
      <TimeHeader data={data}>{data.may.mark && data.view !== 'month' ? <NewTime /> : null}</TimeHeader>
      <ConflictsBanner conflicts={data.conflicts} mayFix={data.may.fix} refused={refused} />
      <FollowLive kinds={data.view === 'timeline' ? FOLLOWED : null} />
      <TimeFilters data={data} tools={data.view === 'timeline' ? <TimeLegend /> : undefined} />
      {data.view === 'table' && data.editing ? <EditCard editing={data.editing} refused={refused} /> : null}
      <View data={data} />
    </div>
  )
}

/** On the timeline one draws it; in the table, and on a phone, one types it. */
function NewTime() {
  const { search } = useLocation()
  return (
    <LinkButton to={addressWith(search, { view: 'table', edit: 'new' })} icon={<Plus aria-hidden="true" className="size-4" />}>
      New
    </LinkButton>
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
            <EntriesTable page={data.page} sort={data.sort} may={data.may} more={addressWith(search, { view: 'table' })} />
          </div>
        </>
      )
    case 'table':
      return <EntriesTable page={data.page} sort={data.sort} may={data.may} />
    case 'month':
      return <MonthView month={data.month} firstWeekday={data.firstWeekday} today={data.today} />
  }
}

/** Where there is no room for a timeline: as in timeline.css. */
const NARROW = '(max-width: 47.99rem)'
/** With a timeline only these: it reads models' time by itself. */
const FOLLOWED: readonly string[] = ['mismatch', 'model']

/** Reads the page again when something of these kinds changed; without kinds, whatever did. */
function FollowLive({ kinds }: { kinds: readonly string[] | null }) {
  const { revalidate } = useRevalidator()
  const refresher = useMemo(() => new Refresher(async () => revalidate()), [revalidate])
  useEffect(() => refresher.start(), [refresher])
  useLiveEvents((event) => {
    if (event.is === 'presence') return
    const isAll = kinds === null || window.matchMedia(NARROW).matches
    if (isAll || event.is !== 'change' || kinds.includes(event.change.entityType)) refresher.ask()
  })
  return null
}
