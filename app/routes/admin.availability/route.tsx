import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { type AvailabilityData, AvailabilityPage } from '../../features/availability/availability-page.tsx'
import { loadAvailability } from '../../features/availability/load-availability.server.ts'
import { addTime, fixConflict, moveTime, removeTime } from '../../features/availability/time-actions.server.ts'
import { useRefused } from '../../features/use-refused.ts'
import { actions, screen } from '../../screen.server.ts'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction = () => [{ title: 'Availability · Virel' }]
/** It follows the live feed by itself, so the frame need not read it again. */
export const handle = { crumbs: () => [{ label: 'Availability' }] }

export const action = actions({ fix: fixConflict, add: addTime, move: moveTime, remove: removeTime })

export const loader = screen(loadAvailability)

export default function Availability() {
  const data = useLoaderData<typeof loader>()
  const refused = useRefused()
  return <AvailabilityPage data={data as AvailabilityData} refused={refused} />
}
