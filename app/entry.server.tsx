import { PassThrough } from 'node:stream'
import type { ActionFunctionArgs, AppLoadContext, EntryContext, LoaderFunctionArgs } from '@remix-run/node'
import { createReadableStreamFromReadable } from '@remix-run/node'
import { isRouteErrorResponse, RemixServer } from '@remix-run/react'
import { isbot } from 'isbot'
import { renderToPipeableStream } from 'react-dom/server'
import { NonceContext } from './nonce.tsx'

const RENDER_LIMIT_MS = 5_000

/** What is ours to mend goes to the log with its request; an address or a form that there is not is the sender's mistake. */
export function handleError(error: unknown, { request, context }: LoaderFunctionArgs | ActionFunctionArgs): void {
  if (request.signal.aborted || (isRouteErrorResponse(error) && error.status < 500)) return
  console.error(`request ${context.requestId}:`, error)
}

/** People get the shell as soon as it is ready; crawlers get the whole page at once. */
export default function handleRequest(
  request: Request,
  status: number,
  headers: Headers,
  remixContext: EntryContext,
  context: AppLoadContext,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    let answered = false
    let responseStatus = status
    const answer = () => {
      answered = true
      const body = new PassThrough()
      headers.set('Content-Type', 'text/html; charset=utf-8')
      resolve(new Response(createReadableStreamFromReadable(body), { status: responseStatus, headers }))
      stream.pipe(body)
    }
    const whole = isbot(request.headers.get('user-agent') ?? '')
    const stream = renderToPipeableStream(
      <NonceContext.Provider value={context.nonce}>
        <RemixServer context={remixContext} url={request.url} abortDelay={RENDER_LIMIT_MS} nonce={context.nonce} />
      </NonceContext.Provider>,
      {
        nonce: context.nonce,
        onShellReady: () => {
          if (!whole) answer()
        },
        onAllReady: () => {
          if (whole) answer()
        },
        onShellError: reject,
        onError: () => {
          if (!answered) responseStatus = 500
        },
      },
    )
    const limit = setTimeout(() => stream.abort(), RENDER_LIMIT_MS + 1_000)
    limit.unref()
    request.signal.addEventListener('abort', () => stream.abort(), { once: true })
  })
}
