import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { MessageField, WhoFields, WishFields } from '../../features/lead-fields.tsx'
import { readLead } from '../../features/lead-form.server.ts'
import { placesOf, servicesOf } from '../../features/places.server.ts'
import { useRefused } from '../../features/use-refused.ts'
import { paths } from '../../paths.ts'
import { actions, screen } from '../../screen.server.ts'
import { Card } from '../../ui/card.tsx'
import { ActionForm, FormProblem, Submit } from '../../ui/form.tsx'

export const meta: MetaFunction = () => [
  { title: 'Send an inquiry · Virel' },
  { name: 'description', content: 'Tell us what you plan: where, when, and what for.' },
]

export const loader = screen(async ({ api }) => {
  const [places, services, { token }] = await Promise.all([placesOf(api), servicesOf(api), api.inquiries.formToken({})])
  return { places, services, token, key: crypto.randomUUID() }
})

export const action = actions({
  submit: async (form, { api }) => {
    const lead = await readLead(form, api)
    const { ref } = await api.inquiries.submit({ ...lead, website: form.text('website'), formToken: form.text('formToken') })
    return { to: paths.inquiryThanks(ref) }
  },
})

const OWN = ['client.name', 'client.email', 'client.phone', 'message', 'from', 'to', 'location', 'services']

export default function Inquiry() {
  const { places, services, token, key } = useLoaderData<typeof loader>()
  const refused = useRefused()
  // A refused form keeps the moment it was first opened: typing again what was wrong may be quick.
  const opened = refused?.problem.errors?.some((error) => error.path === 'formToken')
    ? token
    : (refused?.values.formToken?.[0] ?? token)
  return (
    <div className="mx-auto max-w-2xl px-4 py-10">
      <h1 className="text-2xl font-semibold tracking-tight">Send an inquiry</h1>
      <p className="mt-1 mb-6 text-muted">Where, when, and what for. We answer by email or phone, usually the same day.</p>
      <ActionForm intent="submit" refused={refused} carry={{ formToken: opened, _key: key }} className="flex flex-col gap-4">
        <FormProblem own={OWN} />
        <Card title="About you" note="An email address or a phone number is enough.">
          <div className="flex flex-col gap-3">
            <WhoFields />
          </div>
        </Card>
        <Card title="About your plan">
          <div className="flex flex-col gap-3">
            <MessageField label="What are you planning?" hint="The occasion, how many people, anything we should know." />
            <WishFields places={places} services={services} />
          </div>
        </Card>
        <div className="absolute -left-[9999px] h-px w-px overflow-hidden" aria-hidden="true">
          <label>
            Leave this empty
            <input type="text" name="website" tabIndex={-1} autoComplete="off" />
          </label>
        </div>
        <div className="flex flex-wrap items-center gap-3">
          <Submit busy="Sending…" className="min-h-10! px-4! text-base!">
            Send the inquiry
          </Submit>
          <p className="text-xs text-muted">We use what you write only to answer you.</p>
        </div>
      </ActionForm>
    </div>
  )
}
