import { isRouteErrorResponse, useLocation, useNavigate } from '@remix-run/react'
import { useEffect } from 'react'
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

const ASK_AGAIN_MS = 3_000

/** A page that could not be fetched, which says nothing about the page: asked for again as soon as the server answers. */
function Unreachable({ here }: { here: string }) {
  const navigate = useNavigate()
  useEffect(() => {
    const look = () => {
      void fetch('/health/ready', { signal: AbortSignal.timeout(ASK_AGAIN_MS) }).then(
        (answer) => {
          if (answer.ok) navigate(here, { replace: true, preventScrollReset: true })
        },
        () => undefined,
      )
    }
    const timer = setInterval(look, ASK_AGAIN_MS)
    window.addEventListener('online', look)
    return () => {
      clearInterval(timer)
      window.removeEventListener('online', look)
    }
  }, [here, navigate])
  return (
    <ErrorState
      title="The server can’t be reached"
      actions={
        <LinkButton to={here} replace tone="primary">
          Try again
        </LinkButton>
      }
    >
      <p>Either you are offline or the server is being restarted. This page opens by itself as soon as it answers.</p>
    </ErrorState>
  )
}

/** What `fetch` throws when there was no answer at all; each browser has its own words for it. */
function isUnanswered(error: unknown): boolean {
  return error instanceof TypeError && /fetch|network|load failed/i.test(error.message)
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
  if (isUnanswered(error)) return <Unreachable here={here} />
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
