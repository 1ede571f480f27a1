import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { Printer } from 'lucide-react'
import { Assignment } from '../../features/assignment.tsx'
import { LinkCard } from '../../features/checkout/link-card.tsx'
import { linkActions, linksOf } from '../../features/checkout/links.server.ts'
import { contactActions } from '../../features/contact.server.ts'
import { Contact, ContactReveal } from '../../features/contact.tsx'
import { useEntityCommands } from '../../features/entity-commands.ts'
import { refOf } from '../../features/handle.ts'
import { HistoryLink } from '../../features/history-link.tsx'
import { NoteForm } from '../../features/notes.tsx'
import { peopleToAssign } from '../../features/people.server.ts'
import { type Place, placesOf, servicesOf } from '../../features/places.server.ts'
import { type ServiceGroup, ServicesChoice } from '../../features/services-choice.tsx'
import { EntityStatus } from '../../features/status-badge.tsx'
import { optionsOf, PAYMENT_METHODS } from '../../features/statuses.ts'
import { holdActions } from '../../features/time/hold-actions.server.ts'
import { HoldCard } from '../../features/time/hold-card.tsx'
import { modelsToBook } from '../../features/time/models-to-book.server.ts'
import { InsteadOfStep } from '../../features/time/refused-time.tsx'
import { reschedule } from '../../features/time/reschedule.server.ts'
import { RescheduleForm } from '../../features/time/reschedule-form.tsx'
import { nowIs, readTransition } from '../../features/transition-form.server.ts'
import { Transitions } from '../../features/transitions.tsx'
import { useRefused } from '../../features/use-refused.ts'
import { paths } from '../../paths.ts'
import { actions, idParam, screen } from '../../screen.server.ts'
import { words } from '../../ui/badge.tsx'
import { LinkButton, TextLink } from '../../ui/button.tsx'
import { Card, KeyValues, Split } from '../../ui/card.tsx'
import { Countdown } from '../../ui/countdown.tsx'
import { ActionForm, Field, FormProblem, Input, MoneyInput, Select, Submit, Textarea } from '../../ui/form.tsx'
import { Money, moneyInput, moneyText } from '../../ui/money.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { Step } from '../../ui/step.tsx'
import { durationText, Period, TimeText } from '../../ui/time.tsx'
import { Timeline } from '../../ui/timeline.tsx'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: `${data?.booking.ref ?? 'Booking'} · Virel` }]
export const handle = {
  crumbs: (data: unknown) => [{ label: 'Bookings', to: paths.bookings.list() }, { label: refOf(data, 'booking') }],
  live: ['booking', 'payment'],
}

export const loader = screen(async ({ api, params, may, user }) => {
  const id = idParam(params)
  const [booking, timeline, payments, people, places, services, models] = await Promise.all([
    api.bookings.get({ id }),
    api.bookings.timeline({ id }),
    may('payments.record')
      ? api.payments.ofBooking({ bookingId: id, limit: 50 })
      : may('payments.read')
        ? api.payments.list({ bookingId: id, limit: 50 })
        : null,
    may('bookings.assign') ? peopleToAssign(api, may) : null,
    may('bookings.write') ? placesOf(api) : Promise.resolve<Place[]>([]),
    may('bookings.write') ? servicesOf(api) : Promise.resolve<ServiceGroup[]>([]),
    may('bookings.write') && may('models.read') ? modelsToBook(api) : Promise.resolve([]),
  ])
  const editable = ['draft', 'pending', 'deposit_required', 'confirmed'].includes(booking.status)
  return {
    booking,
    timeline: timeline.items,
    payments: payments?.items ?? null,
    links: await linksOf(api, may, booking),
    people,
    places,
    services,
    models,
    me: user?.id ?? '',
    paymentKey: crypto.randomUUID(),
    mayWrite: may('bookings.write'),
    mayAssign: may('bookings.assign'),
    mayWaive: may('bookings.waive_deposit'),
    mayRecord: may('payments.record'),
    mayEdit: may('bookings.write') && editable,
    mayMove: may('bookings.write') && (editable || booking.status === 'in_progress'),
    mayOverride: may('availability.override'),
    seesClient: may('clients.read'),
    seesModel: may('models.read'),
    seesInquiry: may('inquiries.read'),
  }
})

