import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { Assignment } from '../../features/assignment.tsx'
import { LinkCard } from '../../features/checkout/link-card.tsx'
import { linkActions, linksOf } from '../../features/checkout/links.server.ts'
import { contactActions } from '../../features/contact.server.ts'
import { Contact, ContactReveal } from '../../features/contact.tsx'
import { useEntityCommands } from '../../features/entity-commands.ts'
import { refOf } from '../../features/handle.ts'
import { historyOf } from '../../features/history.server.ts'
import { History } from '../../features/history.tsx'
import { Notes } from '../../features/notes.tsx'
import { peopleToAssign } from '../../features/people.server.ts'
import { type Place, placesOf, servicesOf, zoneOf } from '../../features/places.server.ts'
import { type ServiceGroup, ServicesChoice } from '../../features/services-choice.tsx'
import { EntityStatus, Urgency } from '../../features/status-badge.tsx'
import { optionsOf, PRIORITIES } from '../../features/statuses.ts'
import { nowIs, readTransition } from '../../features/transition-form.server.ts'
import { Transitions } from '../../features/transitions.tsx'
import { useRefused } from '../../features/use-refused.ts'
import { paths } from '../../paths.ts'
import { actions, idParam, screen } from '../../screen.server.ts'
import { words } from '../../ui/badge.tsx'
import { LinkButton, TextLink } from '../../ui/button.tsx'
import { Card, KeyValues, Split } from '../../ui/card.tsx'
import { ActionForm, Field, FieldRow, FormProblem, Input, MoneyInput, Select, Submit, Textarea } from '../../ui/form.tsx'
import { Money, moneyInput } from '../../ui/money.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { Step } from '../../ui/step.tsx'
import { inputTime, Period, TimeText } from '../../ui/time.tsx'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: `${data?.inquiry.ref ?? 'Inquiry'} · Virel` }]
export const handle = {
  crumbs: (data: unknown) => [{ label: 'Inquiries', to: paths.inquiries.list() }, { label: refOf(data, 'inquiry') }],
  live: ['inquiry', 'booking'],
}

const OVER = ['converted', 'lost', 'spam']

export const loader = screen(async ({ api, params, may, user }) => {
  const id = idParam(params)
  const [inquiry, people, places, services, history] = await Promise.all([
    api.inquiries.get({ id }),
    may('inquiries.assign') ? peopleToAssign(api, may) : null,
    may('inquiries.write') ? placesOf(api) : Promise.resolve<Place[]>([]),
    may('inquiries.write') ? servicesOf(api) : Promise.resolve<ServiceGroup[]>([]),
    historyOf(api, may, 'inquiry', id),
  ])
  const mayWrite = may('inquiries.write')
  const isFree = inquiry.booking === null || ['draft', 'pending'].includes(inquiry.booking.status)
  return {
    inquiry,
    people,
    places,
    services,
    history,
    links: inquiry.booking && may('bookings.read') ? await linksOf(api, may, inquiry.booking) : null,
    me: user?.id ?? '',
    mayWrite,
    mayEdit: mayWrite && !OVER.includes(inquiry.status),
    mayAssign: may('inquiries.assign'),
    mayPropose: mayWrite && isFree && ['qualified', 'awaiting_client'].includes(inquiry.status),
    // The client agreed, but what was held for them is gone: all that is left is to book again.
    mayRebook: mayWrite && may('inquiries.transition') && isFree && inquiry.status === 'awaiting_deposit',
    mayWaive: may('bookings.waive_deposit'),
    seesClient: may('clients.read'),
    seesBooking: may('bookings.read'),
  }
})

