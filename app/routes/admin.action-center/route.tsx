import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { actOnWork } from '../../features/action-center/desk-actions.server.ts'
import { DeskList } from '../../features/action-center/desk-list.tsx'
import { DeskScreen } from '../../features/action-center/desk-screen.tsx'
import { deskQuery, loadDesk } from '../../features/action-center/load-desk.server.ts'
import { readWork } from '../../features/action-center/read-work.ts'
import { shouldReadAgain } from '../../features/only-panel-moved.ts'
import { useRefused } from '../../features/use-refused.ts'
import { actions, screen } from '../../screen.server.ts'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction = () => [{ title: 'Action Center · Virel' }]
/** It follows the live feed by itself, so the frame need not read it again. */
export const handle = { crumbs: () => [{ label: 'Action Center' }] }
export const shouldRevalidate = shouldReadAgain
export const action = actions({
  act: (form, here) => actOnWork(form, here),
})

export const loader = screen(async (here) => {
  const query = deskQuery(here.url)
  const [list, desk] = await Promise.all([readWork((part) => here.api.actionCenter.list(part), query), loadDesk(here)])
  return { ...desk, list, query, board: false }
})

export default function ActionCenter() {
  const data = useLoaderData<typeof loader>()
  const refused = useRefused()
  return (
    <DeskScreen data={data} refused={refused}>
      <DeskList refused={refused} />
    </DeskScreen>
  )
}
