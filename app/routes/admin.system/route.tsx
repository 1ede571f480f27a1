import type { MetaFunction } from '@remix-run/node'
import { useLoaderData, useRevalidator } from '@remix-run/react'
import { useEffect } from 'react'
import { useRefused } from '../../features/use-refused.ts'
import { paths } from '../../paths.ts'
import { actions, listQuery, screen } from '../../screen.server.ts'
import { StatusBadge, words } from '../../ui/badge.tsx'
import { Callout } from '../../ui/callout.tsx'
import { Card, KeyValues, Stack } from '../../ui/card.tsx'
import { Ago } from '../../ui/countdown.tsx'
import { Figure, Figures } from '../../ui/figure.tsx'
import { ActionForm, FormProblem, Submit } from '../../ui/form.tsx'
import { Pager } from '../../ui/list.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { type Column, Table } from '../../ui/table.tsx'
import { TimeText } from '../../ui/time.tsx'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction = () => [{ title: 'System · Virel' }]
export const handle = { crumbs: () => [{ label: 'System' }], live: ['job'] }

export const loader = screen(async ({ api, url, may }) => {
  const [health, { queues }, failed] = await Promise.all([
    api.system.health({}),
    api.system.queues({}),
    api.system.failedJobs(listQuery<Parameters<typeof api.system.failedJobs>[0]>(url, [])),
  ])
  return { health, queues, failed, mayRetry: may('system.retry') }
})

export const action = actions({
  retry: async (form, { api }) => {
    const job = await api.system.retryJob({ id: form.text('id') })
    return { to: paths.system(), say: `${job.task} (job ${job.id}) runs again.` }
  },
})

const PROVIDER_STATES = {
  closed: 'Answers',
  open: 'Does not answer; not asked for a moment',
  half_open: 'Being tried again',
}
const PAYMENTS_BY = {
  live: 'Stripe, real money.',
  test: 'Stripe in test mode: no money moves.',
  simulator: 'A simulator of Stripe on this machine: no money moves.',
  none: 'Nobody takes money online here: give the keys of Stripe.',
}

const REFRESH_MS = 10_000

type Data = ReturnType<typeof useLoaderData<typeof loader>>

const QUEUES: readonly Column<Data['queues'][number]>[] = [
  { key: 'name', header: 'Queue', lead: true, cell: (row) => <span className="font-medium">{words(row.name)}</span> },
  { key: 'waiting', header: 'Waiting', end: true, cell: (row) => row.waiting },
  {
    key: 'oldest',
    header: 'Oldest waits',
    end: true,
    cell: (row) => (row.waiting > 0 ? `${Math.round(row.oldestWaitingSeconds)} s` : '–'),
  },
  { key: 'running', header: 'Running', end: true, cell: (row) => row.running },
  { key: 'scheduled', header: 'Scheduled', end: true, cell: (row) => row.scheduled },
  {
    key: 'failed',
    header: 'Failed',
    end: true,
    cell: (row) => <span className={row.failed > 0 ? 'font-semibold text-bad-ink' : undefined}>{row.failed}</span>,
  },
]

const WORKERS: readonly Column<Data['health']['workers'][number]>[] = [
  { key: 'kind', header: 'Process', lead: true, cell: (row) => <span className="font-medium">{words(row.kind)}</span> },
  {
    key: 'state',
    header: 'State',
    cell: (row) =>
      row.stoppedAt ? (
        <StatusBadge tone="neutral" label="Stopped" />
      ) : (
        <StatusBadge tone={row.alive ? 'good' : 'bad'} label={row.alive ? 'Alive' : 'Silent'} />
      ),
  },
  { key: 'beat', header: 'Last heard', cell: (row) => <Ago at={row.beatAt} /> },
  { key: 'started', header: 'Started', cell: (row) => <TimeText at={row.startedAt} /> },
  { key: 'where', header: 'Where', cell: (row) => `${row.host}, pid ${row.pid}` },
]

