import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { Assignment } from '../../features/assignment.tsx'
import { useEntityCommands } from '../../features/entity-commands.ts'
import { EntityRef } from '../../features/entity-ref.tsx'
import { refOf } from '../../features/handle.ts'
import { historyOf } from '../../features/history.server.ts'
import { History } from '../../features/history.tsx'
import { Notes } from '../../features/notes.tsx'
import { peopleToAssign } from '../../features/people.server.ts'
import { EntityStatus, Urgency } from '../../features/status-badge.tsx'
import { nowIs } from '../../features/transition-form.server.ts'
import { Transitions } from '../../features/transitions.tsx'
import { useRefused } from '../../features/use-refused.ts'
import { paths } from '../../paths.ts'
import { actions, idParam, screen } from '../../screen.server.ts'
import { words } from '../../ui/badge.tsx'
import { TextLink } from '../../ui/button.tsx'
import { Card, KeyValues, Split } from '../../ui/card.tsx'
import { Countdown } from '../../ui/countdown.tsx'
import { ActionForm, Field, FormProblem, Submit, Textarea } from '../../ui/form.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { Step } from '../../ui/step.tsx'
import { TimeText } from '../../ui/time.tsx'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: `${data?.exception.ref ?? 'Exception'} · Virel` }]
export const handle = {
  crumbs: (data: unknown) => [{ label: 'Exceptions', to: paths.exceptions.list() }, { label: refOf(data, 'exception') }],
  live: ['exception'],
}

export const loader = screen(async ({ api, params, may, user }) => {
  const id = idParam(params)
  const [exception, people, history] = await Promise.all([
    api.exceptions.get({ id }),
    may('exceptions.write') && may('tasks.assign') ? peopleToAssign(api, may) : null,
    historyOf(api, may, 'exception', id),
  ])
  return { exception, people, history, me: user?.id ?? '', mayWrite: may('exceptions.write'), seesClient: may('clients.read') }
})

export const action = actions({
  status: async (form, { api, params }) => {
    const version = form.version()
    form.check()
    const { exception, transition } = await api.exceptions.setStatus({
      id: idParam(params),
      version,
      newStatus: form.text('newStatus'),
      reason: form.optional('reason'),
    })
    return { to: paths.exceptions.detail(exception.id), say: nowIs(exception.ref, transition.to) }
  },
  resolve: async (form, { api, params }) => {
    const resolution = form.requiredText('resolution', 'Say how it was resolved.')
    form.check()
    const { exception } = await api.exceptions.resolve({ id: idParam(params), resolution })
    return { to: paths.exceptions.detail(exception.id), say: `${exception.ref} is resolved.` }
  },
  dismiss: async (form, { api, params }) => {
    const reason = form.requiredText('reason', 'Say why it is dismissed.')
    form.check()
    const { exception } = await api.exceptions.dismiss({ id: idParam(params), reason })
    return { to: paths.exceptions.detail(exception.id), say: `${exception.ref} is dismissed.` }
  },
  assign: async (form, { api, params, user }) => {
    const exception = await api.exceptions.assign({ id: idParam(params), userId: form.optional('userId') ?? null })
    const who = exception.assignee ? (exception.assignee.id === user?.id ? 'you' : exception.assignee.name) : 'nobody'
    return { to: paths.exceptions.detail(exception.id), say: `${exception.ref} is now with ${who}.` }
  },
  note: async (form, { api, params }) => {
    const id = idParam(params)
    await api.exceptions.addNote({ id, body: form.text('body') })
    return { to: paths.exceptions.detail(id), say: 'Note added.' }
  },
})

/** Steps that have a form of their own here. */
const CLOSING = ['resolved', 'dismissed']

