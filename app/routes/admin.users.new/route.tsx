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

export const meta: MetaFunction = () => [{ title: 'New user · Virel' }]
export const handle = { crumbs: () => [{ label: 'Users', to: paths.users.list() }, { label: 'New' }] }

export const loader = screen(async ({ api, may, need }) => {
  need('users.write')
  const roles = await api.users.roles({})
  return { key: crypto.randomUUID(), roles: may('users.grant') ? roles.items : [] }
})

export const action = actions({
  create: async (form, { api }) => {
    const user = await api.users.create({
      name: form.text('name'),
      email: form.text('email'),
      password: form.text('password'),
      roles: form.list('roles'),
    })
    return { to: paths.users.detail(user.id), say: `${user.name} can sign in now.` }
  },
})

export default function NewUser() {
  const { key, roles } = useLoaderData<typeof loader>()
  const refused = useRefused()
  return (
    <div className="max-w-3xl">
      <PageHeader title="New user" />
      <ActionForm intent="create" refused={refused} carry={{ _key: key }} className="flex flex-col gap-4">
        <FormProblem own={['name', 'email', 'password', 'roles']} />
        <Card>
          <div className="flex flex-col gap-3">
            <FieldRow>
              <Field name="name" label="Name" required>
                <Input maxLength={120} autoComplete="off" />
              </Field>
              <Field name="email" label="Email" required>
                <Input type="email" maxLength={254} autoComplete="off" />
              </Field>
              <Field
                name="password"
                label="First password"
                required
                hint="At least 12 characters. They can change it in their profile."
              >
                <Input type="password" autoComplete="new-password" />
              </Field>
            </FieldRow>
            {roles.length > 0 ? <RoleChoice roles={roles} /> : null}
          </div>
        </Card>
        <div className="flex gap-2">
          <Submit>Make the user</Submit>
          <LinkButton to={paths.users.list()}>Cancel</LinkButton>
        </div>
      </ActionForm>
    </div>
  )
}
