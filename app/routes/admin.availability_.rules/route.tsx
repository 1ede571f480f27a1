import type { MetaFunction } from '@remix-run/node'
import { Form, useLoaderData, useSubmit } from '@remix-run/react'
import { servicesOf } from '../../features/places.server.ts'
import { loadRules, loadTarget } from '../../features/rules/load-rules.server.ts'
import { ruleActions } from '../../features/rules/rule-actions.server.ts'
import { HoursCard, LimitsCard, NoticeCard, StepCard } from '../../features/rules/rule-cards.tsx'
import { BlackoutsCard, BuffersCard } from '../../features/rules/rule-lists.tsx'
import { useRefused } from '../../features/use-refused.ts'
import { paths } from '../../paths.ts'
import { actions, screen } from '../../screen.server.ts'
import { Button, LinkButton } from '../../ui/button.tsx'
import { Split } from '../../ui/card.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { useScripted } from '../../ui/use-scripted.ts'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction = () => [{ title: 'Rules of availability · Virel' }]
export const handle = {
  crumbs: () => [{ label: 'Availability', to: paths.availability() }, { label: 'Rules' }],
  live: ['availability_rule'],
}

export const loader = screen(async ({ api, url, may }) => {
  const { target, places, zone, place } = await loadTarget({ api, url })
  const [rules, services, models] = await Promise.all([
    loadRules(api, target, place?.slug),
    servicesOf(api),
    api.models.list({ status: ['active', 'inactive'], sort: 'name', limit: 200 }),
  ])
  return {
    target,
    places,
    zone,
    rules,
    services,
    models: models.items.map(({ id, name }) => ({ id, name })),
    mayWrite: may('availability.rules'),
  }
})

export const action = actions(ruleActions)

export default function RulesPage() {
  const { target, zone, rules, services, mayWrite } = useLoaderData<typeof loader>()
  const refused = useRefused()
  const props = { target, rules, mayWrite, refused }
  const here = `${target.scope} ${target.location ?? target.modelId ?? ''}`
  return (
    <>
      <PageHeader
        title={target.scope === 'global' ? 'Rules for everyone' : `Rules for ${target.name}`}
        description="Of each kind the nearest holds: a model’s own, else her place’s, else everyone’s. A model without hours is free at any time."
        actions={
          <>
            {target.modelId ? <LinkButton to={paths.models.detail(target.modelId)}>{target.name}</LinkButton> : null}
            <LinkButton to={paths.availability(target.modelId ? { model: target.modelId } : {})}>Timeline</LinkButton>
            <LinkButton to={paths.travelTimes()}>Ways between places</LinkButton>
          </>
        }
      />
      <Target />
      <Split
        key={here}
        main={
          <>
            <HoursCard {...props} zone={zone} />
            <BlackoutsCard {...props} />
          </>
        }
        side={
          <>
            <NoticeCard {...props} />
            <StepCard {...props} />
            <LimitsCard {...props} />
            <BuffersCard {...props} services={services} />
          </>
        }
      />
    </>
  )
}

/** Whom the rules are for: choosing one empties the other. */
function Target() {
  const { target, places, models } = useLoaderData<typeof loader>()
  const submit = useSubmit()
  const scripted = useScripted()
  const choose = (name: 'place' | 'model', value: string) => submit(value ? { [name]: value } : {}, { method: 'get' })
  return (
    <div className="mb-4 flex flex-wrap items-end gap-2">
      <LinkButton
        to={paths.availabilityRules()}
        tone={target.scope === 'global' ? 'primary' : 'secondary'}
        aria-current={target.scope === 'global' ? 'page' : undefined}
      >
        Everyone
      </LinkButton>
      <Form method="get" className="flex items-end gap-1">
        <label className="text-xs font-medium">
          <span className="mb-1 block">A place</span>
          <select
            key={target.location ?? ''}
            name="place"
            className="field min-w-40"
            defaultValue={target.location ?? ''}
            onChange={(event) => choose('place', event.target.value)}
          >
            <option value="">Choose…</option>
            {places.map((place) => (
              <option key={place.slug} value={place.slug}>
                {place.title}
              </option>
            ))}
          </select>
        </label>
        {scripted ? null : <Button type="submit">Show</Button>}
      </Form>
      <Form method="get" className="flex items-end gap-1">
        <label className="text-xs font-medium">
          <span className="mb-1 block">A model</span>
          <select
            key={target.modelId ?? ''}
            name="model"
            className="field min-w-40"
            defaultValue={target.modelId ?? ''}
            onChange={(event) => choose('model', event.target.value)}
          >
            <option value="">Choose…</option>
            {models.map((model) => (
              <option key={model.id} value={model.id}>
                {model.name}
              </option>
            ))}
          </select>
        </label>
        {scripted ? null : <Button type="submit">Show</Button>}
      </Form>
    </div>
  )
}
