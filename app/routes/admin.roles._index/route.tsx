import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { byArea } from '../../features/areas.ts'
import { paths } from '../../paths.ts'
import { screen } from '../../screen.server.ts'
import { Badge } from '../../ui/badge.tsx'
import { LinkButton, TextLink } from '../../ui/button.tsx'
import { Card, ScrollArea } from '../../ui/card.tsx'
import { PageHeader } from '../../ui/page-header.tsx'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction = () => [{ title: 'Roles · Virel' }]
export const handle = { crumbs: () => [{ label: 'Roles' }] }

export const loader = screen(async ({ api, may }) => {
  const [roles, permissions] = await Promise.all([api.users.roles({}), api.users.permissions({})])
  return { roles: roles.items, permissions: permissions.items, mayWrite: may('roles.write') }
})

export default function Roles() {
  const { roles, permissions, mayWrite } = useLoaderData<typeof loader>()
  return (
    <>
      <PageHeader
        title="Roles"
        description="A role is a set of permissions; a person may hold several roles."
        actions={
          mayWrite ? (
            <LinkButton to={paths.newRole()} tone="primary">
              New role
            </LinkButton>
          ) : null
        }
      />
      <div className="mb-4 grid gap-3 sm:grid-cols-2 xl:grid-cols-4">
        {roles.map((role) => (
          <Card
            key={role.code}
            title={<TextLink to={paths.role(role.code)}>{role.name}</TextLink>}
            actions={role.isSystem ? null : <Badge tone="plum">Own</Badge>}
          >
            <p className="text-sm text-muted">{role.description}</p>
            <p className="mt-2 text-sm">
              <TextLink to={paths.users.list({ role: role.code })}>
                {role.users} {role.users === 1 ? 'person' : 'people'}
              </TextLink>
              <span className="text-muted">
                , {role.permissions.length} of {permissions.length} permissions
              </span>
            </p>
          </Card>
        ))}
      </div>
      <Card title="Who may what" flush>
        <ScrollArea label="Permissions of each role">
          <table className="table">
            <caption className="sr-only">Permissions of each role</caption>
            <thead>
              <tr>
                <th scope="col">Permission</th>
                {roles.map((role) => (
                  <th key={role.code} scope="col" className="text-center!">
                    {role.name}
                  </th>
                ))}
              </tr>
            </thead>
            {byArea(permissions).map(({ area, permissions: list }) => (
              <tbody key={area}>
                <tr>
                  <th scope="rowgroup" colSpan={roles.length + 1}>
                    {area}
                  </th>
                </tr>
                {list.map((permission) => (
                  <tr key={permission.code}>
                    <td>
                      {permission.description}
                      <span className="block font-mono text-xs text-muted">{permission.code}</span>
                    </td>
                    {roles.map((role) => (
                      <td key={role.code} className="text-center">
                        {role.permissions.includes(permission.code) ? (
                          <span className="font-semibold text-good-ink">
                            <span aria-hidden="true">✓</span>
                            <span className="sr-only">yes</span>
                          </span>
                        ) : (
                          <span className="text-muted">
                            <span aria-hidden="true">·</span>
                            <span className="sr-only">no</span>
                          </span>
                        )}
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            ))}
          </table>
        </ScrollArea>
      </Card>
    </>
  )
}
