import { Link, Outlet, useRouteLoaderData } from '@remix-run/react'
import { Brand, ThemeForm } from '../../features/frame.tsx'
import { paths } from '../../paths.ts'
import type { RootData } from '../../root.tsx'
import { LinkButton } from '../../ui/button.tsx'

export default function PublicFrame() {
  const root = useRouteLoaderData<RootData>('root')
  return (
    <div className="flex min-h-dvh flex-col">
      <a
        href="#main"
        className="sr-only z-50 rounded-md bg-accent px-3 py-2 font-medium text-accent-text focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to content
      </a>
      <header className="border-b border-line bg-surface">
        <div className="mx-auto flex h-14 max-w-5xl items-center justify-between gap-4 px-4">
          <Brand to={paths.home()} label="Virel, start page" />
          <nav aria-label="Main" className="flex items-center gap-2">
            <LinkButton to={root?.user ? paths.admin() : paths.signIn()} tone="quiet">
              {root?.user ? 'Open Virel' : 'Sign in'}
            </LinkButton>
            <LinkButton to={paths.inquiry()} tone="primary">
              Send an inquiry
            </LinkButton>
          </nav>
        </div>
      </header>
      <main id="main" tabIndex={-1} className="flex-1">
        <Outlet />
      </main>
      <footer className="border-t border-line">
        <div className="mx-auto flex max-w-5xl flex-wrap items-center justify-between gap-4 px-4 py-5 text-sm text-muted">
          <p>
            Virel agency, London.{' '}
            <Link to={paths.inquiry()} className="link underline">
              Inquiries
            </Link>{' '}
            are answered by people.
          </p>
          <ThemeForm theme={root?.theme ?? 'system'} />
        </div>
      </footer>
    </div>
  )
}
