import type { MetaFunction } from '@remix-run/node'
import { json } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { byArea } from '../../features/areas.ts'
import { refOf } from '../../features/handle.ts'
import { ROLE_FIELDS, RoleFields } from '../../features/role-fields.tsx'
import { useRefused } from '../../features/use-refused.ts'
import { paths } from '../../paths.ts'
import { actions, idParam, screen } from '../../screen.server.ts'
import { Badge } from '../../ui/badge.tsx'
import { LinkButton, TextLink } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { ActionForm, FormProblem, Submit } from '../../ui/form.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { ConfirmDialog } from '../../ui/step.tsx'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: `${data?.role.name ?? 'Role'} · Virel` }]
export const handle = {
  crumbs: (data: unknown) => [{ label: 'Roles', to: paths.roles() }, { label: refOf(data, 'role') }],
}

export const loader = screen(async ({ api, params, user, may }) => {
  const code = idParam(params, 'code')
  const [roles, permissions] = await Promise.all([api.users.roles({}), api.users.permissions({})])
  const role = roles.items.find((one) => one.code === code)
  if (!role) {
    const problem = { status: 404, code: 'not_found', title: 'Not found', detail: 'There is no such role.' }
    throw json(problem, { status: 404, statusText: problem.title })
  }
  const mine = user?.permissions ?? []
  return {
    role,
    permissions: permissions.items,
    mine,
    mayPreview: may('users.grant_any'),
    mayWrite: may('roles.write'),
    mayEdit: may('roles.write') && !role.isSystem && role.permissions.every((one) => mine.includes(one)),
  }
})

export const action = actions({
  save: async (form, { api, params }) => {
    const version = form.version()
    form.check()
    const role = await api.roles.update({
      code: idParam(params, 'code'),
      version,
      name: form.text('name'),
      description: form.text('description'),
      permissions: form.list('permissions'),
    })
    return { to: paths.role(role.code), say: `“${role.name}” is saved. Who has it signs in again, so that it counts at once.` }
  },
  delete: async (form, { api, params }) => {
    const version = form.version()
    form.check()
    await api.roles.remove({ code: idParam(params, 'code'), version })
    return { to: paths.roles(), say: 'The role is deleted.' }
  },
})

export default function RolePage() {
  const { role, permissions, mine, mayPreview, mayWrite, mayEdit } = useLoaderData<typeof loader>()
  const refused = useRefused()
  const people = `${role.users} ${role.users === 1 ? 'person' : 'people'}`
  return (
    <>
      <PageHeader
        title={role.name}
        badges={role.isSystem ? <Badge tone="info">Part of the product</Badge> : null}
        description={role.description || undefined}
        actions={
          <>
            {mayPreview ? <LinkButton to={paths.accessPreview({ roles: role.code })}>Preview</LinkButton> : null}
            {mayWrite ? <LinkButton to={paths.newRole({ copy: role.code })}>Copy</LinkButton> : null}
          </>
        }
      />
      <p className="mb-3 text-sm text-muted">
        <TextLink to={paths.users.list({ role: role.code })}>{people}</TextLink> have this role.{' '}
        {role.isSystem
          ? 'Its permissions are part of the product and stay as they are. Copy it to make a role of your own.'
          : mayEdit
            ? 'Whoever has it is signed out when its permissions change.'
            : null}
      </p>
      {mayEdit ? (
        <>
          <ActionForm intent="save" refused={refused} editing={role.version} className="flex flex-col gap-4">
            <FormProblem own={ROLE_FIELDS} />
            <RoleFields role={role} permissions={permissions} mine={mine} mayPreview={mayPreview} submit="Save the role" />
          </ActionForm>
          <div className="mt-6">
            <ConfirmDialog
              label="Delete this role"
              question="A role can be deleted when nobody has it and nobody is invited with it."
              open={refused?.intent === 'delete'}
            >
              <ActionForm intent="delete" refused={refused} editing={role.version}>
                <FormProblem className="mb-2" />
                <Submit tone="danger" busy="Deleting…">
                  Yes, delete
                </Submit>
              </ActionForm>
            </ConfirmDialog>
          </div>
        </>
      ) : (
        <Card title="Permissions">
          <div className="grid gap-x-6 gap-y-4 sm:grid-cols-2 xl:grid-cols-3">
            {byArea(permissions.filter(({ code }) => role.permissions.includes(code))).map(({ area, permissions: list }) => (
              <div key={area} className="text-sm">
                <h3 className="mb-1 text-xs font-medium">{area}</h3>
                <ul className="flex flex-col gap-0.5">
                  {list.map((permission) => (
                    <li key={permission.code}>{permission.description}</li>
                  ))}
                </ul>
              </div>
            ))}
          </div>
          {role.permissions.length === 0 ? (
            <p className="text-sm text-muted">None: who has only this role sees nothing.</p>
          ) : null}
        </Card>
      )}
    </>
  )
}
