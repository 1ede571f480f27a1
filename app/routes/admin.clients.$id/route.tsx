import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { contactActions } from '../../features/contact.server.ts'
import { ClientTags, ContactReveal, Reach } from '../../features/contact.tsx'
import { refOf } from '../../features/handle.ts'
import { HistoryLink } from '../../features/history-link.tsx'
import { type Look, SeenBy } from '../../features/looks.tsx'
import { Notes } from '../../features/notes.tsx'
import { EntityStatus } from '../../features/status-badge.tsx'
import { useRefused } from '../../features/use-refused.ts'
import { paths } from '../../paths.ts'
import { actions, idParam, screen } from '../../screen.server.ts'
import { words } from '../../ui/badge.tsx'
import { buttonClass, LinkButton, TextLink } from '../../ui/button.tsx'
import { Callout } from '../../ui/callout.tsx'
import { Card, KeyValues, Split } from '../../ui/card.tsx'
import { ActionForm, FormProblem, Submit } from '../../ui/form.tsx'
import { Money } from '../../ui/money.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { ConfirmDialog } from '../../ui/step.tsx'
import { type Column, RowLink, Table } from '../../ui/table.tsx'
import { Period, TimeText } from '../../ui/time.tsx'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: `${data?.client.ref ?? 'Client'} · Virel` }]
export const handle = {
  crumbs: (data: unknown) => [{ label: 'Clients', to: paths.clients.list() }, { label: refOf(data, 'client') }],
  live: ['client', 'inquiry', 'booking'],
}

export const loader = screen(async ({ api, params, may }) => {
  const id = idParam(params)
  const client = await api.clients.get({ id })
  // After the client: this very look is among them.
  const looks: Look[] | null = may('audit.read') ? (await api.personalData.looks({ clientId: id, limit: 8 })).items : null
  return {
    client,
    looks,
    mayWrite: may('clients.write') && client.status === 'active',
    mayErase: may('clients.erase') && client.mergedInto === null,
    mayExport: may('clients.export'),
    mayMerge: may('clients.merge') && client.status !== 'erased',
    mayBook: may('bookings.write') && client.status === 'active',
    seesInquiries: may('inquiries.read'),
    seesBookings: may('bookings.read'),
  }
})

export const action = actions({
  ...contactActions('client'),
  note: async (form, { api, params }) => {
    const id = idParam(params)
    await api.clients.addNote({ id, body: form.text('body') })
    return { to: paths.clients.detail(id), say: 'Note added.' }
  },
  unmerge: async (form, { api, params }) => {
    const client = await api.clients.unmerge({ id: idParam(params), mergedId: form.text('mergedId') })
    return { to: paths.clients.detail(client.id), say: 'The merge was undone: both clients are as they were.' }
  },
})

const WHY = { same_phone: 'same phone', same_email: 'same email', similar_name: 'similar name' }

type Client = ReturnType<typeof useLoaderData<typeof loader>>['client']

const BOOKINGS: readonly Column<Client['bookings'][number]>[] = [
  { key: 'ref', header: 'Booking', lead: true, cell: (row) => <RowLink to={paths.bookings.detail(row.id)}>{row.ref}</RowLink> },
  { key: 'status', header: 'Status', cell: (row) => <EntityStatus status={row.status} /> },
  { key: 'when', header: 'When', cell: (row) => <Period from={row.start} to={row.end} zone={row.location.zone} /> },
  { key: 'model', header: 'Model', cell: (row) => row.model.name },
  { key: 'place', header: 'Place', cell: (row) => row.location.title },
  { key: 'price', header: 'Price', end: true, cell: (row) => <Money value={row.price} /> },
]
const INQUIRIES: readonly Column<Client['inquiries'][number]>[] = [
  { key: 'ref', header: 'Inquiry', lead: true, cell: (row) => <RowLink to={paths.inquiries.detail(row.id)}>{row.ref}</RowLink> },
  { key: 'status', header: 'Status', cell: (row) => <EntityStatus status={row.status} /> },
  { key: 'subject', header: 'Subject', cell: (row) => row.subject },
  { key: 'source', header: 'Source', cell: (row) => words(row.source) },
  { key: 'at', header: 'Received', cell: (row) => <TimeText at={row.createdAt} /> },
]

