import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { CLIENT_FIELDS, ClientFields } from '../../features/client-fields.tsx'
import { readClient } from '../../features/client-form.server.ts'
import { useRefused } from '../../features/use-refused.ts'
import { paths } from '../../paths.ts'
import { actions, screen } from '../../screen.server.ts'
import { LinkButton } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { ActionForm, FormProblem, Submit } from '../../ui/form.tsx'
import { PageHeader } from '../../ui/page-header.tsx'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction = () => [{ title: 'New client · Virel' }]
export const handle = { crumbs: () => [{ label: 'Clients', to: paths.clients.list() }, { label: 'New' }] }

export const loader = screen(async ({ need }) => {
  need('clients.write')
  return { key: crypto.randomUUID() }
})

export const action = actions({
  create: async (form, { api }) => {
    const client = await api.clients.create(readClient(form).fields)
    const twins = client.duplicates.length
    return {
      to: paths.clients.detail(client.id),
      say: `${client.ref} made.${twins > 0 ? ' Someone known may be the same person: see Possible duplicates.' : ''}`,
      tone: twins > 0 ? 'info' : 'good',
    }
  },
})

export default function NewClient() {
  const { key } = useLoaderData<typeof loader>()
  const refused = useRefused()
  return (
    <div className="max-w-3xl">
      <PageHeader title="New client" />
      <ActionForm intent="create" refused={refused} carry={{ _key: key }} className="flex flex-col gap-4">
        <FormProblem own={CLIENT_FIELDS} />
        <Card>
          <ClientFields />
        </Card>
        <div className="flex gap-2">
          <Submit>Make the client</Submit>
          <LinkButton to={paths.clients.list()}>Cancel</LinkButton>
        </div>
      </ActionForm>
    </div>
  )
}
