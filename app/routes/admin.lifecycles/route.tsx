import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { LifecycleChart } from '../../features/lifecycle-chart.tsx'
import { EntityStatus } from '../../features/status-badge.tsx'
import { screen } from '../../screen.server.ts'
import { words } from '../../ui/badge.tsx'
import { Card, Stack } from '../../ui/card.tsx'
import { PageHeader } from '../../ui/page-header.tsx'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction = () => [{ title: 'Lifecycles · Virel' }]
export const handle = { crumbs: () => [{ label: 'Lifecycles' }], live: ['*'] }

export const loader = screen(async ({ api }) => api.lifecycles.list({}))

export default function Lifecycles() {
  const { items } = useLoaderData<typeof loader>()
  return (
    <>
      <PageHeader
        title="Lifecycles"
        description="Drawn from the machines themselves: the only way a status changes. Dashed steps are taken by the clock or by another operation. Each state links to what stands in it."
      />
      <Stack>
        {items.map((machine) => (
          <Card key={machine.noun} title={words(machine.noun)}>
            <LifecycleChart machine={machine} />
            <details className="mt-3">
              <summary className="link text-sm">All {machine.edges.length} transitions and their rules</summary>
              <div className="mt-2 overflow-x-auto">
                <table className="table">
                  <caption className="sr-only">Transitions of a {machine.noun}</caption>
                  <thead>
                    <tr>
                      <th scope="col">From</th>
                      <th scope="col">To</th>
                      <th scope="col">Step</th>
                      <th scope="col">Rules that must hold</th>
                    </tr>
                  </thead>
                  <tbody>
                    {machine.edges.map((edge) => (
                      <tr key={`${edge.from} ${edge.to}`}>
                        <td>
                          <EntityStatus status={edge.from} />
                        </td>
                        <td>
                          <EntityStatus status={edge.to} />
                        </td>
                        <td>
                          {edge.label}
                          {edge.automatic ? <span className="text-muted"> (by itself)</span> : null}
                        </td>
                        <td className="text-muted">{edge.rules.length > 0 ? edge.rules.join(', ') : 'none'}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            </details>
          </Card>
        ))}
      </Stack>
    </>
  )
}
