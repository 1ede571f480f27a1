import { useLocation, useRevalidator } from '@remix-run/react'
import { useEffect, useMemo, useState } from 'react'
import { useLiveEvents } from '../../live/live-context.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { Refresher } from '../action-center/refresher.ts'
import { addressWith } from './addresses.ts'
import { EntriesTable } from './entries-table.tsx'
import { MonthView } from './month-view.tsx'
import { type Scale, scaleOf } from './scale.ts'
import { EntryPanel, StretchPanel } from './time-panel.tsx'
import { TimeFilters, TimeHeader, type ToolbarData } from './time-toolbar.tsx'
import { Timeline } from './timeline.tsx'
import type { Entry, EntryPage, Month, Roster, Stretch, TimelineAnswer } from './types.ts'
import { useTimeWork } from './use-time-work.ts'

type Shown =
  | { view: 'timeline'; midnights: string[]; roster: Roster; first: TimelineAnswer | null; page: EntryPage; sort: string }
  | { view: 'table'; midnights: string[]; page: EntryPage; sort: string }
  | { view: 'month'; month: Month; firstWeekday: number }

export type AvailabilityData = Shown & ToolbarData & { may: { book: boolean; models: boolean } }

/** The models' time: what takes it, as a timeline, a table or a month. */
export function AvailabilityPage({ data }: { data: AvailabilityData }) {
  return (
    <div className="time-page">
      <TimeHeader data={data} />
      <TimeFilters data={data} />
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

function TimelineStage({ data }: { data: AvailabilityData & { view: 'timeline' } }) {
  const { midnights, zone, roster } = data
  const scale = useMemo<Scale>(() => scaleOf(midnights, zone), [midnights, zone])
  const ids = useMemo(() => roster.items.map((model) => model.id), [roster.items])
  const work = useTimeWork({ ids, scale, first: data.first })
  const [open, setOpen] = useState<Entry | null>(null)
  const [draft, setDraft] = useState<Stretch | null>(null)
  const modelOf = (id: string) => roster.items.find((model) => model.id === id)
  const onOpen = (entry: Entry | null) => {
    setOpen(entry)
    setDraft(null)
  }
  const onDraft = (stretch: Stretch | null) => {
    setDraft(stretch)
    setOpen(null)
  }
  const shown = open ? (work.store.find(open.modelId, open.id) ?? open) : null
  const model = modelOf((shown ?? draft)?.modelId ?? '')
  return (
    <div className="time-stage" data-panel={model ? '' : undefined}>
      <Timeline
        work={work}
        models={roster.items}
        scale={scale}
        span={data.span}
        mayWrite={data.may.book}
        open={open}
        draft={draft}
        onOpen={onOpen}
        onDraft={onDraft}
      />
      {model ? (
        <div className="time-side">
          {shown ? (
            <EntryPanel
              entry={shown}
              model={model}
              zone={zone}
              mayWrite={data.may.book}
              onMove={(to) => work.change(shown, to)}
              onClose={() => onOpen(null)}
            />
          ) : draft ? (
            <StretchPanel stretch={draft} model={model} zone={zone} onChange={setDraft} onClose={() => onDraft(null)} />
          ) : null}
        </div>
      ) : null}
    </div>
  )
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
