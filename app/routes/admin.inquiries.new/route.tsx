import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { MessageField, WhoFields, WishFields } from '../../features/lead-fields.tsx'
import { readLead } from '../../features/lead-form.server.ts'
import { placesOf, servicesOf } from '../../features/places.server.ts'
import { optionsOf, PRIORITIES, SOURCES } from '../../features/statuses.ts'
import { useRefused } from '../../features/use-refused.ts'
import { paths } from '../../paths.ts'
import { actions, screen } from '../../screen.server.ts'
import { LinkButton } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { ActionForm, Field, FieldRow, FormProblem, Input, Select, Submit } from '../../ui/form.tsx'
import { PageHeader } from '../../ui/page-header.tsx'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction = () => [{ title: 'New inquiry · Virel' }]
export const handle = { crumbs: () => [{ label: 'Inquiries', to: paths.inquiries.list() }, { label: 'New' }] }

export const loader = screen(async ({ api, need }) => {
  need('inquiries.write')
  const [places, services] = await Promise.all([placesOf(api), servicesOf(api)])
  return { places, services, key: crypto.randomUUID() }
})

export const action = actions({
  receive: async (form, { api }) => {
    const source = form.pick('source', SOURCES) ?? 'phone'
    const priority = form.pick('priority', PRIORITIES) ?? 'normal'
    const lead = await readLead(form, api)
    const inquiry = await api.inquiries.receive({ ...lead, source, priority, externalRef: form.optional('externalRef') })
    return { to: paths.inquiries.detail(inquiry.id), say: `Inquiry ${inquiry.ref} of ${inquiry.client.name} taken in.` }
  },
})

const OWN = ['client.name', 'client.email', 'client.phone', 'message', 'from', 'to', 'location', 'services', 'source', 'subject']

export default function NewInquiry() {
  const { places, services, key } = useLoaderData<typeof loader>()
  const refused = useRefused()
  return (
    <div className="max-w-3xl">
      <PageHeader title="New inquiry" description="A client known by phone or email is found again, not made twice." />
      <ActionForm intent="receive" refused={refused} carry={{ _key: key }} className="flex flex-col gap-4">
        <FormProblem own={OWN} />
        <Card title="Client">
          <div className="flex flex-col gap-3">
            <WhoFields />
          </div>
        </Card>
        <Card title="Wish">
          <div className="flex flex-col gap-3">
            <Field name="subject" label="Subject">
              <Input maxLength={200} />
            </Field>
            <MessageField label="What the client said" />
            <WishFields places={places} services={services} />
          </div>
        </Card>
        <Card title="Arrival">
          <FieldRow>
            <Field name="source" label="Came by" required>
              <Select defaultValue="phone" options={optionsOf(SOURCES)} />
            </Field>
            <Field name="priority" label="Priority" required>
              <Select defaultValue="normal" options={optionsOf(PRIORITIES)} />
            </Field>
            <Field name="externalRef" label="Reference at the source" hint="The same source and reference is the same inquiry.">
              <Input maxLength={200} />
            </Field>
          </FieldRow>
        </Card>
        <div className="flex gap-2">
          <Submit>Take in</Submit>
          <LinkButton to={paths.inquiries.list()}>Cancel</LinkButton>
        </div>
      </ActionForm>
    </div>
  )
}
