import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { CLIENT_FIELDS, ClientFields } from '../../features/client-fields.tsx'
import { readClient } from '../../features/client-form.server.ts'
import { refOf } from '../../features/handle.ts'
import { useRefused } from '../../features/use-refused.ts'
import { paths } from '../../paths.ts'
import { actions, idParam, screen } from '../../screen.server.ts'
import { LinkButton } from '../../ui/button.tsx'
import { Callout } from '../../ui/callout.tsx'
import { Card } from '../../ui/card.tsx'
import { ActionForm, FormProblem, Submit } from '../../ui/form.tsx'
import { PageHeader } from '../../ui/page-header.tsx'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: `Edit ${data?.client.ref ?? 'client'} · Virel` }]
export const handle = {
  crumbs: (data: unknown) => [
    { label: 'Clients', to: paths.clients.list() },
    { label: refOf(data, 'client') },
    { label: 'Edit' },
  ],
}

export const loader = screen(async ({ api, params, need }) => {
  need('clients.write')
  const client = await api.clients.get({ id: idParam(params) })
  const masked = [client.email, client.phone].some((value) => value?.includes('***'))
  return { client, masked }
})

export const action = actions({
  edit: async (form, { api, params }) => {
    const { version, fields } = readClient(form)
    // Masked contact data is what this person may see, not what is stored: left as it is unless retyped.
    const { email, phone, ...rest } = fields
    const contact = {
      ...(email.includes('***') ? {} : { email }),
      ...(phone.includes('***') ? {} : { phone }),
    }
    const client = await api.clients.update({ id: idParam(params), version, ...rest, ...contact })
    return { to: paths.clients.detail(client.id), say: `${client.ref} was changed.` }
  },
})

export default function EditClient() {
  const { client, masked } = useLoaderData<typeof loader>()
  const refused = useRefused()
  return (
    <div className="max-w-3xl">
      <PageHeader title={`Edit ${client.name}`} />
      <ActionForm intent="edit" refused={refused} editing={client.version} className="flex flex-col gap-4">
        <FormProblem own={CLIENT_FIELDS} />
        {masked ? (
          <Callout tone="info">Contact data is masked for you. It stays as it is unless you type it anew.</Callout>
        ) : null}
        <Card>
          <ClientFields client={client} />
        </Card>
        <div className="flex gap-2">
          <Submit>Save the change</Submit>
          <LinkButton to={paths.clients.detail(client.id)}>Cancel</LinkButton>
        </div>
      </ActionForm>
    </div>
  )
}
