import type { MetaFunction } from '@remix-run/node'
import { Form, Link, useLoaderData, useNavigate } from '@remix-run/react'
import { useState } from 'react'
import { AuditValue } from '../../features/audit-value.tsx'
import { HistoryLink } from '../../features/history-link.tsx'
import { AGENCY_ZONE } from '../../features/places.server.ts'
import { parseLocalTime } from '../../local-time.server.ts'
import { entityPath, paths } from '../../paths.ts'
import { screen } from '../../screen.server.ts'
import { Badge, words } from '../../ui/badge.tsx'
import { Button, buttonClass, TextLink } from '../../ui/button.tsx'
import { Callout } from '../../ui/callout.tsx'
import { Card, Split } from '../../ui/card.tsx'
import { classNames } from '../../ui/class-names.ts'
import { PageHeader } from '../../ui/page-header.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { type Column, Table } from '../../ui/table.tsx'
import { formatTime, inputTime, TimeText } from '../../ui/time.tsx'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: data?.past ? `${data.past.entity.ref} as it was · Virel` : 'As it was · Virel' },
]
export const handle = { crumbs: () => [{ label: 'Audit', to: paths.audit() }, { label: 'As it was' }] }

type Input = Parameters<Parameters<Parameters<typeof screen>[0]>[0]['api']['audit']['asOf']>[0]

export const loader = screen(async ({ api, url, need }) => {
  need('audit.read')
  const ask = url.searchParams
  const [type, id, typed] = [ask.get('type'), ask.get('id'), ask.get('when')]
  const zone = AGENCY_ZONE
  if (!type || !id) return { past: null, problem: null, zone }
  const parsed = typed ? parseLocalTime(typed, zone) : undefined
  const problem = parsed && 'problem' in parsed ? parsed.problem : null
  const at = parsed && 'instant' in parsed ? parsed.instant : (ask.get('at') ?? new Date().toISOString())
  // What the address says is checked where every input is.
  const past = await api.audit.asOf({ entityType: type, entityId: id, at } as Input)
  return { past, problem, zone }
})

type Past = NonNullable<ReturnType<typeof useLoaderData<typeof loader>>['past']>

export default function AsOf() {
  const { past, problem, zone } = useLoaderData<typeof loader>()
  if (!past) {
    return (
      <>
        <PageHeader title="As it was" />
        <EmptyState title="Nothing chosen">Open a booking, an inquiry or a client and follow “How it was at…”.</EmptyState>
      </>
    )
  }
  const { entity } = past
  return (
    <>
      <PageHeader
        title={`${words(entity.type)} ${entity.ref} as of ${formatTime(past.at, zone)}`}
        badges={
          past.changed.length > 0 ? (
            <Badge tone="info">
              {past.changed.length === 1 ? 'One field is' : `${past.changed.length} fields are`} different now
            </Badge>
          ) : undefined
        }
        description="Read back from the audit log: the present, with every later step taken away."
        actions={<TextLink to={entityPath(entity.type, entity.id) ?? paths.audit()}>Open {entity.ref}</TextLink>}
      />
      <Split
        main={
          <Card title="Then and now" flush>
            {past.whole ? null : (
              <div className="px-4 pb-3">
                <Callout tone="warn" title="Not all of it is known">
                  An erasure took the contents of a step since then; what it changed is shown as it is now.
                </Callout>
              </div>
            )}
            {past.state === null ? (
              <EmptyState title="It did not exist yet">Choose a later moment.</EmptyState>
            ) : (
              <Comparison past={past} />
            )}
          </Card>
        }
        side={
          <>
            <Card title="Moment">
              <Chooser past={past} problem={problem} zone={zone} />
            </Card>
            <Card title="What happened" note="Newest first; choose one to see how it was just after.">
              <Moments past={past} />
              <HistoryLink type={entity.type} id={entity.id} />
            </Card>
          </>
        }
      />
    </>
  )
}

interface Line {
  field: string
  was: unknown
  is: unknown
  changed: boolean
}

