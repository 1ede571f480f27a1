import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { MismatchTabs } from '../../features/matching/mismatch-tabs.tsx'
import { placesOf } from '../../features/places.server.ts'
import { Urgency } from '../../features/status-badge.tsx'
import { optionsOf, SEVERITIES } from '../../features/statuses.ts'
import { useRefused } from '../../features/use-refused.ts'
import { paths } from '../../paths.ts'
import { actions, listQuery, screen } from '../../screen.server.ts'
import { Badge, words } from '../../ui/badge.tsx'
import { LinkButton, TextLink } from '../../ui/button.tsx'
import { ActionForm, FormProblem, Submit } from '../../ui/form.tsx'
import { FilterBar, ListPanel, Pager } from '../../ui/list.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { Period, TimeText } from '../../ui/time.tsx'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction = () => [{ title: 'Mismatches · Virel' }]
export const handle = {
  crumbs: () => [{ label: 'Mismatches' }],
  live: ['mismatch', 'exception'],
}

const KINDS = ['booking_without_slot', 'overlapping_slots', 'slot_of_suspended', 'missing_cover', 'stale_calendar'] as const

/** Of these the summary does not say all. */
const SAYS_MORE: readonly string[] = ['overlapping_slots', 'slot_of_suspended', 'stale_calendar']

export const loader = screen(async ({ api, url, may }) => {
  const query = listQuery<Parameters<typeof api.mismatches.list>[0]>(url, ['kind', 'severity', 'modelId', 'location', 'resolved'])
  const [page, places] = await Promise.all([api.mismatches.list(query), placesOf(api)])
  return {
    page,
    places,
    mayFix: may('exceptions.write'),
    may: { slots: may('availability.write'), bookings: may('bookings.write'), calendars: may('calendars.manage') },
  }
})

export const action = actions({
  fix: async (form, { api, url }) => {
    const { mismatch, done } = await api.mismatches.fix({ id: form.text('mismatch'), key: form.text('key') })
    const how = mismatch.resolvedAt ? `${mismatch.ref} is mended.` : `${mismatch.ref} is still open: look again in a moment.`
    return { to: `${url.pathname}${url.search}`, say: `Done: ${done}. ${how}` }
  },
})

type Row = ReturnType<typeof useLoaderData<typeof loader>>['page']['items'][number]

export default function Mismatches() {
  const { page, places } = useLoaderData<typeof loader>()
  return (
    <>
      <PageHeader
        title="Mismatches"
        description="What does not fit in models’ time. Each closes by itself when it fits again."
        actions={<LinkButton to={paths.availability()}>Timeline</LinkButton>}
      />
      <MismatchTabs current="mismatches" seesMismatches />
      <div className="mb-3">
        <FilterBar
          keep={['modelId']}
          filters={[
            { name: 'kind', label: 'Kind', any: 'Any kind', options: optionsOf(KINDS) },
            { name: 'severity', label: 'Severity', any: 'Any severity', options: optionsOf(SEVERITIES) },
            {
              name: 'location',
              label: 'Place',
              any: 'Any place',
              options: places.map(({ slug, title }) => ({ value: slug, label: title })),
            },
            { name: 'resolved', label: 'State', any: 'Open', options: [{ value: 'true', label: 'Mended too' }] },
          ]}
        />
      </div>
      <ListPanel
        empty={
          page.items.length === 0 ? (
            <EmptyState title="Everything fits">
              No booking is outside of her hours, no slots disagree, cover is there and calendars answer.
            </EmptyState>
          ) : undefined
        }
        pager={<Pager next={page.nextCursor} previous={page.prevCursor} shown={page.items.length} />}
      >
        <ul className="divide-y divide-line">
          {page.items.map((row) => (
            <Mismatch key={row.id} row={row} />
          ))}
        </ul>
      </ListPanel>
    </>
  )
}

function Mismatch({ row }: { row: Row }) {
  const { mayFix } = useLoaderData<typeof loader>()
  return (
    <li className="flex flex-col gap-1.5 px-4 py-3" data-row>
      <div className="flex flex-wrap items-center gap-2">
        <Urgency level={row.severity} />
        <span className="min-w-0 font-medium wrap-anywhere">{row.summary}</span>
        {row.resolvedAt ? <Badge tone="good">Mended</Badge> : null}
      </div>
      <p className="text-xs text-muted">
        {row.ref} · {words(row.kind)}
        {row.occurrences > 1 ? ` · ${row.occurrences} times` : ''}
        {row.from && row.to ? (
          <>
            {' · '}
            <Period from={row.from} to={row.to} zone={row.location?.zone} />
          </>
        ) : null}
        {' · found '}
        <TimeText at={row.detectedAt} />
        {row.exception ? (
          <>
            {' · '}
            <TextLink to={paths.exceptions.detail(row.exception.id)}>
              {row.exception.ref} {words(row.exception.status).toLowerCase()}
            </TextLink>
          </>
        ) : null}
      </p>
      {SAYS_MORE.includes(row.kind) ? <p className="text-sm text-muted">{row.actual}</p> : null}
      {row.resolvedAt ? null : (
        <div className="flex flex-wrap gap-2">
          {row.fixes.map((fix) => (
            <Fix key={fix.key} row={row} fix={fix} mayFix={mayFix} />
          ))}
        </div>
      )}
    </li>
  )
}

function Fix({ row, fix, mayFix }: { row: Row; fix: Row['fixes'][number]; mayFix: boolean }) {
  const { may } = useLoaderData<typeof loader>()
  const refused = useRefused()
  const { action } = fix
  if (action.kind === 'open') {
    const to = {
      booking: paths.bookings.detail,
      model: paths.models.detail,
      calendar: paths.models.detail,
      cover: () => paths.cover(),
    }
    return (
      <LinkButton to={to[action.entity](action.id)} small tone="quiet">
        {fix.label}
      </LinkButton>
    )
  }
  const needs = action.kind === 'move_booking' ? may.bookings : action.kind === 'read_calendar' ? may.calendars : may.slots
  if (!mayFix || !needs) return null
  const mine = refused?.values.mismatch?.[0] === row.id && refused.values.key?.[0] === fix.key ? refused : undefined
  return (
    <ActionForm intent="fix" refused={mine} carry={{ mismatch: row.id, key: fix.key }} className="flex flex-col gap-2">
      <FormProblem />
      <Submit small tone="secondary">
        {fix.label}
      </Submit>
    </ActionForm>
  )
}
