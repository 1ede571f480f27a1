import type { LinksFunction, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { json } from '@remix-run/node'
import { Links, Meta, Outlet, Scripts, ScrollRestoration, useRouteError, useRouteLoaderData } from '@remix-run/react'
import type { ReactNode } from 'react'
import favicon from './favicon.svg'
import { shouldReadAgain } from './features/only-panel-moved.ts'
import { clearFlash, readFlash } from './flash.server.ts'
import { readKept } from './kept-form.server.ts'
import { NonceContext } from './nonce.tsx'
import { RouteProblem } from './problem-page.tsx'
import styles from './styles.css?url'
import { readDensity, readTheme } from './theme.server.ts'

export const links: LinksFunction = () => [
  { rel: 'stylesheet', href: styles },
  { rel: 'icon', href: favicon, type: 'image/svg+xml' },
]

export const meta: MetaFunction = () => [{ title: 'Virel' }]

export async function loader({ request, context }: LoaderFunctionArgs) {
  const flash = readFlash(request)
  const kept = readKept(request, context)
  const headers = new Headers()
  if (flash) headers.append('Set-Cookie', clearFlash(context.isSecure))
  if (kept) headers.append('Set-Cookie', kept.clear)
  return json(
    {
      flash,
      kept: kept?.refused ?? null,
      theme: readTheme(request),
      density: readDensity(request),
      user: context.user,
      now: new Date().toISOString(),
    },
    { headers },
  )
}

export const shouldRevalidate = shouldReadAgain

export type RootData = typeof loader

export function Layout({ children }: { children: ReactNode }) {
  const data = useRouteLoaderData<RootData>('root')
  return (
    <html
      lang="en-GB"
      data-theme={data?.theme === 'system' ? undefined : data?.theme}
      data-density={data?.density === 'compact' ? 'compact' : undefined}
    >
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <Meta />
        <Links />
      </head>
      <body>
        <NonceContext.Consumer>
          {(nonce) => (
            <>
              {children}
              <ScrollRestoration nonce={nonce} />
              <Scripts nonce={nonce} />
            </>
          )}
        </NonceContext.Consumer>
      </body>
    </html>
  )
}

export default function App() {
  return <Outlet />
}

export function ErrorBoundary() {
  return <RouteProblem error={useRouteError()} whole />
}