export const action = actions({
  ...contactActions('booking'),
  ...linkActions,
  ...holdActions(({ params }) => paths.bookings.detail(idParam(params))),
  reschedule,
  status: async (form, { api, params }) => {
    const request = readTransition(form)
    const { booking, transition } = await api.bookings.setStatus({ id: idParam(params), ...request })
    return { to: paths.bookings.detail(booking.id), say: nowIs(booking.ref, transition.to) }
  },
  note: async (form, { api, params }) => {
    const booking = await api.bookings.addNote({ id: idParam(params), body: form.text('body') })
    return { to: paths.bookings.detail(booking.id), say: `Note added to ${booking.ref}.` }
  },
  assign: async (form, { api, params, user }) => {
    const userId = form.optional('userId') ?? null
    const booking = await api.bookings.assign({ id: idParam(params), userId })
    const who = booking.assignee ? (booking.assignee.id === user?.id ? 'you' : booking.assignee.name) : 'nobody'
    return { to: paths.bookings.detail(booking.id), say: `${booking.ref} is now with ${who}.` }
  },
  payment: async (form, { api, params }) => {
    const id = idParam(params)
    const type = form.pick('type', ['deposit', 'full', 'refund']) ?? 'deposit'
    const method = form.pick('method', PAYMENT_METHODS) ?? 'other'
    const amount = form.requiredMoney('amount', form.optional('currency'))
    form.check()
    const payment = await api.payments.record({ id, type, method, amount, reference: form.optional('reference') })
    const then = payment.booking?.status === 'confirmed' ? ` ${payment.bookingRef} is confirmed.` : ''
    return {
      to: paths.bookings.detail(id),
      say: `${type === 'refund' ? 'Refund' : 'Payment'} of ${moneyText(payment.amount)} recorded as ${payment.ref}.${then}`,
    }
  },
  deposit: async (form, { api, params }) => {
    const depositRequired = form.money('depositRequired', form.optional('currency')) ?? null
    const version = form.version()
    form.check()
    const booking = await api.bookings.update({ id: idParam(params), version, depositRequired })
    return {
      to: paths.bookings.detail(booking.id),
      say: booking.depositRequired
        ? `Deposit of ${booking.ref}: ${moneyText(booking.depositRequired)}.`
        : `${booking.ref} asks for no deposit.`,
    }
  },
  services: async (form, { api, params }) => {
    const version = form.version()
    form.check()
    const booking = await api.bookings.setServices({ id: idParam(params), version, services: form.list('services') })
    return {
      to: paths.bookings.detail(booking.id),
      say: `Services of ${booking.ref} changed; the price is now ${moneyText(booking.price)}.`,
    }
  },
  internal: async (form, { api, params }) => {
    const version = form.version()
    form.check()
    const booking = await api.bookings.update({ id: idParam(params), version, internalNotes: form.text('internalNotes') })
    return { to: paths.bookings.detail(booking.id), say: `Internal notes of ${booking.ref} saved.` }
  },
  arrival: async (form, { api, params }) => {
    const confirmed = form.text('confirmed') === 'yes'
    const booking = await api.bookings.update({ id: idParam(params), clientConfirmedArrival: confirmed })
    return {
      to: paths.bookings.detail(booking.id),
      say: confirmed ? 'Noted: the client has confirmed the arrival.' : 'Noted: the arrival is not confirmed.',
    }
  },
})

