import { isRouteErrorResponse, useLocation } from '@remix-run/react'
import { paths } from './paths.ts'
import { isProblem } from './problem.ts'
import { LinkButton } from './ui/button.tsx'
import { ErrorState } from './ui/states.tsx'

/** What a person sees when a page can not be shown: a refusal in its own words, or an honest apology. */
export function RouteProblem({ error, whole }: { error: unknown; whole?: boolean }) {
  const location = useLocation()
  const content = <ProblemText error={error} here={`${location.pathname}${location.search}`} />
  return whole ? <main className="min-h-dvh">{content}</main> : content
}

function ProblemText({ error, here }: { error: unknown; here: string }) {
  const again = (
    <LinkButton to={here} reloadDocument>
      Try again
    </LinkButton>
  )
  const home = (
    <LinkButton to={here.startsWith(paths.admin()) ? paths.admin() : paths.home()} tone="primary">
      Go to the start page
    </LinkButton>
  )
  if (isRouteErrorResponse(error)) {
    if (isProblem(error.data)) {
      return (
        <ErrorState
          status={error.status}
          title={error.data.title}
          actions={
            <>
              {home}
              {error.status >= 500 || error.status === 429 ? again : null}
            </>
          }
        >
          <p>{error.data.detail}</p>
        </ErrorState>
      )
    }
    if (error.status === 404) {
      return (
        <ErrorState status={404} title="There is no page at this address" actions={home}>
          <p>The address may be mistyped, or the page has moved.</p>
        </ErrorState>
      )
    }
    if (error.status === 405) {
      return (
        <ErrorState status={405} title="Nothing can be sent to this address" actions={home}>
          <p>Go back and use the form of the page.</p>
        </ErrorState>
      )
    }
  }
  return (
    <ErrorState
      status={500}
      title="Something went wrong on our side"
      actions={
        <>
          {again}
          {home}
        </>
      }
    >
      <p>It has been logged. Nothing you had saved is lost.</p>
    </ErrorState>
  )
}
