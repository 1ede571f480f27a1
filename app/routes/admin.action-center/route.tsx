import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { EntityRef } from '../../features/entity-ref.tsx'
import { EntityStatus, Urgency } from '../../features/status-badge.tsx'
import { isEnding, isForward, optionsOf, PRIORITIES, WHOSE } from '../../features/statuses.ts'
import { nowIs } from '../../features/transition-form.server.ts'
import { useRefused } from '../../features/use-refused.ts'
import { paths } from '../../paths.ts'
import type { Refused } from '../../problem.ts'
import { actions, listQuery, screen } from '../../screen.server.ts'
import { words } from '../../ui/badge.tsx'
import { LinkButton, TextLink } from '../../ui/button.tsx'
import { classNames } from '../../ui/class-names.ts'
import { Countdown } from '../../ui/countdown.tsx'
import { ActionForm, Field, FormProblem, Submit, Textarea } from '../../ui/form.tsx'
import { FilterBar, Pager } from '../../ui/list.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { Step } from '../../ui/step.tsx'
import { RowLink } from '../../ui/table.tsx'
import { Tabs } from '../../ui/tabs.tsx'

export const meta: MetaFunction = () => [{ title: 'Action Center · Virel' }]
export const handle = { crumbs: () => [{ label: 'Action Center' }], live: ['task', 'exception'] }

export const loader = screen(async ({ api, url, may, user }) => {
  const query = listQuery<NonNullable<Parameters<typeof api.actionCenter.list>[0]>>(url, [
    'group',
    'kind',
    'priority',
    'type',
    'assignedTo',
    'breached',
  ])
  const list = await api.actionCenter.list(query)
  return {
    list,
    group: url.searchParams.get('group') ?? '',
    search: url.search,
    me: user?.id ?? '',
    mayWork: { task: may('tasks.write'), exception: may('exceptions.write') },
    seesClients: may('clients.read'),
  }
})

export const action = actions({
  status: async (form, { api, url }) => {
    const request = {
      id: form.text('id'),
      version: form.version(),
      newStatus: form.text('newStatus'),
      reason: form.optional('reason'),
    }
    form.check()
    if (form.text('kind') === 'exception') {
      const { exception, transition } = await api.exceptions.setStatus(request)
      return { to: here(url), say: nowIs(exception.ref, transition.to) }
    }
    const { task, transition } = await api.tasks.setStatus(request)
    return { to: here(url), say: nowIs(task.ref, transition.to) }
  },
  claim: async (form, { api, url, user }) => {
    const request = { id: form.text('id'), userId: user?.id ?? null }
    const item = form.text('kind') === 'exception' ? await api.exceptions.assign(request) : await api.tasks.assign(request)
    return { to: here(url), say: `${item.ref} is yours now.` }
  },
})

/** The list as it was filtered, without the form's own parameters. */
function here(url: URL): string {
  const search = new URLSearchParams(url.search)
  search.delete('index')
  const text = search.toString()
  return text ? `${url.pathname}?${text}` : url.pathname
}

type Item = ReturnType<typeof useLoaderData<typeof loader>>['list']['items'][number]

const GROUPS = [
  { key: 'urgent', label: 'Urgent', has: (item: Item) => item.priority === 'critical' },
  { key: 'high', label: 'High', has: (item: Item) => item.priority === 'high' },
  { key: 'normal', label: 'Normal', has: (item: Item) => !['critical', 'high'].includes(item.priority) },
] as const

export default function ActionCenter() {
  const { list, group, search } = useLoaderData<typeof loader>()
  const refused = useRefused()
  const to = (name: string) => {
    const next = new URLSearchParams(search)
    next.delete('cursor')
    if (name) next.set('group', name)
    else next.delete('group')
    return `?${next}`
  }
  const all = list.counts.urgent + list.counts.high + list.counts.normal
  const sections =
    group === 'completed'
      ? [{ key: 'completed', label: 'Completed', items: list.items }]
      : GROUPS.map((one) => ({ key: one.key, label: one.label, items: list.items.filter(one.has) }))
  // Something refused whose row has left the list since still has its say.
  const orphan = refused && !list.items.some((item) => item.id === refused.values.id?.[0])
  return (
    <>
      <PageHeader
        title="Action Center"
        description="What waits for a person, in working order. New items appear by themselves."
        actions={<LinkButton to={paths.tasks.new()}>New task</LinkButton>}
      />
      <Tabs
        label="Groups"
        tabs={[
          { label: 'All open', to: to(''), current: group === '', count: all },
          { label: 'Urgent', to: to('urgent'), current: group === 'urgent', count: list.counts.urgent },
          { label: 'High', to: to('high'), current: group === 'high', count: list.counts.high },
          { label: 'Normal', to: to('normal'), current: group === 'normal', count: list.counts.normal },
          { label: 'Completed', to: to('completed'), current: group === 'completed' },
        ]}
      />
      <div className="mb-3">
        <FilterBar
          keep={['group', 'type']}
          filters={[
            {
              name: 'kind',
              label: 'Kind',
              any: 'Tasks and exceptions',
              options: [
                { value: 'task', label: 'Tasks' },
                { value: 'exception', label: 'Exceptions' },
              ],
            },
            { name: 'priority', label: 'Priority', any: 'Any priority', options: optionsOf(PRIORITIES) },
            { name: 'assignedTo', label: 'With', any: 'Anyone’s', options: WHOSE },
            { name: 'breached', label: 'Deadline', any: 'Late or not', options: [{ value: 'true', label: 'Late' }] },
          ]}
        />
      </div>
      {orphan ? (
        <div className="mb-3">
          <ActionForm intent={refused.intent} refused={refused}>
            <FormProblem />
          </ActionForm>
        </div>
      ) : null}
      {list.items.length === 0 ? (
        <div className="rounded-lg border border-line bg-surface shadow-card">
          <EmptyState title={group === 'completed' ? 'Nothing completed yet' : 'Nothing waits for you'}>
            {group === 'completed'
              ? 'What is done, failed, resolved or dismissed shows here.'
              : 'New tasks and exceptions appear here by themselves.'}
          </EmptyState>
        </div>
      ) : (
        <div className="flex flex-col gap-4">
          {sections.map((section) =>
            section.items.length > 0 ? (
              <section key={section.key} aria-labelledby={`group-${section.key}`}>
                <h2 id={`group-${section.key}`} className="mb-1.5 flex items-center gap-2 text-sm font-semibold">
                  {section.label}
                </h2>
                <ul className="divide-y divide-line rounded-lg border border-line bg-surface shadow-card">
                  {section.items.map((item) => (
                    <WorkItem key={item.id} item={item} refused={refused} />
                  ))}
                </ul>
              </section>
            ) : null,
          )}
        </div>
      )}
      <Pager next={list.nextCursor} shown={list.items.length} />
    </>
  )
}