export default function BookingPage() {
  const data = useLoaderData<typeof loader>()
  const { booking } = data
  const refused = useRefused()
  useEntityCommands({ ...booking, version: undefined, taker: data.mayWrite ? data.me : null })
  return (
    <>
      <PageHeader
        title={`${booking.ref} · ${booking.model.name}`}
        badges={<EntityStatus status={booking.status} />}
        description={
          <>
            {booking.client.name}, <Period from={booking.start} to={booking.end} zone={booking.place.zone} />,{' '}
            {booking.place.title}
          </>
        }
        actions={
          <LinkButton to={paths.bookings.print(booking.id)} icon={<Printer aria-hidden="true" className="size-3.5" />}>
            Print
          </LinkButton>
        }
      />
      <Split
        main={
          <>
            <Card title="Next step">
              {booking.hold ? (
                <HoldCard hold={booking.hold} zone={booking.place.zone} refused={refused} mayChange={data.mayWrite} />
              ) : null}
              {booking.statusReason ? <p className="mb-2 text-sm text-muted">Reason given: {booking.statusReason}</p> : null}
              <Transitions
                possible={booking.possible}
                version={booking.version}
                refused={refused}
                deposit={booking.depositRequired}
                mayWaive={data.mayWaive}
              />
              <InsteadOfStep refused={refused} zone={booking.place.zone} mayOverride={data.mayOverride} />
              {booking.paid.amount > 0 && booking.possible.some((step) => step.to === 'cancelled') ? (
                <p className="mt-2 text-sm">
                  <TextLink to={paths.finance.cancel(booking.id)}>What cancelling gives back</TextLink>
                  <span className="text-muted"> now, and how that changes with time</span>
                </p>
              ) : null}
            </Card>
            <Details />
            <Price />
            <Card title="Timeline">
              {data.mayWrite ? (
                <div className="mb-4">
                  <NoteForm refused={refused} />
                </div>
              ) : null}
              <Timeline
                zone={booking.place.zone}
                items={[...data.timeline]
                  .reverse()
                  .map((item) => ({ id: item.id, at: item.at, title: item.title, body: item.body, by: item.by }))}
              />
            </Card>
          </>
        }
        side={
          <>
            <Card title="Client">
              <Contact client={booking.client} contact={booking.contact} linked={data.seesClient} />
              <ContactReveal access={booking.contactAccess} clientId={booking.clientId} refused={refused} />
              <div className="mt-3 flex flex-wrap items-center gap-2 text-sm">
                <span>Arrival {booking.clientConfirmedArrival ? 'confirmed by the client' : 'not confirmed yet'}</span>
                {data.mayEdit ? (
                  <ActionForm
                    intent="arrival"
                    refused={refused}
                    carry={{ confirmed: booking.clientConfirmedArrival ? 'no' : 'yes' }}
                  >
                    <FormProblem className="mb-2" />
                    <Submit tone="secondary" small>
                      {booking.clientConfirmedArrival ? 'Take back' : 'Arrival confirmed'}
                    </Submit>
                  </ActionForm>
                ) : null}
              </div>
            </Card>
            {data.links ? <LinkCard booking={data.links.booking} links={data.links.items} refused={refused} /> : null}
            <Sums />
            <Card title="Assignment">
              <Assignment
                assignee={booking.assignee}
                me={data.me}
                people={data.people}
                mayTake={data.mayWrite}
                mayTakeOver={data.mayAssign}
                refused={refused}
              />
            </Card>
            {data.mayWrite || booking.internalNotes ? (
              <Card title="Internal notes">
                {data.mayWrite ? (
                  <ActionForm intent="internal" refused={refused} editing={booking.version} className="flex flex-col gap-2">
                    <FormProblem own={['internalNotes']} />
                    <Field name="internalNotes" label="Internal notes" hideLabel>
                      <Textarea
                        rows={4}
                        maxLength={10000}
                        defaultValue={booking.internalNotes}
                        placeholder="Only people of the agency see this"
                      />
                    </Field>
                    <Submit tone="secondary" small className="self-end">
                      Save notes
                    </Submit>
                  </ActionForm>
                ) : (
                  <p className="text-sm whitespace-pre-wrap">{booking.internalNotes}</p>
                )}
              </Card>
            ) : null}
            <HistoryLink type="booking" id={data.booking.id} />
          </>
        }
      />
    </>
  )
}