export default function System() {
  const { health, queues, failed, mayRetry } = useLoaderData<typeof loader>()
  const refused = useRefused()
  const { revalidate } = useRevalidator()
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') revalidate()
    }, REFRESH_MS)
    return () => clearInterval(timer)
  }, [revalidate])

  const columns: readonly Column<Data['failed']['items'][number]>[] = [
    {
      key: 'task',
      header: 'Job',
      lead: true,
      cell: (row) => (
        <span>
          <span className="font-medium">{row.task}</span> <span className="text-muted">{row.id}</span>
        </span>
      ),
    },
    { key: 'queue', header: 'Queue', cell: (row) => words(row.queue) },
    { key: 'tries', header: 'Tries', end: true, cell: (row) => `${row.attempts} of ${row.maxAttempts}` },
    {
      key: 'error',
      header: 'Last error',
      className: 'wrap max-w-xl',
      cell: (row) => (row.lastError ? <span className="line-clamp-3 text-xs break-words">{row.lastError}</span> : null),
    },
    { key: 'at', header: 'Last tried', cell: (row) => <TimeText at={row.lastTriedAt} /> },
    {
      key: 'retry',
      header: 'Retry',
      hideHeader: true,
      cell: (row) =>
        mayRetry ? (
          <ActionForm intent="retry" refused={refused} carry={{ id: row.id }} only={{ name: 'id', value: row.id }}>
            <Submit tone="secondary" small busy="Asking…">
              Run again
            </Submit>
            <FormProblem className="mt-2" />
          </ActionForm>
        ) : null,
    },
  ]
  return (
    <>
      <PageHeader
        title="System"
        badges={
          <StatusBadge tone={health.status === 'ok' ? 'good' : 'warn'} label={health.status === 'ok' ? 'All well' : 'Degraded'} />
        }
      />
      <Stack>
        {health.problems.length > 0 ? (
          <Callout tone="warn" title="What is wrong">
            <ul className="list-disc pl-4">
              {health.problems.map((problem) => (
                <li key={problem}>{problem}</li>
              ))}
            </ul>
          </Callout>
        ) : null}
        <Figures label="How it is now" of={3}>
          <Figure name="Database answers in" value={`${health.database.latencyMs.toFixed(1)} ms`} />
          <Figure
            name="Events waiting to be passed on"
            value={String(health.outbox.waiting)}
            note={health.outbox.waiting > 0 ? `oldest for ${Math.round(health.outbox.lagSeconds)} s` : 'none is late'}
          />
          <Figure
            name="Open live screens"
            value={health.feed ? String(health.feed.listeners) : '–'}
            note={
              health.feed ? (health.feed.listening ? 'feed is listening' : 'feed is not listening') : 'no feed in this process'
            }
          />
        </Figures>
        <Card title="Audit log" note="Sealed in a chain; “npm run audit:verify” proves it.">
          <KeyValues
            items={[
              ['Last sealed', health.audit.seal ? <Ago key="at" at={health.audit.seal.at} /> : 'Never'],
              ['Seal', health.audit.seal ? `${health.audit.seal.number} of ${health.audit.seal.day}` : '–'],
              ['Waiting', health.audit.waiting === 1 ? '1 row' : `${health.audit.waiting} rows`],
              [
                'Head',
                <code key="head" className="text-xs break-all">
                  {health.audit.seal?.head ?? '–'}
                </code>,
              ],
            ]}
          />
        </Card>
        <Card title="Payments online" note={PAYMENTS_BY[health.payments.mode ?? 'none']}>
          <KeyValues
            items={[
              [
                'Provider',
                <StatusBadge
                  key="state"
                  tone={health.payments.state === 'closed' ? 'good' : health.payments.state === 'open' ? 'bad' : 'warn'}
                  label={PROVIDER_STATES[health.payments.state]}
                />,
              ],
              ['Back again', health.payments.lastOkAt ? <Ago key="at" at={health.payments.lastOkAt} /> : '–'],
              ['Last error', health.payments.lastError ?? '–'],
              ['Events waiting', String(health.payments.eventsWaiting)],
              [
                'Asked and not answered',
                health.payments.effectsUnknown > 0
                  ? `${health.payments.effectsOpen}, of ${health.payments.effectsUnknown} nobody knows the end`
                  : String(health.payments.effectsOpen),
              ],
              health.payments.simulatorUrl !== null && [
                'Stand-in',
                <a key="sim" className="underline" href={health.payments.simulatorUrl} rel="noreferrer" target="_blank">
                  {health.payments.simulatorUrl}
                </a>,
              ],
            ]}
          />
        </Card>
        <Card title="Queues" flush>
          <Table caption="Queues" columns={QUEUES} rows={queues} rowKey={(row) => row.name} />
        </Card>
        <Card title="Processes" flush>
          {health.workers.length > 0 ? (
            <Table caption="Processes" columns={WORKERS} rows={health.workers} rowKey={(row) => row.id} />
          ) : (
            <EmptyState title="No process has reported">Workers announce themselves when they start.</EmptyState>
          )}
        </Card>
        <Card title="Failed jobs" note="They ran out of tries and wait for a person." flush>
          {failed.items.length > 0 ? (
            <Table caption="Failed jobs" columns={columns} rows={failed.items} rowKey={(row) => row.id} />
          ) : (
            <EmptyState title="No failed jobs" />
          )}
          <Pager next={failed.nextCursor} previous={failed.prevCursor} shown={failed.items.length} />
        </Card>
      </Stack>
    </>
  )
}
