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
import { PageHeader } from '../../ui/page-header.tsx'
import { TimeText } from '../../ui/time.tsx'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: `${data?.task.ref ?? 'Task'} · Virel` }]
export const handle = {
  crumbs: (data: unknown) => [{ label: 'Tasks', to: paths.tasks.list() }, { label: refOf(data, 'task') }],
  live: ['task'],
}

export const loader = screen(async ({ api, params, may, user }) => {
  const id = idParam(params)
  const [task, people, history] = await Promise.all([
    api.tasks.get({ id }),
    may('tasks.assign') ? peopleToAssign(api, may) : null,
    historyOf(api, may, 'task', id),
  ])
  return { task, people, history, me: user?.id ?? '', mayWrite: may('tasks.write'), seesClient: may('clients.read') }
})

export const action = actions({
  status: async (form, { api, params }) => {
    const version = form.version()
    form.check()
    const { task, transition } = await api.tasks.setStatus({
      id: idParam(params),
      version,
      newStatus: form.text('newStatus'),
      reason: form.optional('reason'),
    })
    return { to: paths.tasks.detail(task.id), say: nowIs(task.ref, transition.to) }
  },
  assign: async (form, { api, params, user }) => {
    const task = await api.tasks.assign({ id: idParam(params), userId: form.optional('userId') ?? null })
    const who = task.assignee ? (task.assignee.id === user?.id ? 'you' : task.assignee.name) : 'nobody'
    return { to: paths.tasks.detail(task.id), say: `${task.ref} is now with ${who}.` }
  },
  note: async (form, { api, params }) => {
    const id = idParam(params)
    await api.tasks.addNote({ id, body: form.text('body') })
    return { to: paths.tasks.detail(id), say: 'Note added.' }
  },
})

export default function TaskPage() {
  const { task, people, history, me, mayWrite, seesClient } = useLoaderData<typeof loader>()
  const refused = useRefused()
  const finished = task.completedAt !== null
  useEntityCommands({ ...task, taker: mayWrite && !finished ? me : null })
  return (
    <>
      <PageHeader
        title={task.subject}
        badges={
          <>
            <EntityStatus status={task.status} />
            {['high', 'critical'].includes(task.priority) ? <Urgency level={task.priority} /> : null}
          </>
        }
        description={`${task.ref}, ${words(task.type).toLowerCase()}`}
      />
      <Split
        main={
          <>
            <Card title="Next step">
              {task.statusReason ? <p className="mb-2 text-sm text-muted">Reason given: {task.statusReason}</p> : null}
              <Transitions possible={task.possible} version={task.version} refused={refused} />
            </Card>
            {task.details ? (
              <Card title="Details">
                <p className="max-w-prose text-sm whitespace-pre-wrap">{task.details}</p>
              </Card>
            ) : null}
            <Card title="Notes">
              <Notes notes={task.notes} mayAdd={mayWrite} refused={refused} />
            </Card>
            {history ? <History {...history} /> : null}
          </>
        }
        side={
          <>
            <Card title="About">
              <KeyValues
                items={[
                  task.entity && [words(task.entity.type), <EntityRef key="entity" entity={task.entity} />],
                  task.client && [
                    'Client',
                    seesClient ? (
                      <TextLink key="client" to={paths.clients.detail(task.client.id)}>
                        {task.client.name}
                      </TextLink>
                    ) : (
                      task.client.name
                    ),
                  ],
                  ['Priority', <Urgency key="priority" level={task.priority} />],
                  task.slaDeadlineAt !== null && [
                    'Deadline',
                    <span key="deadline">
                      <TimeText at={task.slaDeadlineAt} />
                      {finished ? null : (
                        <>
                          {' '}
                          (<Countdown until={task.slaDeadlineAt} />)
                        </>
                      )}
                    </span>,
                  ],
                  task.dueAt !== null && ['Due', <TimeText key="due" at={task.dueAt} />],
                  ['Made', <TimeText key="made" at={task.createdAt} />],
                  ['By', task.createdBy?.name ?? 'Virel'],
                  task.completedAt !== null && ['Finished', <TimeText key="finished" at={task.completedAt} />],
                ]}
              />
            </Card>
            <Card title="Assignment">
              <Assignment
                assignee={task.assignee}
                me={me}
                people={finished ? null : people}
                mayTake={mayWrite && !finished}
                refused={refused}
              />
            </Card>
          </>
        }
      />
    </>
  )
}