export const action = actions({
  ...contactActions('inquiry'),
  ...linkActions,
  status: async (form, { api, params }) => {
    const request = readTransition(form)
    const { inquiry, transition } = await api.inquiries.setStatus({ id: idParam(params), ...request })
    return { to: paths.inquiries.detail(inquiry.id), say: nowIs(inquiry.ref, transition.to) }
  },
  note: async (form, { api, params }) => {
    const inquiry = await api.inquiries.addNote({ id: idParam(params), body: form.text('body') })
    return { to: paths.inquiries.detail(inquiry.id), say: `Note added to ${inquiry.ref}.` }
  },
  assign: async (form, { api, params, user }) => {
    const inquiry = await api.inquiries.assign({ id: idParam(params), userId: form.optional('userId') ?? null })
    const who = inquiry.assignee ? (inquiry.assignee.id === user?.id ? 'you' : inquiry.assignee.name) : 'nobody'
    return { to: paths.inquiries.detail(inquiry.id), say: `${inquiry.ref} is now with ${who}.` }
  },
  edit: async (form, { api, params }) => {
    const location = form.optional('location') ?? null
    const zone = await zoneOf(api, location ?? undefined)
    const from = form.time('from', zone) ?? null
    const to = form.time('to', zone) ?? null
    const deposit = form.money('deposit') ?? null
    const priority = form.pick('priority', PRIORITIES)
    const version = form.version()
    form.check()
    const inquiry = await api.inquiries.update({
      id: idParam(params),
      version,
      subject: form.text('subject'),
      message: form.text('message'),
      location,
      from,
      to,
      priority,
      deposit,
      services: form.list('services'),
    })
    return { to: paths.inquiries.detail(inquiry.id), say: `${inquiry.ref} was changed.` }
  },
})

export default function InquiryPage() {
  const data = useLoaderData<typeof loader>()
  const { inquiry } = data
  const refused = useRefused()
  useEntityCommands({ ...inquiry, version: undefined, taker: data.mayWrite ? data.me : null })
  const zone = inquiry.place?.zone
  return (
    <>
      <PageHeader
        title={inquiry.subject ? `${inquiry.ref} · ${inquiry.subject}` : inquiry.ref}
        badges={
          <>
            <EntityStatus status={inquiry.status} />
            {['high', 'critical'].includes(inquiry.priority) ? <Urgency level={inquiry.priority} /> : null}
          </>
        }
        description={
          <>
            {inquiry.client.name}, by {words(inquiry.source).toLowerCase()}, <TimeText at={inquiry.createdAt} />
          </>
        }
      />
      <Split
        main={
          <>
            <Card title="Next step">
              {inquiry.statusReason ? <p className="mb-2 text-sm text-muted">Reason given: {inquiry.statusReason}</p> : null}
              {data.mayPropose || data.mayRebook ? (
                <div className="mb-3">
                  <LinkButton to={paths.proposal(inquiry.id)} tone={inquiry.booking ? 'secondary' : 'primary'}>
                    {data.mayRebook
                      ? 'Find matches and book again'
                      : inquiry.booking
                        ? 'Propose someone else, or book'
                        : 'Find matches and propose'}
                  </LinkButton>
                </div>
              ) : null}
              <Transitions
                possible={inquiry.possible}
                version={inquiry.version}
                refused={refused}
                deposit={inquiry.deposit}
                mayWaive={data.mayWaive}
              />
            </Card>
            <Card title="Message">
              <p className="max-w-prose text-sm whitespace-pre-wrap">{inquiry.message}</p>
            </Card>
            <Card title="Wish">
              <KeyValues
                columns={2}
                items={[
                  ['Place', inquiry.place?.title ?? 'Not decided'],
                  [
                    'Time',
                    inquiry.from ? (
                      inquiry.to ? (
                        <Period key="time" from={inquiry.from} to={inquiry.to} zone={zone} />
                      ) : (
                        <TimeText key="time" at={inquiry.from} zone={zone} />
                      )
                    ) : (
                      'Not decided'
                    ),
                  ],
                  ['Services', inquiry.services.length > 0 ? inquiry.services.map((one) => one.name).join(', ') : 'None named'],
                  ['Priority', <Urgency key="priority" level={inquiry.priority} />],
                  ['Deposit', inquiry.deposit ? <Money key="deposit" value={inquiry.deposit} /> : 'None set'],
                  inquiry.waiver && ['Deposit waived', inquiry.waiver.reason],
                  inquiry.externalRef !== null && ['Source ref', inquiry.externalRef],
                  inquiry.answeredAt !== null && ['Answered', <TimeText key="answered" at={inquiry.answeredAt} />],
                ]}
              />
              {data.mayEdit ? <EditWish /> : null}
            </Card>
            <Card title="Notes">
              <Notes notes={inquiry.notes} mayAdd={data.mayWrite} refused={refused} />
            </Card>
            {data.history ? <History {...data.history} /> : null}
          </>
        }
        side={
          <>
            <Card title="Client">
              <Contact client={inquiry.client} contact={inquiry.contact} linked={data.seesClient} />
              <ContactReveal access={inquiry.contactAccess} clientId={inquiry.clientId} refused={refused} />
            </Card>
            <Card title="Booking">
              {inquiry.booking ? (
                <p className="flex items-center gap-2 text-sm">
                  {data.seesBooking ? (
                    <TextLink to={paths.bookings.detail(inquiry.booking.id)} className="font-medium">
                      {inquiry.booking.ref}
                    </TextLink>
                  ) : (
                    inquiry.booking.ref
                  )}
                  <EntityStatus status={inquiry.booking.status} />
                </p>
              ) : (
                <p className="text-sm text-muted">No model has been proposed yet.</p>
              )}
            </Card>
            {data.links ? <LinkCard booking={data.links.booking} links={data.links.items} refused={refused} /> : null}
            <Card title="Assignment">
              <Assignment
                assignee={inquiry.assignee}
                me={data.me}
                people={data.people}
                mayTake={data.mayWrite}
                mayTakeOver={data.mayAssign}
                refused={refused}
              />
            </Card>
          </>
        }
      />
    </>
  )
}