/** What is different first, each group in the order the entity's fields have. */
function Comparison({ past }: { past: Past }) {
  const lines: Line[] = Object.keys(past.present ?? {}).map((field) => ({
    field,
    was: past.state?.[field],
    is: past.present?.[field],
    changed: past.changed.includes(field),
  }))
  const columns: readonly Column<Line>[] = [
    {
      key: 'field',
      header: 'Field',
      lead: true,
      cell: (line) => (
        <span className={classNames(line.changed && 'font-semibold')}>{words(line.field.replace(/_id$/, ''))}</span>
      ),
    },
    {
      key: 'then',
      header: 'Then',
      className: 'wrap max-w-md',
      cell: (line) => (
        <span className={classNames(line.changed && 'font-medium')}>
          <AuditValue field={line.field} value={line.was} labels={past.labels} currency={past.state?.currency} />
        </span>
      ),
    },
    {
      key: 'now',
      header: 'Now',
      className: 'wrap max-w-md',
      cell: (line) =>
        line.changed ? (
          <ins className="rounded bg-info-soft px-1 text-info-ink no-underline">
            <AuditValue field={line.field} value={line.is} labels={past.labels} currency={past.present?.currency} />
          </ins>
        ) : (
          <span className="text-muted">the same</span>
        ),
    },
  ]
  const sorted = [...lines.filter((line) => line.changed), ...lines.filter((line) => !line.changed)]
  return <Table caption="Fields then and now" columns={columns} rows={sorted} rowKey={(line) => line.field} tight />
}

function hrefOf(past: Past, at: string): string {
  return paths.asOf(past.entity.type, past.entity.id, at)
}

/** Where the chosen moment stands among the steps, oldest first; −1 before all of them. */
function placeOf(past: Past): number {
  const oldestFirst = [...past.moments].reverse()
  return oldestFirst.findLastIndex((moment) => moment.at <= past.at)
}

function Chooser({ past, problem, zone }: { past: Past; problem: string | null; zone: string }) {
  const navigate = useNavigate()
  const oldestFirst = [...past.moments].reverse()
  const place = placeOf(past)
  const [step, setStep] = useState(place)
  const [earlier, later] = [oldestFirst[place - 1], oldestFirst[place + 1]]
  const go = (to: number) => {
    const moment = oldestFirst[to]
    if (moment) navigate(hrefOf(past, moment.at), { preventScrollReset: true })
  }
  return (
    <div className="flex flex-col gap-3">
      <Form method="get" className="flex flex-wrap items-end gap-2">
        <input type="hidden" name="type" value={past.entity.type} />
        <input type="hidden" name="id" value={past.entity.id} />
        <label className="flex min-w-0 flex-1 flex-col gap-1 text-sm">
          <span className="text-xs text-muted">As of ({zone})</span>
          <input
            key={past.at}
            type="datetime-local"
            name="when"
            className="field"
            defaultValue={inputTime(past.at, zone)}
            required
          />
        </label>
        <Button type="submit">Show</Button>
      </Form>
      {problem ? <p className="text-sm text-bad-ink">{problem}</p> : null}
      {oldestFirst.length > 1 ? (
        <>
          <label className="flex flex-col gap-1 text-sm">
            <span className="text-xs text-muted">
              Step {Math.max(place, 0) + 1} of {oldestFirst.length}
            </span>
            <input
              key={past.at}
              type="range"
              min={0}
              max={oldestFirst.length - 1}
              defaultValue={Math.max(place, 0)}
              className="w-full accent-[var(--color-accent)]"
              onChange={(event) => setStep(Number(event.target.value))}
              onPointerUp={() => go(step)}
              onKeyUp={() => go(step)}
            />
          </label>
          <div className="flex gap-2">
            {earlier ? (
              <Link to={hrefOf(past, earlier.at)} preventScrollReset className={buttonClass({ tone: 'secondary' })}>
                Step before
              </Link>
            ) : null}
            {later ? (
              <Link to={hrefOf(past, later.at)} preventScrollReset className={buttonClass({ tone: 'secondary' })}>
                Step after
              </Link>
            ) : null}
          </div>
        </>
      ) : null}
    </div>
  )
}

function Moments({ past }: { past: Past }) {
  const current = past.moments.find((moment) => moment.at <= past.at)
  return (
    <ol className="mb-3 flex max-h-96 flex-col gap-1 overflow-y-auto text-sm">
      {past.moments.map((moment) => (
        <li key={moment.id}>
          <Link
            to={hrefOf(past, moment.at)}
            preventScrollReset
            aria-current={moment === current ? 'step' : undefined}
            className={classNames('block rounded px-2 py-1 hover:bg-hover', moment === current && 'bg-accent-soft')}
          >
            <span className="block font-medium">{words(moment.action.split('.').at(-1) ?? moment.action)}</span>
            <span className="block text-xs text-muted">
              <TimeText at={moment.at} /> · {moment.by}, {moment.via}
            </span>
          </Link>
        </li>
      ))}
    </ol>
  )
}
