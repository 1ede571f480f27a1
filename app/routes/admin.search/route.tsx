import type { MetaFunction } from '@remix-run/node'
import { Form, Link, useLoaderData, useLocation } from '@remix-run/react'
import { askedWords, Highlight } from '../../features/search/highlight.tsx'
import { countText, type Hit, hitText, kindLabel, SEARCH_KINDS } from '../../features/search/kinds.ts'
import { EntityStatus, Urgency } from '../../features/status-badge.tsx'
import { paths } from '../../paths.ts'
import { actions, screen } from '../../screen.server.ts'
import { Button, TextLink } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { ListPanel, Pager } from '../../ui/list.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { RowLink } from '../../ui/table.tsx'
import { Tabs } from '../../ui/tabs.tsx'
import { SavedSearches } from './saved-searches.tsx'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: `${data?.q ? `${data.q} · ` : ''}Search · Virel` }]
export const handle = { crumbs: () => [{ label: 'Search' }] }

export const loader = screen(async ({ api, url, may }) => {
  const q = (url.searchParams.get('q') ?? '').trim()
  const wanted = url.searchParams.get('kind')
  const kinds = SEARCH_KINDS.filter(({ needs }) => may(needs))
  const kind = wanted ? (kinds.find((one) => one.kind === wanted)?.kind ?? null) : null
  const whose = url.searchParams.get('assignedTo')
  const assignedTo = whose === 'me' || whose === 'none' ? whose : undefined
  const cursor = url.searchParams.get('cursor') ?? undefined
  const [all, page, views] = await Promise.all([
    q && !cursor ? api.search.everything({ q, limit: 6 }) : null,
    q && kind ? api.search.kind({ q, kind, assignedTo, cursor }) : null,
    api.views.list({ screen: 'search' }),
  ])
  return { q, kind, assignedTo, kinds: kinds.map((one) => one.kind), all, page, views: views.items, mayShare: may('views.share') }
})

export const action = actions({
  save: async (form, { api }) => {
    const query = form.text('query')
    const name = form.requiredText('name', 'Give it a name.')
    form.check()
    const view = await api.views.create({ screen: 'search', name, query, isShared: form.checked('isShared') })
    return { to: `${paths.search()}?${query}`, say: `“${view.name}” is saved.` }
  },
  rename: async (form, { api }) => {
    const name = form.requiredText('name', 'Give it a name.')
    const version = form.version()
    form.check()
    const view = await api.views.update({ id: form.text('id'), version, name })
    return { to: `${paths.search()}?${form.text('query')}`, say: `It is called “${view.name}” now.` }
  },
  delete: async (form, { api }) => {
    const { name } = await api.views.delete({ id: form.text('id') })
    return { to: `${paths.search()}?${form.text('query')}`, say: `“${name}” is deleted.` }
  },
})

export default function SearchPage() {
  const { q, views, mayShare } = useLoaderData<typeof loader>()
  return (
    <>
      <PageHeader title="Search" />
      <SearchForm />
      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-4 lg:grid-cols-[minmax(0,1fr)_22rem]">
        <div>{q ? <Results /> : <Hint />}</div>
        <Card title="Saved searches">
          <SavedSearches views={views} canSave={q !== ''} mayShare={mayShare} />
        </Card>
      </div>
    </>
  )
}

function SearchForm() {
  const { q, kind, assignedTo } = useLoaderData<typeof loader>()
  return (
    <Form method="get" role="search" aria-label="Everything" className="mb-4 flex max-w-3xl gap-2" key={q}>
      {kind ? <input type="hidden" name="kind" value={kind} /> : null}
      {assignedTo ? <input type="hidden" name="assignedTo" value={assignedTo} /> : null}
      <input
        type="search"
        name="q"
        aria-label="What to search for"
        defaultValue={q}
        maxLength={200}
        placeholder="Ref, name, words, phone or email"
        className="field flex-1"
        data-search
      />
      <Button type="submit" tone="primary">
        Search
      </Button>
    </Form>
  )
}

function Hint() {
  return (
    <ListPanel
      empty={
        <EmptyState title="One box for everything">
          A ref such as B-1235, with or without the dash; words in any order, or their beginnings; a phone number however it is
          written, or its last digits; an email address. A slip of the keys is forgiven.
        </EmptyState>
      }
    >
      {null}
    </ListPanel>
  )
}

