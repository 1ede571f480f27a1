import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { RoleChoice } from '../../features/role-choice.tsx'
import { useRefused } from '../../features/use-refused.ts'
import { paths } from '../../paths.ts'
import { actions, screen } from '../../screen.server.ts'
import { LinkButton } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { ActionForm, Field, FieldRow, FormProblem, Input, Submit } from '../../ui/form.tsx'
import { PageHeader } from '../../ui/page-header.tsx'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction = () => [{ title: 'Invite someone · Virel' }]
export const handle = { crumbs: () => [{ label: 'Users', to: paths.users.list() }, { label: 'Invite' }] }

export const loader = screen(async ({ api, need }) => {
  need('users.write')
  const roles = await api.users.roles({})
  return { key: crypto.randomUUID(), roles: roles.items }
})

export const action = actions({
  invite: async (form, { api, may }) => {
    const invitation = await api.invitations.create({
      name: form.text('name'),
      email: form.text('email'),
      roles: form.list('roles'),
    })
    const where = may('messages.read') ? 'The link is in the outbox' : 'The owner finds the link in the outbox'
    return { to: paths.invitations(), say: `${invitation.name} is invited. ${where}.` }
  },
})

export default function Invite() {
  const { key, roles } = useLoaderData<typeof loader>()
  const refused = useRefused()
  return (
    <div className="max-w-3xl">
      <PageHeader
        title="Invite someone"
        description="They get a link that works once, for seven days, and choose their password themselves."
      />
      <ActionForm intent="invite" refused={refused} carry={{ _key: key }} className="flex flex-col gap-4">
        <FormProblem own={['name', 'email', 'roles']} />
        <Card>
          <div className="flex flex-col gap-3">
            <FieldRow>
              <Field name="name" label="Name" required>
                <Input maxLength={120} autoComplete="off" />
              </Field>
              <Field name="email" label="Email" required>
                <Input type="email" maxLength={254} autoComplete="off" />
              </Field>
            </FieldRow>
            <RoleChoice roles={roles} />
          </div>
        </Card>
        <div className="flex gap-2">
          <Submit busy="Inviting…">Invite</Submit>
          <LinkButton to={paths.users.list()}>Cancel</LinkButton>
        </div>
      </ActionForm>
    </div>
  )
}
