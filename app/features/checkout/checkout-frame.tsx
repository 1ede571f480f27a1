import { useRouteLoaderData } from '@remix-run/react'
import type { ReactNode } from 'react'
import type { RootData } from '../../root.tsx'
import { ClockProvider } from '../../ui/clock.tsx'
import { FlashToast } from '../../ui/flash.tsx'
import { NowContext } from '../../ui/now.tsx'
import { BrandMark, ThemeForm } from '../frame.tsx'
import { SimulatorBanner } from './simulator-banner.tsx'

/**
 * The pages a client reaches by a payment link. No navigation: whoever came to pay is led nowhere else, and the address,
 * which is the link's key, is handed to no other page.
 */
export function CheckoutFrame({ simulated, children }: { simulated?: boolean; children: ReactNode }) {
  const root = useRouteLoaderData<RootData>('root')
  return (
    <NowContext.Provider value={Date.parse(root?.now ?? '') || 0}>
      <ClockProvider>
        <div className="flex min-h-dvh flex-col">
          <a
            href="#main"
            className="sr-only z-50 rounded-md bg-accent px-3 py-2 font-medium text-accent-text focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
          >
            Skip to content
          </a>
          {simulated ? <SimulatorBanner /> : null}
          <header className="border-b border-line bg-surface">
            <div className="mx-auto flex h-14 max-w-4xl items-center px-4">
              <BrandMark />
            </div>
          </header>
          <main id="main" tabIndex={-1} className="mx-auto w-full max-w-4xl flex-1 px-4 py-6 sm:py-10">
            {children}
          </main>
          <footer className="border-t border-line">
            <div className="mx-auto flex max-w-4xl flex-wrap items-center justify-between gap-x-6 gap-y-3 px-4 py-5 text-sm text-muted">
              <p className="max-w-prose">
                Questions? Answer the message this link came with; people read it. Keep the link to yourself: whoever has it can
                pay and cancel.
              </p>
              <ThemeForm theme={root?.theme ?? 'system'} />
            </div>
          </footer>
          <FlashToast flash={root?.flash ?? null} />
        </div>
      </ClockProvider>
    </NowContext.Provider>
  )
}
