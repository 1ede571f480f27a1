import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { actOnWork } from '../../features/action-center/desk-actions.server.ts'
import { DeskBoard } from '../../features/action-center/desk-board.tsx'
import { DeskScreen } from '../../features/action-center/desk-screen.tsx'
import { deskQuery, loadDesk } from '../../features/action-center/load-desk.server.ts'
import { readBoard } from '../../features/action-center/read-work.ts'
import { shouldReadAgain } from '../../features/only-panel-moved.ts'
import { useRefused } from '../../features/use-refused.ts'
import { paths } from '../../paths.ts'
import { actions, screen } from '../../screen.server.ts'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction = () => [{ title: 'Board · Action Center · Virel' }]
export const handle = { crumbs: () => [{ label: 'Action Center', to: paths.actionCenter() }, { label: 'Board' }] }
export const shouldRevalidate = shouldReadAgain
export const action = actions({
  act: (form, here) => actOnWork(form, here),
})

export const loader = screen(async (here) => {
  const query = deskQuery(here.url)
  const [list, desk] = await Promise.all([readBoard((part) => here.api.actionCenter.list(part), query), loadDesk(here)])
  return { ...desk, list, query, board: true }
})

export default function ActionCenterBoard() {
  const data = useLoaderData<typeof loader>()
  const refused = useRefused()
  return (
    <DeskScreen data={data} refused={refused}>
      <DeskBoard />
    </DeskScreen>
  )
}
