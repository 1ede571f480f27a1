import type { MetaFunction } from '@remix-run/node'
import { redirect } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import type { ReactNode } from 'react'
import { ClientTags } from '../../features/contact.tsx'
import { refOf } from '../../features/handle.ts'
import { useRefused } from '../../features/use-refused.ts'
import { paths } from '../../paths.ts'
import { actions, idParam, screen } from '../../screen.server.ts'
import { words } from '../../ui/badge.tsx'
import { LinkButton } from '../../ui/button.tsx'
import { Card, ScrollArea } from '../../ui/card.tsx'
import { ActionForm, FormProblem, Submit } from '../../ui/form.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { TimeText } from '../../ui/time.tsx'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction = () => [{ title: 'Merge clients · Virel' }]
export const handle = {
  crumbs: (data: unknown) => [{ label: 'Clients', to: paths.clients.list() }, { label: refOf(data, 'keep') }, { label: 'Merge' }],
}

export const loader = screen(async ({ api, params, url, need }) => {
  need('clients.merge')
  const id = idParam(params)
  const other = url.searchParams.get('with')
  if (!other) throw redirect(paths.clients.detail(id))
  const [keep, gone] = await Promise.all([api.clients.get({ id }), api.clients.get({ id: other })])
  return { keep, gone, key: crypto.randomUUID() }
})

export const action = actions({
  merge: async (form, { api, params }) => {
    const client = await api.clients.merge({ id: idParam(params), mergedIds: [form.text('mergedId')] })
    return { to: paths.clients.detail(client.id), say: `Merged into ${client.ref}. It can be undone on this page.` }
  },
})

type Client = ReturnType<typeof useLoaderData<typeof loader>>['keep']

const ROWS: readonly {
  label: string
  value: (client: Client) => ReactNode
  result?: (keep: Client, gone: Client) => ReactNode
}[] = [
  { label: 'Ref', value: (one) => one.ref, result: (keep) => keep.ref },
  { label: 'Name', value: (one) => one.name, result: (keep) => keep.name },
  { label: 'Phone', value: (one) => one.phone ?? '–', result: (keep, gone) => keep.phone ?? gone.phone ?? '–' },
  { label: 'Email', value: (one) => one.email ?? '–', result: (keep, gone) => keep.email ?? gone.email ?? '–' },
  { label: 'Prefers', value: (one) => words(one.preferredChannel), result: (keep) => words(keep.preferredChannel) },
  {
    label: 'Tags',
    value: (one) => <ClientTags tags={one.tags} />,
    result: (keep, gone) => <ClientTags tags={[...new Set([...keep.tags, ...gone.tags])]} />,
  },
  {
    label: 'Known since',
    value: (one) => <TimeText at={one.createdAt} form="date" />,
    result: (keep) => <TimeText at={keep.createdAt} form="date" />,
  },
  {
    label: 'Inquiries',
    value: (one) => one.inquiries.length,
    result: (keep, gone) => keep.inquiries.length + gone.inquiries.length,
  },
  { label: 'Bookings', value: (one) => one.bookings.length, result: (keep, gone) => keep.bookings.length + gone.bookings.length },
]

export default function MergeClients() {
  const { keep, gone, key } = useLoaderData<typeof loader>()
  const refused = useRefused()
  return (
    <div className="max-w-4xl">
      <PageHeader
        title="Merge two clients"
        description={`${gone.ref} is merged into ${keep.ref}: inquiries, bookings, tasks and exceptions move over, gaps are filled. It can be undone exactly.`}
      />
      <Card flush>
        <ScrollArea label="Both records and the result">
          <table className="table">
            <caption className="sr-only">Both records and the result</caption>
            <thead>
              <tr>
                <th scope="col">
                  <span className="sr-only">Field</span>
                </th>
                <th scope="col">Stays</th>
                <th scope="col">Is merged</th>
                <th scope="col">Result</th>
              </tr>
            </thead>
            <tbody>
              {ROWS.map((row) => (
                <tr key={row.label}>
                  <th scope="row">{row.label}</th>
                  <td>{row.value(keep)}</td>
                  <td>{row.value(gone)}</td>
                  <td className="font-medium">{row.result?.(keep, gone)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollArea>
      </Card>
      <ActionForm intent="merge" refused={refused} carry={{ mergedId: gone.id, _key: key }} className="mt-4">
        <FormProblem className="mb-3" />
        <div className="flex flex-wrap gap-2">
          <Submit busy="Merging…">
            Merge {gone.ref} into {keep.ref}
          </Submit>
          <LinkButton to={paths.clients.merge(gone.id, keep.id)}>The other way round</LinkButton>
          <LinkButton to={paths.clients.detail(keep.id)} tone="quiet">
            Cancel
          </LinkButton>
        </div>
      </ActionForm>
    </div>
  )
}