export default function ExceptionPage() {
  const { exception, people, history, me, mayWrite, seesClient } = useLoaderData<typeof loader>()
  const refused = useRefused()
  const closed = exception.closedAt !== null
  useEntityCommands({ ...exception, taker: mayWrite && !closed ? me : null })
  const details = Object.entries(exception.details)
  return (
    <>
      <PageHeader
        title={exception.summary}
        badges={
          <>
            <EntityStatus status={exception.status} />
            <Urgency level={exception.severity} />
          </>
        }
        description={`${exception.ref}, ${words(exception.type).toLowerCase()}${exception.occurrences > 1 ? `, seen ${exception.occurrences} times` : ''}`}
      />
      <Split
        main={
          <>
            <Card title={closed ? 'How it ended' : 'Next step'}>
              {exception.resolution ? <p className="text-sm whitespace-pre-wrap">{exception.resolution}</p> : null}
              {closed ? null : (
                <>
                  <Transitions
                    possible={exception.possible.filter((step) => !CLOSING.includes(step.to))}
                    version={exception.version}
                    refused={refused}
                  />
                  {mayWrite ? (
                    <div className="mt-2 flex flex-wrap items-start gap-2">
                      <Step label="Resolve" open={refused?.intent === 'resolve'}>
                        <ActionForm intent="resolve" refused={refused} className="flex w-80 max-w-full flex-col gap-2">
                          <FormProblem own={['resolution']} />
                          <Field name="resolution" label="How was it resolved?" required>
                            <Textarea rows={3} maxLength={2000} />
                          </Field>
                          <Submit className="self-start">Resolve</Submit>
                        </ActionForm>
                      </Step>
                      <Step label="Dismiss" open={refused?.intent === 'dismiss'}>
                        <ActionForm intent="dismiss" refused={refused} className="flex w-80 max-w-full flex-col gap-2">
                          <FormProblem own={['reason']} />
                          <Field name="reason" label="Why is it no problem?" required>
                            <Textarea rows={3} maxLength={500} />
                          </Field>
                          <Submit className="self-start">Dismiss</Submit>
                        </ActionForm>
                      </Step>
                    </div>
                  ) : null}
                </>
              )}
            </Card>
            {details.length > 0 ? (
              <Card title="Details">
                <KeyValues items={details.map(([name, value]) => [words(name), <Detail key={name} value={value} />])} />
              </Card>
            ) : null}
            <Card title="Notes">
              <Notes notes={exception.notes} mayAdd={mayWrite} refused={refused} />
            </Card>
            {history ? <History {...history} /> : null}
          </>
        }
        side={
          <>
            <Card title="About">
              <KeyValues
                items={[
                  exception.entity && [words(exception.entity.type), <EntityRef key="entity" entity={exception.entity} />],
                  exception.client && [
                    'Client',
                    seesClient ? (
                      <TextLink key="client" to={paths.clients.detail(exception.client.id)}>
                        {exception.client.name}
                      </TextLink>
                    ) : (
                      exception.client.name
                    ),
                  ],
                  exception.slaDeadlineAt !== null && [
                    'Deadline',
                    <span key="deadline">
                      <TimeText at={exception.slaDeadlineAt} />
                      {closed ? null : (
                        <>
                          {' '}
                          (<Countdown until={exception.slaDeadlineAt} />)
                        </>
                      )}
                    </span>,
                  ],
                  ['Raised', <TimeText key="raised" at={exception.createdAt} />],
                  ['By', exception.createdBy?.name ?? 'Virel'],
                  exception.closedAt !== null && ['Closed', <TimeText key="closed" at={exception.closedAt} />],
                ]}
              />
            </Card>
            <Card title="Assignment">
              <Assignment
                assignee={exception.assignee}
                me={me}
                people={closed ? null : people}
                mayTake={mayWrite && !closed}
                refused={refused}
              />
            </Card>
          </>
        }
      />
    </>
  )
}

/** Times and codes as people read them; anything else as it is. */
function Detail({ value }: { value: unknown }) {
  if (typeof value !== 'string') return <>{JSON.stringify(value)}</>
  if (/^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/.test(value)) return <TimeText at={value} />
  return <span className="whitespace-pre-wrap">{/^[a-z]+(_[a-z]+)+$/.test(value) ? words(value) : value}</span>
}
