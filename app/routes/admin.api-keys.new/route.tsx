import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { KeyBounds } from '../../features/key-fields.tsx'
import { readKeyBounds } from '../../features/key-form.server.ts'
import { KeyTold } from '../../features/key-told.tsx'
import { byArea } from '../../features/permission-areas.ts'
import { AGENCY_ZONE } from '../../features/places.server.ts'
import { useRefused, useTold } from '../../features/use-refused.ts'
import { paths } from '../../paths.ts'
import { actions, screen } from '../../screen.server.ts'
import { LinkButton } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { ActionForm, Checkbox, CheckboxGroup, Field, FieldRow, FormProblem, GroupError, Input, Submit } from '../../ui/form.tsx'
import { PageHeader } from '../../ui/page-header.tsx'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction = () => [{ title: 'New API key · Virel' }]
export const handle = { crumbs: () => [{ label: 'API keys', to: paths.apiKeys.list() }, { label: 'New' }] }

export const loader = screen(async ({ api }) => {
  const { items } = await api.apiKeys.grantable({})
  return { areas: byArea(items) }
})

export const action = actions({
  create: async (form, { api }) => {
    const expiresAt = form.time('expiresAt', AGENCY_ZONE)
    const bounds = readKeyBounds(form)
    form.check()
    const permissions = form.list('permissions') as Parameters<typeof api.apiKeys.create>[0]['permissions']
    const made = await api.apiKeys.create({ name: form.text('name'), permissions, expiresAt, ...bounds })
    return { told: { key: made.key, name: made.name, id: made.id } }
  },
})

export default function NewApiKey() {
  const { areas } = useLoaderData<typeof loader>()
  const refused = useRefused()
  const told = useTold()
  if (told) {
    return (
      <div className="max-w-3xl">
        <PageHeader title="The key is made" />
        <KeyTold secret={told.key ?? ''} name={told.name ?? ''} to={paths.apiKeys.detail(told.id ?? '')} />
      </div>
    )
  }
  return (
    <div className="max-w-3xl">
      <PageHeader title="New API key" description="You answer for it: what you can not do (any more), it can not do either." />
      <ActionForm intent="create" refused={refused} className="flex flex-col gap-4">
        <FormProblem own={['name', 'permissions', 'expiresAt', 'requestsPerMinute', 'allowedAddresses']} />
        <Card>
          <div className="flex flex-col gap-3">
            <FieldRow>
              <Field name="name" label="Name" required hint="Who uses it, and for what.">
                <Input maxLength={120} autoComplete="off" />
              </Field>
              <Field name="expiresAt" label="Expires" hint="Empty: it works until revoked.">
                <Input type="datetime-local" />
              </Field>
            </FieldRow>
            <KeyBounds />
          </div>
        </Card>
        <Card title="What it may do">
          <div className="grid gap-x-6 gap-y-4 sm:grid-cols-2">
            {areas.map(({ area, permissions }) => (
              <CheckboxGroup key={area} legend={area}>
                {permissions.map(({ code, description }) => (
                  <Checkbox key={code} name="permissions" value={code} label={description} />
                ))}
              </CheckboxGroup>
            ))}
          </div>
          <GroupError name="permissions" />
        </Card>
        <div className="flex gap-2">
          <Submit busy="Making…">Make the key</Submit>
          <LinkButton to={paths.apiKeys.list()}>Cancel</LinkButton>
        </div>
      </ActionForm>
    </div>
  )
}
