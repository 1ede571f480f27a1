import { useLocation } from '@remix-run/react'
import { paths } from '../../paths.ts'
import { Badge, type Tone } from '../../ui/badge.tsx'
import { LinkButton, TextLink } from '../../ui/button.tsx'
import { Countdown } from '../../ui/countdown.tsx'
import { ListPanel, Pager } from '../../ui/list.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { type Column, RowLink, Table } from '../../ui/table.tsx'
import { durationText, Period } from '../../ui/time.tsx'
import { EntityStatus } from '../status-badge.tsx'
import { addressWith } from './addresses.ts'
import { isMovable, type May } from './carry-out.ts'
import { kindWord } from './entry-words.ts'
import type { EntryPage } from './types.ts'

type Row = EntryPage['items'][number]

const TONES: Record<Row['kind'], Tone> = {
  booking: 'accent',
  hold: 'warn',
  request: 'info',
  time_off: 'neutral',
  tour_duty: 'plum',
  travel: 'neutral',
  available: 'good',
  tentative: 'warn',
  unavailable: 'bad',
}

const COLUMNS: readonly Column<Row>[] = [
  {
    key: 'model',
    header: 'Model',
    sort: 'model',
    lead: true,
    cell: (row) => (
      <RowLink to={row.booking ? paths.bookings.detail(row.booking.id) : paths.models.detail(row.model.id)}>
        {row.model.name}
      </RowLink>
    ),
  },
  { key: 'kind', header: 'What', sort: 'kind', cell: (row) => <Badge tone={TONES[row.kind]}>{kindWord(row.kind)}</Badge> },
  {
    key: 'when',
    header: 'When',
    sort: 'start',
    cell: (row) => <Period from={row.start} to={row.end} zone={row.booking?.zone ?? row.model.zone} />,
  },
  { key: 'length', header: 'Length', cell: (row) => durationText(row.start, row.end) },
  { key: 'for', header: 'For', cell: (row) => (row.booking ? `${row.booking.client}, ${row.booking.place}` : row.note) },
  {
    key: 'status',
    header: 'Status',
    cell: (row) =>
      row.booking ? (
        <span className="flex items-center gap-2">
          <EntityStatus status={row.booking.status} />
          {row.expiresAt ? <Countdown until={row.expiresAt} /> : null}
        </span>
      ) : null,
  },
  { key: 'ref', header: 'Ref', cell: (row) => row.booking?.ref },
]

/** What takes the models' time, as a table: what phones and readers of a screen get, and who wants to sort. */
export function EntriesTable({
  page,
  sort,
  may,
  more,
}: {
  page: EntryPage
  sort: string
  may: May
  /** Where all of them are, when these are the first. */
  more?: string
}) {
  const { search } = useLocation()
  const edit: Column<Row> = {
    key: 'edit',
    header: 'Edit',
    hideHeader: true,
    end: true,
    cell: (row) =>
      isMovable(row, may) ? (
        <TextLink to={addressWith(search, { view: 'table', edit: row.id })} preventScrollReset>
          Edit<span className="sr-only"> {row.booking?.ref ?? kindWord(row.kind)}</span>
        </TextLink>
      ) : null,
  }
  return (
    <ListPanel
      empty={
        page.items.length === 0 ? (
          <EmptyState title="Nothing takes their time">
            No booking, hold or time off of these models lies in these days.
          </EmptyState>
        ) : undefined
      }
      pager={
        more ? (
          page.nextCursor ? (
            <div className="p-3">
              <LinkButton to={more}>Show all</LinkButton>
            </div>
          ) : null
        ) : (
          <Pager next={page.nextCursor} previous={page.prevCursor} shown={page.items.length} />
        )
      }
    >
      <Table
        caption="What takes the models’ time"
        columns={[...COLUMNS, edit]}
        rows={page.items}
        rowKey={(row) => row.id}
        sort={sort}
        tight
      />
    </ListPanel>
  )
}