function detailOf(item: Item): string {
  return item.kind === 'task' ? paths.tasks.detail(item.id) : paths.exceptions.detail(item.id)
}

function WorkItem({ item, refused }: { item: Item; refused?: Refused }) {
  const { me, mayWork, seesClients } = useLoaderData<typeof loader>()
  const open = item.possible.length > 0
  return (
    <li
      data-row
      className={classNames(
        'grid items-start gap-x-4 gap-y-2 px-4 py-2.5 has-[[data-row-link]:focus-visible]:bg-accent-soft md:grid-cols-[minmax(0,1fr)_auto_auto]',
        item.breached && 'shadow-[inset_3px_0_0_var(--danger)]',
      )}
    >
      <div className="min-w-0">
        <p>
          <RowLink to={detailOf(item)} className="text-text!">
            {item.subject}
          </RowLink>
        </p>
        <p className="mt-0.5 flex flex-wrap items-center gap-x-2 gap-y-1 text-xs text-muted">
          <span>
            {item.ref} · {words(item.type)}
          </span>
          {['critical', 'high'].includes(item.priority) ? <Urgency level={item.priority} /> : null}
          {['open'].includes(item.status) ? null : <EntityStatus status={item.status} />}
          {item.entity ? <EntityRef entity={item.entity} /> : null}
          {item.client ? (
            seesClients ? (
              <TextLink to={paths.clients.detail(item.client.id)}>{item.client.name}</TextLink>
            ) : (
              <span>{item.client.name}</span>
            )
          ) : null}
        </p>
      </div>
      <div className="text-xs md:w-36 md:text-right">
        {item.slaDeadlineAt && open ? <Countdown until={item.slaDeadlineAt} /> : null}
        <p className="text-muted">{item.assignee ? (item.assignee.id === me ? 'You' : item.assignee.name) : 'Nobody yet'}</p>
      </div>
      {mayWork[item.kind] && open ? <Quick item={item} refused={refused} /> : null}
    </li>
  )
}

/** The steps that are one press away, and taking it; the rest is on its page. */
function Quick({ item, refused }: { item: Item; refused?: Refused }) {
  const steps = item.possible.filter((step) => !step.refusedBy || step.needs.length > 0).slice(0, 3)
  const forward = steps.find((step) => isForward(step.to) && step.needs.length === 0)
  const carry = { id: item.id, kind: item.kind }
  const claimRefused = refused?.intent === 'claim' && refused.values.id?.[0] === item.id
  return (
    <div className="flex flex-wrap items-start gap-1.5 md:w-72 md:justify-end">
      {item.assignee && !claimRefused ? null : (
        <ActionForm intent="claim" refused={refused} carry={carry} only={{ name: 'id', value: item.id }}>
          {item.assignee ? null : (
            <Submit tone="secondary" small busy="Taking…">
              Assign to me
            </Submit>
          )}
          <FormProblem className="mt-2" />
        </ActionForm>
      )}
      {steps.map((step) => {
        const act = `${item.id} ${step.to}`
        const form = {
          intent: 'status',
          refused,
          carry: { ...carry, newStatus: step.to, version: item.version, act },
          only: { name: 'act', value: act },
        }
        if (step.needs.length === 0 && !isEnding(step.to)) {
          return (
            <ActionForm key={step.to} {...form}>
              <Submit tone={step === forward ? 'primary' : 'secondary'} small busy="Working…">
                {step.label}
              </Submit>
              <FormProblem className="mt-2" />
            </ActionForm>
          )
        }
        return (
          <Step key={step.to} label={step.label} small open={refused?.values.act?.[0] === act}>
            <ActionForm {...form} className="flex w-60 max-w-full flex-col gap-2">
              <FormProblem own={['reason']} />
              {step.needs.length > 0 ? (
                <Field name="reason" label={step.needs.includes('resolution') ? 'How was it resolved?' : 'Why?'} required>
                  <Textarea rows={2} maxLength={500} />
                </Field>
              ) : (
                <p className="text-xs">This can not be taken back.</p>
              )}
              <Submit tone={isEnding(step.to) ? 'danger' : 'primary'} small className="self-start" busy="Working…">
                {step.label}
              </Submit>
            </ActionForm>
          </Step>
        )
      })}
    </div>
  )
}