function Details() {
  const data = useLoaderData<typeof loader>()
  const { booking } = data
  const refused = useRefused()
  const zone = booking.place.zone
  return (
    <Card title="Details">
      <KeyValues
        columns={2}
        items={[
          ['When', <Period key="when" from={booking.start} to={booking.end} zone={zone} />],
          ['Duration', durationText(booking.start, booking.end)],
          ['Place', `${booking.place.title} (${zone})`],
          ['Kind', words(booking.callType)],
          [
            'Model',
            data.seesModel ? (
              <TextLink key="model" to={paths.models.detail(booking.model.id)}>
                {booking.model.name}
              </TextLink>
            ) : (
              booking.model.name
            ),
          ],
          ['Code', booking.model.publicCode],
          booking.inquiry && [
            'Inquiry',
            data.seesInquiry ? (
              <TextLink key="inquiry" to={paths.inquiries.detail(booking.inquiry.id)}>
                {booking.inquiry.ref}
              </TextLink>
            ) : (
              booking.inquiry.ref
            ),
          ],
          ['Made', <TimeText key="made" at={booking.createdAt} />],
        ]}
      />
      {data.mayMove ? (
        <RescheduleForm
          booking={booking}
          places={data.places}
          models={data.models}
          refused={refused}
          mayOverride={data.mayOverride}
        />
      ) : null}
    </Card>
  )
}

