import { useRouteError } from '@remix-run/react'
import { RouteProblem } from '../problem-page.tsx'

/**
 * What a screen shows when it can't be read or drawn: exported by each of them as its ErrorBoundary, so that the frame
 * around it stays as it is, with its navigation, its live feed and what is being looked for.
 */
export function AreaProblem() {
  return <RouteProblem error={useRouteError()} />
}
