import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { optionsOf } from '../../features/statuses.ts'
import { useRefused } from '../../features/use-refused.ts'
import { UserTabs } from '../../features/user-tabs.tsx'
import { paths } from '../../paths.ts'
import type { Refused } from '../../problem.ts'
import { actions, listQuery, screen } from '../../screen.server.ts'
import { StatusBadge, type Tone, words } from '../../ui/badge.tsx'
import { LinkButton, TextLink } from '../../ui/button.tsx'
import { ActionForm, FormProblem, Submit } from '../../ui/form.tsx'
import { FilterBar, ListPanel, Pager } from '../../ui/list.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { ConfirmDialog } from '../../ui/step.tsx'
import { type Column, Table } from '../../ui/table.tsx'
import { TimeText } from '../../ui/time.tsx'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction = () => [{ title: 'Invitations · Virel' }]
export const handle = { crumbs: () => [{ label: 'Users', to: paths.users.list() }, { label: 'Invitations' }] }

export const loader = screen(async ({ api, url, may }) => {
  const query = listQuery<Parameters<typeof api.invitations.list>[0]>(url, ['state'])
  const [page, roles] = await Promise.all([api.invitations.list(query), api.users.roles({})])
  return {
    page,
    sort: query.sort ?? '-createdAt',
    names: Object.fromEntries(roles.items.map((role) => [role.code, role.name])),
    mayWrite: may('users.write'),
  }
})

export const action = actions({
  resend: async (form, { api, may }) => {
    const version = form.version()
    form.check()
    const { name } = await api.invitations.resend({ id: form.text('id'), version })
    const where = may('messages.read') ? 'It is in the outbox' : 'The owner finds it in the outbox'
    return { to: paths.invitations(), say: `${name} has a new link; the old one is dead. ${where}.` }
  },
  revoke: async (form, { api }) => {
    const version = form.version()
    form.check()
    const { name } = await api.invitations.revoke({ id: form.text('id'), version })
    return { to: paths.invitations(), say: `The invitation of ${name} is revoked.` }
  },
})

type Row = ReturnType<typeof useLoaderData<typeof loader>>['page']['items'][number]
const TONES: Record<Row['status'], Tone> = { pending: 'info', accepted: 'good', revoked: 'neutral', expired: 'warn' }

export default function Invitations() {
  const { page, sort, names, mayWrite } = useLoaderData<typeof loader>()
  const refused = useRefused()
  const columns: readonly Column<Row>[] = [
    {
      key: 'name',
      header: 'Name',
      lead: true,
      cell: (row) => (row.userId ? <TextLink to={paths.users.detail(row.userId)}>{row.name}</TextLink> : row.name),
    },
    { key: 'email', header: 'Email', cell: (row) => row.email },
    { key: 'roles', header: 'Roles', cell: (row) => row.roles.map((code) => names[code] ?? code).join(', ') },
    { key: 'status', header: 'Status', cell: (row) => <StatusBadge tone={TONES[row.status]} label={words(row.status)} /> },
    { key: 'by', header: 'Invited by', cell: (row) => row.invitedBy?.name },
    { key: 'made', header: 'Invited', sort: 'createdAt', cell: (row) => <TimeText at={row.createdAt} form="date" /> },
    {
      key: 'until',
      header: 'Link works until',
      cell: (row) => (row.status === 'pending' ? <TimeText at={row.expiresAt} /> : null),
    },
    {
      key: 'do',
      header: 'Actions',
      hideHeader: true,
      cell: (row) =>
        mayWrite && (row.status === 'pending' || row.status === 'expired') ? <RowActions row={row} refused={refused} /> : null,
    },
  ]
  return (
    <>
      <PageHeader
        title="Invitations"
        actions={
          mayWrite ? (
            <LinkButton to={paths.invite()} tone="primary">
              Invite someone
            </LinkButton>
          ) : null
        }
      />
      <UserTabs current="invitations" />
      <div className="mb-3">
        <FilterBar
          filters={[
            {
              name: 'state',
              label: 'Status',
              any: 'Any status',
              options: optionsOf(['pending', 'accepted', 'revoked', 'expired']),
            },
          ]}
        />
      </div>
      <ListPanel
        empty={
          page.items.length === 0 ? (
            <EmptyState title="No invitations here">Invite someone, and they appear here.</EmptyState>
          ) : undefined
        }
        pager={<Pager next={page.nextCursor} previous={page.prevCursor} shown={page.items.length} />}
      >
        <Table caption="Invitations" columns={columns} rows={page.items} rowKey={(row) => row.id} sort={sort} />
      </ListPanel>
    </>
  )
}

function RowActions({ row, refused }: { row: Row; refused?: Refused }) {
  const carry = { id: row.id }
  const only = { name: 'id', value: row.id }
  return (
    <div className="flex flex-wrap items-start gap-2">
      <ActionForm intent="resend" refused={refused} carry={carry} only={only} editing={row.version}>
        <FormProblem className="mb-2" />
        <Submit tone="secondary" small busy="Sending…">
          Send again
        </Submit>
      </ActionForm>
      <ConfirmDialog
        label="Revoke"
        small
        question={`The link of ${row.name} stops working.`}
        open={refused?.intent === 'revoke' && refused.values.id?.[0] === row.id}
      >
        <ActionForm intent="revoke" refused={refused} carry={carry} only={only} editing={row.version}>
          <FormProblem className="mb-2" />
          <Submit tone="danger" small busy="Revoking…">
            Yes, revoke
          </Submit>
        </ActionForm>
      </ConfirmDialog>
    </div>
  )
}
