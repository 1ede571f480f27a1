import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { ROLE_FIELDS, RoleFields } from '../../features/role-fields.tsx'
import { useRefused } from '../../features/use-refused.ts'
import { paths } from '../../paths.ts'
import { actions, screen } from '../../screen.server.ts'
import { ActionForm, FormProblem } from '../../ui/form.tsx'
import { PageHeader } from '../../ui/page-header.tsx'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction = () => [{ title: 'New role · Virel' }]
export const handle = { crumbs: () => [{ label: 'Roles', to: paths.roles() }, { label: 'New' }] }

export const loader = screen(async ({ api, url, need, user, may }) => {
  need('roles.write')
  const [roles, permissions] = await Promise.all([api.users.roles({}), api.users.permissions({})])
  const copied = roles.items.find((role) => role.code === url.searchParams.get('copy'))
  const mine = user?.permissions ?? []
  return {
    key: crypto.randomUUID(),
    permissions: permissions.items,
    mine,
    mayPreview: may('users.grant_any'),
    copied: copied
      ? {
          name: `${copied.name} copy`,
          description: copied.description,
          permissions: copied.permissions.filter((code) => mine.includes(code)),
        }
      : undefined,
  }
})

export const action = actions({
  create: async (form, { api }) => {
    const role = await api.roles.create({
      name: form.text('name'),
      description: form.text('description'),
      permissions: form.list('permissions'),
    })
    return { to: paths.role(role.code), say: `The role “${role.name}” can be given to people now.` }
  },
})

export default function NewRole() {
  const { key, permissions, mine, mayPreview, copied } = useLoaderData<typeof loader>()
  const refused = useRefused()
  return (
    <>
      <PageHeader title="New role" description={copied ? 'Begins with what the role you copied holds.' : undefined} />
      <ActionForm intent="create" refused={refused} carry={{ _key: key }} className="flex flex-col gap-4">
        <FormProblem own={ROLE_FIELDS} />
        <RoleFields role={copied} permissions={permissions} mine={mine} mayPreview={mayPreview} submit="Make the role" />
      </ActionForm>
    </>
  )
}
