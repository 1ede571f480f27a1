import type { MetaFunction } from '@remix-run/node'
import { Form, useLoaderData, useSubmit } from '@remix-run/react'
import { placesOf } from '../../features/places.server.ts'
import { useRefused } from '../../features/use-refused.ts'
import { paths } from '../../paths.ts'
import { actions, listQuery, screen } from '../../screen.server.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button, LinkButton } from '../../ui/button.tsx'
import { ActionForm, Checkbox, Field, FormProblem, Input, Submit } from '../../ui/form.tsx'
import { ListPanel, Pager } from '../../ui/list.tsx'
import { PageHeader } from '../../ui/page-header.tsx'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction = () => [{ title: 'Ways between places · Virel' }]
export const handle = { crumbs: () => [{ label: 'Availability', to: paths.availability() }, { label: 'Ways between places' }] }

export const loader = screen(async ({ api, url, may }) => {
  const places = await placesOf(api)
  const { cursor, from } = listQuery<{ from: string; cursor?: string }>(url, ['from'])
  const chosen = places.find((place) => place.slug === from) ?? places[0]
  const ways = await api.availability.travel.list({ from: chosen?.slug, cursor, limit: 100 })
  return { places, from: chosen?.slug ?? '', ways: ways.items, next: ways.nextCursor, mayWrite: may('availability.rules') }
})

export const action = actions({
  set: async (form, { api }) => {
    const [from, to] = [form.text('from'), form.text('to')]
    const minutes = form.whole('minutes') ?? null
    form.check()
    await api.availability.travel.set({ from, to, minutes, bothWays: form.checked('bothWays') })
    const say = minutes === null ? 'The way is estimated by distance again.' : `The way takes ${minutes} minutes.`
    return { to: paths.travelTimes({ from }), say }
  },
})

export default function TravelPage() {
  const { places, from, ways, next, mayWrite } = useLoaderData<typeof loader>()
  const submit = useSubmit()
  const refused = useRefused()
  return (
    <>
      <PageHeader
        title="Ways between places"
        description="A model who has another booking before or after is offered only where she can be in time. Distance says how long the way takes unless it is set here."
        actions={<LinkButton to={paths.availabilityRules()}>Rules</LinkButton>}
      />
      <Form method="get" className="mb-3 flex items-end gap-2" onChange={(event) => submit(event.currentTarget)}>
        <label className="text-xs font-medium">
          <span className="mb-1 block">From</span>
          <select key={from} name="from" className="field min-w-48" defaultValue={from}>
            {places.map((place) => (
              <option key={place.slug} value={place.slug}>
                {place.title}
              </option>
            ))}
          </select>
        </label>
        <Button type="submit">Show</Button>
      </Form>
      <ListPanel
        pager={<Pager next={next} shown={ways.length} />}
        empty={ways.length === 0 ? <p className="p-4 text-sm text-muted">There is no other place.</p> : undefined}
      >
        <table className="table">
          <caption className="sr-only">Ways to other places</caption>
          <thead>
            <tr>
              <th scope="col">To</th>
              <th scope="col" className="end">
                Distance
              </th>
              <th scope="col" className="end">
                By distance
              </th>
              <th scope="col">What counts</th>
            </tr>
          </thead>
          <tbody>
            {ways.map((way) => (
              <tr key={way.to.slug}>
                <td className="font-medium whitespace-nowrap">{way.to.title}</td>
                <td className="end whitespace-nowrap tabular-nums">{way.km.toFixed(1)} km</td>
                <td className="end whitespace-nowrap tabular-nums">{way.estimate} min</td>
                <td>
                  {mayWrite ? (
                    <ActionForm
                      intent="set"
                      refused={refused}
                      carry={{ from: way.from.slug, to: way.to.slug }}
                      only={{ name: 'to', value: way.to.slug }}
                      className="flex flex-wrap items-center gap-3"
                    >
                      <FormProblem own={['minutes']} />
                      <Field name="minutes" label={`Minutes to ${way.to.title}`} hideLabel className="w-24">
                        <Input
                          key={way.minutes}
                          inputMode="numeric"
                          defaultValue={way.isSet ? way.minutes : undefined}
                          placeholder={String(way.estimate)}
                        />
                      </Field>
                      <Checkbox name="bothWays" label="and back" defaultChecked />
                      <Submit small tone="secondary">
                        Save
                      </Submit>
                      {way.isSet ? <Badge tone="info">set by hand</Badge> : null}
                    </ActionForm>
                  ) : (
                    `${way.minutes} min`
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ListPanel>
    </>
  )
}