export default function ClientPage() {
  const data = useLoaderData<typeof loader>()
  const { client } = data
  const refused = useRefused()
  return (
    <>
      <PageHeader
        title={client.name}
        badges={<ClientTags tags={client.tags} />}
        description={
          <>
            {client.ref}, known since <TimeText at={client.createdAt} form="date" />
          </>
        }
        actions={
          <>
            {data.mayWrite ? <LinkButton to={paths.clients.edit(client.id)}>Edit</LinkButton> : null}
            {data.mayBook ? (
              <LinkButton to={paths.bookings.new({ clientId: client.id })} tone="primary">
                New booking
              </LinkButton>
            ) : null}
          </>
        }
      />
      {client.status === 'erased' ? (
        <Callout tone="neutral" className="mb-4">
          This person was erased. What is left is here for the agency’s figures and says nothing about them.
        </Callout>
      ) : null}
      {client.mergedInto ? (
        <Callout tone="warn" className="mb-4">
          This record was merged into{' '}
          <TextLink to={paths.clients.detail(client.mergedInto.id)} className="font-medium underline">
            {client.mergedInto.ref}
          </TextLink>
          . It can be undone there.
        </Callout>
      ) : null}
      <Split
        main={
          <>
            {data.seesBookings ? (
              <Card title={`Bookings (${client.bookings.length})`} flush>
                {client.bookings.length > 0 ? (
                  <Table caption="Bookings of this client" columns={BOOKINGS} rows={client.bookings} rowKey={(row) => row.id} />
                ) : (
                  <p className="px-4 pb-4 text-sm text-muted">None yet.</p>
                )}
              </Card>
            ) : null}
            {data.seesInquiries ? (
              <Card title={`Inquiries (${client.inquiries.length})`} flush>
                {client.inquiries.length > 0 ? (
                  <Table
                    caption="Inquiries of this client"
                    columns={INQUIRIES}
                    rows={client.inquiries}
                    rowKey={(row) => row.id}
                  />
                ) : (
                  <p className="px-4 pb-4 text-sm text-muted">None yet.</p>
                )}
              </Card>
            ) : null}
            <Card title="Notes">
              <Notes notes={client.notes} mayAdd={data.mayWrite} refused={refused} />
            </Card>
          </>
        }
        side={
          <>
            <Card title="Contact">
              <KeyValues
                items={[
                  ['Phone', client.phone ? <Reach key="phone" scheme="tel:" value={client.phone} /> : 'Not known'],
                  ['Email', client.email ? <Reach key="email" scheme="mailto:" value={client.email} /> : 'Not known'],
                  ['Prefers', words(client.preferredChannel)],
                ]}
              />
              <ContactReveal access={client.contactAccess} clientId={client.id} refused={refused} />
              {client.about ? <p className="mt-3 text-sm whitespace-pre-wrap">{client.about}</p> : null}
            </Card>
            <Card title="Possible duplicates">
              {client.duplicates.length === 0 ? (
                <p className="text-sm text-muted">Nobody else looks like the same person.</p>
              ) : (
                <ul className="flex flex-col gap-2 text-sm">
                  {client.duplicates.map((twin) => (
                    <li key={twin.id} className="flex items-center justify-between gap-2">
                      <span className="min-w-0">
                        <TextLink to={paths.clients.detail(twin.id)} className="font-medium">
                          {twin.name}
                        </TextLink>{' '}
                        <span className="text-muted">{twin.ref}</span>
                        <span className="block text-xs text-muted">{twin.reasons.map((reason) => WHY[reason]).join(', ')}</span>
                      </span>
                      {data.mayMerge && client.mergedInto === null ? (
                        <LinkButton to={paths.clients.merge(client.id, twin.id)} small>
                          Compare
                        </LinkButton>
                      ) : null}
                    </li>
                  ))}
                </ul>
              )}
            </Card>
            {data.mayExport || data.mayErase ? (
              <Card title="Their data">
                <div className="flex flex-wrap gap-2">
                  {data.mayExport ? (
                    <a href={paths.clientExport(client.id)} className={buttonClass({ small: true })}>
                      Download everything
                    </a>
                  ) : null}
                  {data.mayErase ? (
                    <LinkButton to={paths.clientErasure(client.id)} small tone="quiet-danger">
                      {client.status === 'erased' ? 'What was erased' : 'Erase'}
                    </LinkButton>
                  ) : null}
                </div>
              </Card>
            ) : null}
            {data.looks ? <SeenBy looks={data.looks} clientId={client.id} /> : null}
            {client.merges.length > 0 ? (
              <Card title="Merged into this client">
                <ul className="flex flex-col gap-3 text-sm">
                  {client.merges.map((merge) => (
                    <li key={merge.mergedId} className="flex flex-col gap-1.5">
                      <p>
                        <span className="font-medium">{merge.mergedName}</span>{' '}
                        <span className="text-muted">{merge.mergedRef}</span>
                        <span className="block text-xs text-muted">
                          <TimeText at={merge.at} />
                          {merge.by ? ` · ${merge.by.name}` : ''} · {merge.moved} items moved
                        </span>
                      </p>
                      {data.mayMerge ? (
                        <ConfirmDialog
                          label="Undo the merge"
                          small
                          question={`${merge.mergedRef} becomes a client of its own again, with everything that was moved.`}
                          open={refused?.intent === 'unmerge' && refused.values.mergedId?.[0] === merge.mergedId}
                        >
                          <ActionForm
                            intent="unmerge"
                            refused={refused}
                            carry={{ mergedId: merge.mergedId }}
                            only={{ name: 'mergedId', value: merge.mergedId }}
                          >
                            <FormProblem className="mb-2" />
                            <Submit tone="danger" small>
                              Yes, undo it
                            </Submit>
                          </ActionForm>
                        </ConfirmDialog>
                      ) : null}
                    </li>
                  ))}
                </ul>
              </Card>
            ) : null}
            <HistoryLink type="client" id={client.id} />
          </>
        }
      />
    </>
  )
}
