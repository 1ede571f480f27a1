import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { calendarActions } from '../../features/calendars/calendar-actions.server.ts'
import { CalendarsCard } from '../../features/calendars/calendars-card.tsx'
import { refOf } from '../../features/handle.ts'
import { HistoryLink } from '../../features/history-link.tsx'
import { DURATIONS, durationName } from '../../features/model-options.ts'
import { Notes } from '../../features/notes.tsx'
import { servicesOf } from '../../features/places.server.ts'
import { AvailabilityCard } from '../../features/rules/availability-card.tsx'
import { exceptionActions, loadModelRules } from '../../features/rules/exception-actions.server.ts'
import { EntityStatus } from '../../features/status-badge.tsx'
import { CALL_TYPES } from '../../features/statuses.ts'
import { nowIs } from '../../features/transition-form.server.ts'
import { Transitions } from '../../features/transitions.tsx'
import { useRefused } from '../../features/use-refused.ts'
import { paths } from '../../paths.ts'
import { actions, idParam, screen } from '../../screen.server.ts'
import { words } from '../../ui/badge.tsx'
import { LinkButton } from '../../ui/button.tsx'
import { Card, KeyValues, ScrollArea, Split } from '../../ui/card.tsx'
import { ActionForm, Checkbox, CheckboxGroup, FormProblem, Submit } from '../../ui/form.tsx'
import { Money, moneyInput } from '../../ui/money.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { Step } from '../../ui/step.tsx'
import { TimeText } from '../../ui/time.tsx'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: `${data?.model.name ?? 'Model'} · Virel` }]
export const handle = {
  crumbs: (data: unknown) => [{ label: 'Models', to: paths.models.list() }, { label: refOf(data, 'model') }],
  live: ['model', 'availability_rule'],
}

export const loader = screen(async ({ api, params, may }) => {
  const id = idParam(params)
  const [model, services, calendars] = await Promise.all([api.models.get({ id }), servicesOf(api), api.calendars.get({ id })])
  return {
    model,
    services,
    calendars,
    availability: await loadModelRules(api, model),
    mayChangeTime: may('availability.write'),
    mayRule: may('availability.rules'),
    mayManageCalendars: may('calendars.manage'),
    mayWrite: may('models.write'),
    mayBook: may('bookings.write'),
    seesBookings: may('bookings.read'),
  }
})

const CURRENCY = 'GBP'

export const action = actions({
  ...calendarActions,
  ...exceptionActions,
  status: async (form, { api, params }) => {
    const version = form.version()
    form.check()
    const { model, transition, affectedBookings } = await api.models.setStatus({
      id: idParam(params),
      version,
      newStatus: form.text('newStatus'),
      reason: form.optional('reason'),
    })
    const affected =
      affectedBookings > 0 ? ` ${affectedBookings} bookings to come are affected; a task was made to look at them.` : ''
    return { to: paths.models.detail(model.id), say: `${nowIs(model.name, transition.to)}${affected}` }
  },
  note: async (form, { api, params }) => {
    const id = idParam(params)
    await api.models.addNote({ id, body: form.text('body') })
    return { to: paths.models.detail(id), say: 'Note added.' }
  },
  services: async (form, { api, params }) => {
    const id = idParam(params)
    const known = new Map((await api.models.get({ id })).services.map((service) => [service.code, service.notes]))
    const services = form.list('services').map((code) => ({
      code,
      extra: form.money(`extra.${code}`, CURRENCY),
      notes: known.get(code) ?? '',
    }))
    const version = form.version()
    form.check()
    const model = await api.models.setServices({ id, version, services })
    return { to: paths.models.detail(id), say: `${model.name} now offers ${model.services.length} services.` }
  },
  rates: async (form, { api, params }) => {
    const id = idParam(params)
    const place = form.text('place')
    const elsewhere = (await api.models.get({ id })).rates.filter((rate) => rate.location !== place)
    const here = CALL_TYPES.flatMap((callType) =>
      DURATIONS.flatMap((duration) => {
        const price = form.money(`price.${callType}.${duration}`, CURRENCY)
        const taxi = form.money(`taxi.${callType}.${duration}`, CURRENCY)
        return price ? [{ location: place, duration, callType, price, ...(taxi ? { taxi } : {}) }] : []
      }),
    )
    const version = form.version()
    form.check()
    const model = await api.models.setRates({ id, version, rates: [...elsewhere, ...here] })
    return { to: paths.models.detail(id), say: `Rates of ${model.name} saved.` }
  },
})

