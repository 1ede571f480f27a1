import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { UserTabs } from '../../features/user-tabs.tsx'
import { paths } from '../../paths.ts'
import { listQuery, screen } from '../../screen.server.ts'
import { StatusBadge } from '../../ui/badge.tsx'
import { LinkButton } from '../../ui/button.tsx'
import { FilterBar, ListPanel, Pager } from '../../ui/list.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { type Column, RowLink, Table } from '../../ui/table.tsx'
import { TimeText } from '../../ui/time.tsx'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction = () => [{ title: 'Users · Virel' }]
export const handle = { crumbs: () => [{ label: 'Users' }], live: ['user'] }

export const loader = screen(async ({ api, url, may }) => {
  const query = listQuery<Parameters<typeof api.users.list>[0]>(url, ['q', 'role', 'disabled', 'secondFactor'])
  const [page, roles, invited] = await Promise.all([
    api.users.list(query),
    api.users.roles({}),
    api.invitations.list({ state: 'pending', limit: 100 }),
  ])
  return {
    page,
    sort: query.sort ?? 'name',
    roles: roles.items.map(({ code, name }) => ({ value: code, label: name })),
    invited: invited.nextCursor ? '100+' : invited.items.length,
    mayWrite: may('users.write'),
  }
})

type Row = ReturnType<typeof useLoaderData<typeof loader>>['page']['items'][number]

export default function Users() {
  const { page, sort, roles, invited, mayWrite } = useLoaderData<typeof loader>()
  const names = new Map(roles.map((role) => [role.value, role.label]))
  const columns: readonly Column<Row>[] = [
    {
      key: 'name',
      header: 'Name',
      sort: 'name',
      lead: true,
      cell: (row) => <RowLink to={paths.users.detail(row.id)}>{row.name}</RowLink>,
    },
    { key: 'email', header: 'Email', cell: (row) => row.email },
    {
      key: 'roles',
      header: 'Roles',
      cell: (row) => row.roles.map((code) => names.get(code) ?? code).join(', ') || <span className="text-muted">None</span>,
    },
    {
      key: 'status',
      header: 'Status',
      cell: (row) => <StatusBadge tone={row.disabled ? 'neutral' : 'good'} label={row.disabled ? 'Disabled' : 'Active'} />,
    },
    {
      key: 'factor',
      header: 'Second factor',
      cell: (row) => (row.secondFactor ? 'On' : <span className="text-muted">Off</span>),
    },
    {
      key: 'seen',
      header: 'Last signed in',
      cell: (row) => (row.lastSignInAt ? <TimeText at={row.lastSignInAt} /> : <span className="text-muted">Never</span>),
    },
    { key: 'made', header: 'Since', sort: 'createdAt', cell: (row) => <TimeText at={row.createdAt} form="date" /> },
  ]
  return (
    <>
      <PageHeader
        title="Users"
        actions={
          mayWrite ? (
            <>
              <LinkButton to={paths.users.new()}>New user with a password</LinkButton>
              <LinkButton to={paths.invite()} tone="primary">
                Invite someone
              </LinkButton>
            </>
          ) : null
        }
      />
      <UserTabs current="users" invited={invited} />
      <div className="mb-3">
        <FilterBar
          search="Name or email"
          filters={[
            { name: 'role', label: 'Role', any: 'Any role', options: roles },
            {
              name: 'disabled',
              label: 'Status',
              any: 'Active and disabled',
              options: [
                { value: 'false', label: 'Active' },
                { value: 'true', label: 'Disabled' },
              ],
            },
            {
              name: 'secondFactor',
              label: 'Second factor',
              any: 'Any second factor',
              options: [
                { value: 'true', label: 'Second factor on' },
                { value: 'false', label: 'Second factor off' },
              ],
            },
          ]}
        />
      </div>
      <ListPanel
        empty={page.items.length === 0 ? <EmptyState title="No users here">Nobody matches these filters.</EmptyState> : undefined}
        pager={<Pager next={page.nextCursor} previous={page.prevCursor} shown={page.items.length} />}
      >
        <Table caption="Users" columns={columns} rows={page.items} rowKey={(row) => row.id} sort={sort} />
      </ListPanel>
    </>
  )
}