function Price() {
  const data = useLoaderData<typeof loader>()
  const { booking } = data
  const refused = useRefused()
  return (
    <Card title="Price and services" flush>
      {booking.priceLines.length === 0 ? (
        <EmptyState title="No price lines">The place has no rate for this duration yet.</EmptyState>
      ) : (
        <table className="table">
          <caption className="sr-only">Price lines</caption>
          <thead>
            <tr>
              <th scope="col">For</th>
              <th scope="col" className="end">
                Amount
              </th>
            </tr>
          </thead>
          <tbody>
            {booking.priceLines.map((line) => (
              <tr key={`${line.kind} ${line.label}`}>
                <td>{line.label}</td>
                <td className="end">
                  <Money value={{ amount: line.amount, currency: booking.price.currency }} />
                </td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr className="font-semibold">
              <td>Total</td>
              <td className="end">
                <Money value={booking.price} />
              </td>
            </tr>
          </tfoot>
        </table>
      )}
      <div className="px-4 py-3">
        <p className="text-sm">
          <span className="text-muted">Services: </span>
          {booking.services.length > 0 ? booking.services.map((service) => service.name).join(', ') : 'none chosen'}
        </p>
        {data.mayEdit && data.services.length > 0 ? (
          <Step label="Change services" small className="mt-2" open={refused?.intent === 'services'} wide>
            <ActionForm intent="services" refused={refused} editing={booking.version} className="flex flex-col gap-3">
              <FormProblem />
              <ServicesChoice groups={data.services} chosen={booking.services.map((service) => service.code)} />
              <Submit className="self-start">Save services</Submit>
            </ActionForm>
          </Step>
        ) : null}
      </div>
    </Card>
  )
}

function Sums() {
  const data = useLoaderData<typeof loader>()
  const { booking, payments } = data
  const refused = useRefused()
  const currency = booking.price.currency
  return (
    <Card title="Money">
      <KeyValues
        items={[
          ['Price', <Money key="price" value={booking.price} />],
          [
            'Paid',
            <span key="paid">
              <Money value={booking.paid} /> <span className="text-muted">({words(booking.paymentStatus).toLowerCase()})</span>
            </span>,
          ],
          [
            'Deposit',
            booking.depositRequired ? (
              <span key="deposit">
                <Money value={booking.depositRequired} />{' '}
                <span className="text-muted">({words(booking.depositStatus).toLowerCase()})</span>
              </span>
            ) : (
              'None set'
            ),
          ],
          booking.depositDeadline !== null &&
            booking.status === 'deposit_required' && ['Held for', <Countdown key="held" until={booking.depositDeadline} />],
          booking.waiver && ['Waived', `${booking.waiver.reason}${booking.waiver.by ? ` (${booking.waiver.by.name})` : ''}`],
        ]}
      />
      <div className="mt-3 flex flex-col items-stretch gap-2">
        {data.mayWrite && ['draft', 'pending'].includes(booking.status) ? (
          <Step
            label={booking.depositRequired ? 'Change the deposit' : 'Set a deposit'}
            small
            open={refused?.intent === 'deposit'}
          >
            <ActionForm
              intent="deposit"
              refused={refused}
              editing={booking.version}
              carry={{ currency }}
              className="flex flex-col gap-2"
            >
              <FormProblem own={['depositRequired']} />
              <Field name="depositRequired" label="Deposit" hint="Empty: none is asked for.">
                <MoneyInput currency={currency} defaultValue={moneyInput(booking.depositRequired)} placeholder="250.00" />
              </Field>
              <Submit className="self-start">Save the deposit</Submit>
            </ActionForm>
          </Step>
        ) : null}
        {data.mayRecord ? (
          <Step label="Record a payment" small open={refused?.intent === 'payment'}>
            <ActionForm
              intent="payment"
              refused={refused}
              carry={{ currency, _key: data.paymentKey }}
              className="flex flex-col gap-3"
            >
              <FormProblem own={['amount', 'type', 'method', 'reference']} />
              <Field name="type" label="What for" required>
                <Select
                  defaultValue={booking.depositStatus === 'paid' ? 'full' : 'deposit'}
                  options={[
                    { value: 'deposit', label: 'Deposit' },
                    { value: 'full', label: 'Price' },
                    { value: 'refund', label: 'Refund to the client' },
                  ]}
                />
              </Field>
              <Field name="amount" label="Amount" required>
                <MoneyInput
                  currency={currency}
                  placeholder="250.00"
                  defaultValue={booking.depositStatus === 'paid' ? '' : moneyInput(booking.depositRequired)}
                />
              </Field>
              <Field name="method" label="How" required>
                <Select options={optionsOf(PAYMENT_METHODS)} />
              </Field>
              <Field name="reference" label="Reference">
                <Input maxLength={200} placeholder="Receipt or transfer number" />
              </Field>
              <Submit className="self-start" busy="Recording…">
                Record
              </Submit>
            </ActionForm>
          </Step>
        ) : null}
      </div>
      {payments && payments.length > 0 ? (
        <ul className="mt-3 flex flex-col divide-y divide-line border-t border-line text-sm">
          {payments.map((payment) => (
            <li key={payment.id} className="flex items-baseline justify-between gap-3 py-1.5">
              <span className="min-w-0">
                <span className="font-medium">{payment.ref}</span> {words(payment.type)}
                <span className="block text-xs text-muted">
                  <TimeText at={payment.createdAt} />
                  {payment.method ? ` · ${words(payment.method)}` : ''}
                  {payment.reference ? ` · ${payment.reference}` : ''}
                </span>
              </span>
              <span className="text-right">
                <Money
                  value={payment.type === 'refund' ? { ...payment.amount, amount: -payment.amount.amount } : payment.amount}
                />
                {payment.status === 'succeeded' ? null : (
                  <span className="block text-xs text-muted">{words(payment.status)}</span>
                )}
              </span>
            </li>
          ))}
        </ul>
      ) : null}
    </Card>
  )
}