export default function ModelPage() {
  const data = useLoaderData<typeof loader>()
  const { model } = data
  const refused = useRefused()
  const stats = model.stats
  const elsewhere = model.locations.filter((place) => place.slug !== model.primaryLocation.slug)
  return (
    <>
      <PageHeader
        title={model.name}
        badges={<EntityStatus status={model.status} />}
        description={`${model.publicCode}, ${model.primaryLocation.title}, ${words(model.visibility).toLowerCase()}`}
        actions={
          <>
            {data.seesBookings ? <LinkButton to={paths.bookings.list({ modelId: model.id })}>Bookings</LinkButton> : null}
            {data.mayWrite ? <LinkButton to={paths.models.edit(model.id)}>Edit</LinkButton> : null}
            {data.mayBook && model.status === 'active' ? (
              <LinkButton to={paths.bookings.new({ modelId: model.id })} tone="primary">
                New booking
              </LinkButton>
            ) : null}
          </>
        }
      />
      <Split
        main={
          <>
            {model.possible.length > 0 || model.statusReason ? (
              <Card title="Status">
                {model.statusReason ? <p className="mb-2 text-sm text-muted">Reason given: {model.statusReason}</p> : null}
                <Transitions possible={model.possible} version={model.version} refused={refused} />
              </Card>
            ) : null}
            <Rates />
            <Services />
            {model.notes ? (
              <Card title="Notes">
                <Notes notes={model.notes} mayAdd={data.mayWrite} refused={refused} />
              </Card>
            ) : null}
          </>
        }
        side={
          <>
            <Card title="Profile">
              <KeyValues
                items={[
                  ['Based at', model.primaryLocation.title],
                  ['Also at', elsewhere.map((place) => place.title).join(', ') || 'nowhere else'],
                  ['On the site', `/${model.slug}`],
                  ['Kept free', `${model.bufferBeforeMin} min before, ${model.bufferAfterMin} min after`],
                  model.internalRating !== null && ['Rating', `${model.internalRating.toFixed(1)} of 5`],
                  ['Since', <TimeText key="since" at={model.createdAt} form="date" />],
                ]}
              />
              {model.internalNotes ? (
                <p className="mt-3 border-t border-line pt-3 text-sm whitespace-pre-wrap">{model.internalNotes}</p>
              ) : null}
            </Card>
            <AvailabilityCard {...data.availability} mayWrite={data.mayChangeTime} mayRule={data.mayRule} refused={refused} />
            <CalendarsCard calendars={data.calendars} mayManage={data.mayManageCalendars} refused={refused} />
            {stats ? (
              <Card title="Person">
                <KeyValues
                  items={[
                    ['Age', stats.age],
                    stats.heightCm !== null && ['Height', `${stats.heightCm} cm`],
                    stats.weightKg !== null && ['Weight', `${stats.weightKg} kg`],
                    stats.dressUk !== null && ['Dress', `UK ${stats.dressUk}`],
                    stats.shoeUk !== null && ['Shoe', `UK ${stats.shoeUk}`],
                    stats.hair !== null && ['Hair', words(stats.hair)],
                    stats.eyes !== null && ['Eyes', words(stats.eyes)],
                    stats.smoking !== null && ['Smokes', words(stats.smoking)],
                    stats.tattoos !== null && ['Tattoos', words(stats.tattoos)],
                    stats.piercings !== null && ['Piercings', words(stats.piercings)],
                    stats.nationality !== null && ['Nationality', stats.nationality],
                    ['Languages', stats.languages.join(', ') || 'not said'],
                  ]}
                />
              </Card>
            ) : null}
            {model.addresses && model.addresses.length > 0 ? (
              <Card title="Addresses">
                <ul className="flex flex-col gap-3 text-sm">
                  {model.addresses.map((address) => (
                    <li key={address.id}>
                      {[address.flat, address.street, address.floor].filter(Boolean).join(', ')}
                      <br />
                      {address.postCode}
                      {address.nearestStation ? <span className="text-muted"> · {address.nearestStation}</span> : null}
                      {address.airportOutcalls.length > 0 ? (
                        <span className="block text-xs text-muted">
                          Airports: {address.airportOutcalls.map(words).join(', ')}
                        </span>
                      ) : null}
                    </li>
                  ))}
                </ul>
              </Card>
            ) : null}
            <HistoryLink type="model" id={model.id} />
          </>
        }
      />
    </>
  )
}

