import type { MetaFunction } from '@remix-run/node'
import { Controls } from '../../features/design/controls.tsx'
import { Foundations } from '../../features/design/foundations.tsx'
import { Parts } from '../../features/design/parts.tsx'
import { PageHeader } from '../../ui/page-header.tsx'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction = () => [{ title: 'Design system · Virel' }]
export const handle = { crumbs: () => [{ label: 'Design system' }] }

/** Every part of app/ui in every state: what a screen is built from, and where a change to a part is looked at. */
export default function DesignPage() {
  return (
    <>
      <PageHeader
        title="Design system"
        description="What the screens are made of: each part in each state, light and dark side by side. Screens take parts from here and make none of their own."
      />
      <div className="flex flex-col gap-8">
        <Foundations />
        <Controls />
        <Parts />
      </div>
    </>
  )
}
