import { isRouteErrorResponse, useRouteError } from '@remix-run/react'
import { RouteProblem } from '../../problem-page.tsx'
import { CheckoutFrame } from './checkout-frame.tsx'
import { StatePanel } from './state-panel.tsx'

/** One answer for links that never were, have ended, or were replaced: who guesses learns nothing. */
export function LinkOver() {
  const error = useRouteError()
  if (!isRouteErrorResponse(error) || error.status !== 404) return <RouteProblem error={error} whole />
  return (
    <CheckoutFrame>
      <div className="mx-auto max-w-xl">
        <StatePanel look="over" title="This link opens nothing any more">
          <p>It has ended, was replaced by a newer one, or was not copied whole. Nothing is charged by it.</p>
          <p>Look for a newer message from us, or answer the one it came with.</p>
        </StatePanel>
      </div>
    </CheckoutFrame>
  )
}