type Model = ReturnType<typeof useLoaderData<typeof loader>>['model']

function rateOf(model: Model, place: string, duration: string, callType: string) {
  return model.rates.find((rate) => rate.location === place && rate.duration === duration && rate.callType === callType)
}

function Rates() {
  const { model, mayWrite } = useLoaderData<typeof loader>()
  const places = [model.primaryLocation, ...model.locations.filter((place) => place.slug !== model.primaryLocation.slug)]
  return (
    <Card title="Rates" note="Where there is no rate of their own, the place’s default applies." flush>
      <ScrollArea label="Rates by place and duration">
        <table className="table">
          <caption className="sr-only">Rates by place and duration</caption>
          <thead>
            <tr>
              <th scope="col">Place</th>
              <th scope="col">Kind</th>
              {DURATIONS.map((duration) => (
                <th key={duration} scope="col" className="end">
                  {durationName(duration)}
                </th>
              ))}
              <th scope="col" className="end">
                Taxi
              </th>
            </tr>
          </thead>
          <tbody>
            {places.flatMap((place) =>
              CALL_TYPES.map((callType) => {
                const taxis = model.rates.filter((rate) => rate.location === place.slug && rate.callType === callType)
                const taxi = taxis.find((rate) => rate.taxi.amount > 0)?.taxi
                return (
                  <tr key={`${place.slug} ${callType}`}>
                    <td className="whitespace-nowrap">
                      {callType === CALL_TYPES[0] ? place.title : <span className="sr-only">{place.title}</span>}
                    </td>
                    <td>{words(callType)}</td>
                    {DURATIONS.map((duration) => {
                      const rate = rateOf(model, place.slug, duration, callType)
                      return (
                        <td key={duration} className="end">
                          {rate ? <Money value={rate.price} /> : <span className="text-muted">–</span>}
                        </td>
                      )
                    })}
                    <td className="end">{taxi ? <Money value={taxi} /> : <span className="text-muted">–</span>}</td>
                  </tr>
                )
              }),
            )}
          </tbody>
        </table>
      </ScrollArea>
      {mayWrite ? (
        <div className="flex flex-wrap items-start gap-2 border-t border-line px-4 py-3">
          {places.map((place) => (
            <RateForm key={place.slug} place={place} />
          ))}
        </div>
      ) : null}
    </Card>
  )
}

