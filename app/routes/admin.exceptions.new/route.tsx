import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { EXCEPTION_TYPES, optionsOf, SEVERITIES } from '../../features/statuses.ts'
import { useRefused } from '../../features/use-refused.ts'
import { paths } from '../../paths.ts'
import { actions, screen } from '../../screen.server.ts'
import { LinkButton } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { ActionForm, Field, FieldRow, FormProblem, Input, Select, Submit, Textarea } from '../../ui/form.tsx'
import { PageHeader } from '../../ui/page-header.tsx'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction = () => [{ title: 'Raise an exception · Virel' }]
export const handle = { crumbs: () => [{ label: 'Exceptions', to: paths.exceptions.list() }, { label: 'New' }] }

export const loader = screen(async ({ need }) => {
  need('exceptions.write')
  return { key: crypto.randomUUID() }
})

export const action = actions({
  create: async (form, { api }) => {
    const type = form.pick('type', EXCEPTION_TYPES) ?? 'other'
    const severity = form.pick('severity', SEVERITIES) ?? 'medium'
    const summary = form.requiredText('summary', 'Say in a line what is wrong.')
    form.check()
    const exception = await api.exceptions.create({ type, severity, summary, details: form.optional('details') })
    return { to: paths.exceptions.detail(exception.id), say: `Exception ${exception.ref} raised.` }
  },
})

export default function NewException() {
  const { key } = useLoaderData<typeof loader>()
  const refused = useRefused()
  return (
    <div className="max-w-3xl">
      <PageHeader title="Raise an exception" description="Something is wrong and a person has to look at it." />
      <ActionForm intent="create" refused={refused} carry={{ _key: key }} className="flex flex-col gap-4">
        <FormProblem own={['summary', 'details', 'type', 'severity']} />
        <Card>
          <div className="flex flex-col gap-3">
            <Field name="summary" label="What is wrong" required>
              <Input maxLength={300} />
            </Field>
            <FieldRow>
              <Field name="type" label="Type" required>
                <Select defaultValue="other" options={optionsOf(EXCEPTION_TYPES)} />
              </Field>
              <Field name="severity" label="Severity" required hint="The deadline follows from it.">
                <Select defaultValue="medium" options={optionsOf(SEVERITIES)} />
              </Field>
            </FieldRow>
            <Field name="details" label="Details">
              <Textarea rows={4} maxLength={10000} />
            </Field>
          </div>
        </Card>
        <div className="flex gap-2">
          <Submit>Raise it</Submit>
          <LinkButton to={paths.exceptions.list()}>Cancel</LinkButton>
        </div>
      </ActionForm>
    </div>
  )
}