function Results() {
  const { q, kind, all, page, kinds } = useLoaderData<typeof loader>()
  const location = useLocation()
  const corrected = (page ?? all)?.corrected
  const groups = all?.groups ?? []
  const tabs = [
    { label: 'Everything', to: paths.search({ q }), current: kind === null },
    ...kinds
      .map((one) => ({ one, group: groups.find((group) => group.kind === one) }))
      .filter(({ one, group }) => group || one === kind)
      .map(({ one, group }) => ({
        label: group ? `${kindLabel(one)} ${countText(group)}` : kindLabel(one),
        to: paths.search({ q, kind: one }),
        current: kind === one,
      })),
  ]
  const asked = askedWords(q, corrected)
  const isEmpty = kind ? page?.items.length === 0 : groups.length === 0
  const back = new URLSearchParams(location.search)
  back.delete('cursor')
  return (
    <>
      <Tabs label="Kinds" tabs={tabs} />
      {corrected ? (
        <p className="mb-3 text-sm text-muted">
          Nothing has “{q}”. Shown is what was found for <span className="font-medium text-text">“{corrected.join(', ')}”</span>.
        </p>
      ) : null}
      {kind && page ? (
        <>
          <Whose />
          <ListPanel
            empty={isEmpty ? <Nothing /> : undefined}
            pager={<Pager next={page.nextCursor} previous={null} shown={page.items.length} />}
          >
            <HitList label={kindLabel(kind)} hits={page.items} asked={asked} />
          </ListPanel>
          {location.search.includes('cursor=') ? (
            <p className="mt-2 text-sm">
              <TextLink to={`?${back}`}>Back to the first page</TextLink>
            </p>
          ) : null}
        </>
      ) : isEmpty ? (
        <ListPanel empty={<Nothing />}>{null}</ListPanel>
      ) : (
        <div className="flex flex-col gap-4">
          {groups.map((group) => (
            <section key={group.kind} aria-labelledby={`found-${group.kind}`}>
              <div className="mb-1 flex items-baseline justify-between gap-2">
                <h2 id={`found-${group.kind}`} className="font-semibold">
                  {kindLabel(group.kind)} <span className="text-sm font-normal text-muted">{countText(group)}</span>
                </h2>
                {group.more ? (
                  <TextLink to={paths.search({ q, kind: group.kind })}>All {kindLabel(group.kind).toLowerCase()}</TextLink>
                ) : null}
              </div>
              <ListPanel>
                <HitList label={kindLabel(group.kind)} hits={group.items} asked={asked} />
              </ListPanel>
            </section>
          ))}
        </div>
      )}
    </>
  )
}

function Nothing() {
  return (
    <EmptyState title="Nothing found">
      Nothing that you may see has all of these words. Try fewer, or only the beginning of one.
    </EmptyState>
  )
}

function Whose() {
  const { q, kind, assignedTo } = useLoaderData<typeof loader>()
  if (!kind || !SEARCH_KINDS.find((one) => one.kind === kind)?.assignable) return null
  const choices = [
    ['Anyone’s', undefined],
    ['Mine', 'me'],
    ['Nobody’s', 'none'],
  ] as const
  return (
    <nav aria-label="Whose" className="mb-2 flex gap-1">
      {choices.map(([label, value]) => (
        <Link
          key={label}
          to={paths.search({ q, kind, assignedTo: value })}
          aria-current={assignedTo === value ? 'true' : undefined}
          className={`btn btn-sm ${assignedTo === value ? 'bg-accent-soft text-link' : 'btn-secondary'}`}
        >
          {label}
        </Link>
      ))}
    </nav>
  )
}

function HitList({ label, hits, asked }: { label: string; hits: readonly Hit[]; asked: readonly string[] }) {
  return (
    <ul aria-label={label} className="divide-y divide-line">
      {hits.map((hit) => {
        const { title, details, to } = hitText(hit)
        return (
          <li key={hit.id} data-row className="flex items-center gap-3 px-4 py-2">
            <div className="min-w-0 flex-1">
              <RowLink to={to}>
                <Highlight text={title} asked={asked} />
              </RowLink>
              <p className="truncate text-xs text-muted">
                {title === hit.ref ? null : `${hit.ref}${details.length > 0 ? ' · ' : ''}`}
                <Highlight text={details.join(' · ')} asked={asked} />
              </p>
            </div>
            {hit.urgency && ['high', 'critical'].includes(hit.urgency) ? <Urgency level={hit.urgency} /> : null}
            {hit.kind === 'client' ? null : <EntityStatus status={hit.status} />}
          </li>
        )
      })}
    </ul>
  )
}