function RateForm({ place }: { place: { slug: string; title: string } }) {
  const { model } = useLoaderData<typeof loader>()
  const refused = useRefused()
  const mine = refused?.intent === 'rates' && refused.values.place?.[0] === place.slug ? refused : undefined
  return (
    <Step label={`Change ${place.title}`} small wide open={mine !== undefined}>
      <ActionForm
        intent="rates"
        refused={refused}
        editing={model.version}
        carry={{ place: place.slug }}
        only={{ name: 'place', value: place.slug }}
        className="flex flex-col gap-3"
      >
        <FormProblem />
        <div className="overflow-x-auto">
          <table className="table">
            <caption className="sr-only">New rates at {place.title}</caption>
            <thead>
              <tr>
                <th scope="col">Duration</th>
                {CALL_TYPES.flatMap((callType) => [
                  <th key={callType} scope="col">
                    {words(callType)}, {CURRENCY}
                  </th>,
                  <th key={`${callType} taxi`} scope="col">
                    Taxi
                  </th>,
                ])}
              </tr>
            </thead>
            <tbody>
              {DURATIONS.map((duration) => (
                <tr key={duration}>
                  <th scope="row">{durationName(duration)}</th>
                  {CALL_TYPES.flatMap((callType) => {
                    const rate = rateOf(model, place.slug, duration, callType)
                    const price = `price.${callType}.${duration}`
                    const taxi = `taxi.${callType}.${duration}`
                    return [
                      <td key={price}>
                        <input
                          name={price}
                          className="field w-24"
                          inputMode="decimal"
                          aria-label={`${durationName(duration)} ${callType}, price`}
                          defaultValue={mine?.values[price]?.[0] ?? moneyInput(rate?.price)}
                        />
                      </td>,
                      <td key={taxi}>
                        <input
                          name={taxi}
                          className="field w-20"
                          inputMode="decimal"
                          aria-label={`${durationName(duration)} ${callType}, taxi`}
                          defaultValue={mine?.values[taxi]?.[0] ?? (rate && rate.taxi.amount > 0 ? moneyInput(rate.taxi) : '')}
                        />
                      </td>,
                    ]
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        <Submit className="self-start">Save rates</Submit>
      </ActionForm>
    </Step>
  )
}

function Services() {
  const { model, services, mayWrite } = useLoaderData<typeof loader>()
  const refused = useRefused()
  const groups = [...new Set(model.services.map((service) => service.category))]
  const offered = new Map(model.services.map((service) => [service.code, service]))
  const typed = refused?.intent === 'services' ? refused.values : undefined
  return (
    <Card title={`Services (${model.services.length})`}>
      {model.services.length === 0 ? <p className="text-sm text-muted">None yet.</p> : null}
      <div className="grid gap-x-6 gap-y-3 sm:grid-cols-2 xl:grid-cols-3">
        {groups.map((group) => (
          <div key={group}>
            <h3 className="mb-0.5 text-xs font-medium text-muted">{words(group)}</h3>
            <ul className="text-sm">
              {model.services
                .filter((service) => service.category === group)
                .map((service) => (
                  <li key={service.code} className="flex justify-between gap-2">
                    <span>{service.name}</span>
                    {service.extra.amount > 0 ? (
                      <span className="whitespace-nowrap text-muted">
                        +<Money value={service.extra} />
                      </span>
                    ) : null}
                  </li>
                ))}
            </ul>
          </div>
        ))}
      </div>
      {mayWrite ? (
        <Step label="Change services" small className="mt-3" wide open={refused?.intent === 'services'}>
          <ActionForm intent="services" refused={refused} editing={model.version} className="flex flex-col gap-3">
            <FormProblem />
            <p className="text-xs text-muted">Tick what is offered; the amount is what it costs on top, in {CURRENCY}.</p>
            <div className="columns-1 gap-x-6 sm:columns-2">
              {services.map((group) => (
                <CheckboxGroup key={group.name} legend={group.name} className="mb-3 break-inside-avoid">
                  {group.services.map((service) => {
                    const extra = offered.get(service.code)?.extra
                    return (
                      <div key={service.code} className="flex items-center justify-between gap-2 py-0.5">
                        <Checkbox
                          name="services"
                          value={service.code}
                          label={service.name}
                          defaultChecked={offered.has(service.code)}
                        />
                        <input
                          name={`extra.${service.code}`}
                          className="field w-20"
                          inputMode="decimal"
                          placeholder="0.00"
                          aria-label={`Extra for ${service.name}`}
                          defaultValue={
                            typed?.[`extra.${service.code}`]?.[0] ?? (extra && extra.amount > 0 ? moneyInput(extra) : '')
                          }
                        />
                      </div>
                    )
                  })}
                </CheckboxGroup>
              ))}
            </div>
            <Submit className="self-start">Save services</Submit>
          </ActionForm>
        </Step>
      ) : null}
    </Card>
  )
}