function EditWish() {
  const { inquiry, places, services } = useLoaderData<typeof loader>()
  const refused = useRefused()
  const zone = inquiry.place?.zone ?? 'Europe/London'
  return (
    <Step label="Edit" small className="mt-3" open={refused?.intent === 'edit'} wide>
      <ActionForm intent="edit" refused={refused} editing={inquiry.version} className="flex flex-col gap-3">
        <FormProblem own={['subject', 'message', 'location', 'from', 'to', 'deposit', 'priority', 'services']} />
        <Field name="subject" label="Subject">
          <Input maxLength={200} defaultValue={inquiry.subject} />
        </Field>
        <Field name="message" label="Message" required>
          <Textarea rows={4} maxLength={10000} defaultValue={inquiry.message} />
        </Field>
        <FieldRow>
          <Field name="location" label="Place">
            <Select
              empty="Not decided yet"
              defaultValue={inquiry.location ?? ''}
              options={places.map((place) => ({ value: place.slug, label: place.title }))}
            />
          </Field>
          <Field name="priority" label="Priority" required>
            <Select defaultValue={inquiry.priority} options={optionsOf(PRIORITIES)} />
          </Field>
          <Field name="from" label="Wished from" hint="Local time at the place.">
            <Input type="datetime-local" defaultValue={inputTime(inquiry.from, zone)} />
          </Field>
          <Field name="to" label="Wished to">
            <Input type="datetime-local" defaultValue={inputTime(inquiry.to, zone)} />
          </Field>
          <Field name="deposit" label="Deposit">
            <MoneyInput currency={inquiry.deposit?.currency} defaultValue={moneyInput(inquiry.deposit)} placeholder="250.00" />
          </Field>
        </FieldRow>
        <ServicesChoice groups={services} chosen={inquiry.services.map((service) => service.code)} />
        <Submit className="self-start">Save the change</Submit>
      </ActionForm>
    </Step>
  )
}
