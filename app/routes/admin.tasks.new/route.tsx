import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { peopleToAssign } from '../../features/people.server.ts'
import { AGENCY_ZONE } from '../../features/places.server.ts'
import { optionsOf, PRIORITIES } from '../../features/statuses.ts'
import { useRefused } from '../../features/use-refused.ts'
import { paths } from '../../paths.ts'
import { actions, screen } from '../../screen.server.ts'
import { words } from '../../ui/badge.tsx'
import { LinkButton } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { ActionForm, Field, FieldRow, FormProblem, Input, Select, Submit, Textarea } from '../../ui/form.tsx'
import { PageHeader } from '../../ui/page-header.tsx'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction = () => [{ title: 'New task · Virel' }]
export const handle = { crumbs: () => [{ label: 'Tasks', to: paths.tasks.list() }, { label: 'New' }] }

const ENTITIES = ['inquiry', 'booking', 'client', 'model', 'payment', 'exception'] as const
const TYPES = ['manual', 'call_back', 'follow_up', 'prepare', 'notify_model'] as const

export const loader = screen(async ({ api, may, url, user, need }) => {
  need('tasks.write')
  const type = url.searchParams.get('entityType')
  const id = url.searchParams.get('entityId')
  return {
    key: crypto.randomUUID(),
    about: type && id ? { type, id, ref: url.searchParams.get('ref') ?? '' } : null,
    people: may('tasks.assign') ? await peopleToAssign(api, may) : null,
    me: user ? { id: user.id, name: user.name } : null,
    zone: AGENCY_ZONE,
  }
})

export const action = actions({
  create: async (form, { api }) => {
    const dueAt = form.time('dueAt', AGENCY_ZONE)
    const entityType = form.pick('entityType', ENTITIES)
    const priority = form.pick('priority', PRIORITIES) ?? 'normal'
    const subject = form.requiredText('subject', 'Say what is to be done.')
    form.check()
    const task = await api.tasks.create({
      subject,
      details: form.text('details'),
      type: form.optional('type') ?? 'manual',
      priority,
      dueAt,
      entityType,
      entityId: form.optional('entityId'),
      assigneeId: form.optional('assigneeId'),
    })
    return { to: paths.tasks.detail(task.id), say: `Task ${task.ref} made.` }
  },
})

export default function NewTask() {
  const { key, about, people, me, zone } = useLoaderData<typeof loader>()
  const refused = useRefused()
  const choices = people ?? (me ? [me] : [])
  return (
    <div className="max-w-3xl">
      <PageHeader title="New task" description={about ? `About ${words(about.type).toLowerCase()} ${about.ref}` : undefined} />
      <ActionForm
        intent="create"
        refused={refused}
        carry={{ _key: key, entityType: about?.type, entityId: about?.id }}
        className="flex flex-col gap-4"
      >
        <FormProblem own={['subject', 'details', 'type', 'priority', 'dueAt', 'assigneeId']} />
        <Card>
          <div className="flex flex-col gap-3">
            <Field name="subject" label="What is to be done" required>
              <Input maxLength={300} />
            </Field>
            <Field name="details" label="Details">
              <Textarea rows={4} maxLength={10000} />
            </Field>
            <FieldRow>
              <Field name="type" label="Type" required>
                <Select options={optionsOf(TYPES)} />
              </Field>
              <Field name="priority" label="Priority" required hint="The deadline follows from it.">
                <Select defaultValue="normal" options={optionsOf(PRIORITIES)} />
              </Field>
              <Field name="dueAt" label={`Due (${zone})`}>
                <Input type="datetime-local" />
              </Field>
              <Field name="assigneeId" label="Who does it">
                <Select empty="Anyone" options={choices.map((person) => ({ value: person.id, label: person.name }))} />
              </Field>
            </FieldRow>
          </div>
        </Card>
        <div className="flex gap-2">
          <Submit>Make the task</Submit>
          <LinkButton to={paths.tasks.list()}>Cancel</LinkButton>
        </div>
      </ActionForm>
    </div>
  )
}
