import { redirect } from '@remix-run/node'
import { Outlet, useLoaderData, useRouteError, useRouteLoaderData } from '@remix-run/react'
import type { ReactNode } from 'react'
import { Frame, type Person } from '../../features/frame.tsx'
import { NewDeviceBanner } from '../../features/new-device-banner.tsx'
import { shouldReadAgain } from '../../features/only-panel-moved.ts'
import { CommandsProvider } from '../../live/commands.tsx'
import { LiveContext } from '../../live/live-context.tsx'
import { LiveMark, OfflineBanner } from '../../live/live-mark.tsx'
import { ShortcutLayer } from '../../live/shortcut-layer.tsx'
import { useLive } from '../../live/use-live.ts'
import { paths } from '../../paths.ts'
import { RouteProblem } from '../../problem-page.tsx'
import type { RootData } from '../../root.tsx'
import { screen } from '../../screen.server.ts'
import { AnnouncerProvider } from '../../ui/announcer.tsx'
import { ClockProvider } from '../../ui/clock.tsx'
import { FormGuardProvider } from '../../ui/form-guard.tsx'
import { NowContext } from '../../ui/now.tsx'
import { TooltipProvider } from '../../ui/popover.tsx'
import { SlowPage } from '../../ui/slow-page.tsx'
import { ToastProvider } from '../../ui/toast.tsx'

/** All that is open to a session that has to set up a second factor first. */
const ENROLLING: readonly string[] = [paths.secondFactor(), paths.passkeys(), paths.confirm(), paths.confirmPasskey()]

export const shouldRevalidate = shouldReadAgain

export const loader = screen(async ({ api, user, url }) => {
  if (!user) throw redirect(paths.signIn(`${url.pathname}${url.search}`))
  if (user.mustEnrol && !ENROLLING.includes(url.pathname)) throw redirect(paths.secondFactor())
  return {
    user: { name: user.name, email: user.email, roles: user.roles, permissions: user.permissions },
    // Asked only when there is something to tell: the session knows.
    newDevices: user.hasNotice && !user.mustEnrol ? (await api.auth.newDevices({})).items : [],
  }
})

export default function AdminFrame() {
  const { user, newDevices } = useLoaderData<typeof loader>()
  return (
    <Shell user={user}>
      <NewDeviceBanner devices={newDevices} />
      <SlowPage>
        <Outlet />
      </SlowPage>
    </Shell>
  )
}

function Shell({ user, children }: { user: Person; children: ReactNode }) {
  const root = useRouteLoaderData<RootData>('root')
  const live = useLive()
  return (
    <NowContext.Provider value={Date.parse(root?.now ?? '') || 0}>
      <ClockProvider>
        <LiveContext.Provider value={live}>
          <TooltipProvider>
            <AnnouncerProvider>
              <ToastProvider flash={root?.flash ?? null}>
                <CommandsProvider>
                  <FormGuardProvider isOffline={live.state === 'offline'}>
                    <Frame
                      person={user}
                      theme={root?.theme ?? 'system'}
                      density={root?.density ?? 'comfortable'}
                      live={<LiveMark />}
                    >
                      <OfflineBanner />
                      {children}
                    </Frame>
                  </FormGuardProvider>
                  <ShortcutLayer person={user} theme={root?.theme ?? 'system'} />
                </CommandsProvider>
              </ToastProvider>
            </AnnouncerProvider>
          </TooltipProvider>
        </LiveContext.Provider>
      </ClockProvider>
    </NowContext.Provider>
  )
}

/** A screen that can not be shown keeps the frame around it, so that one can go on elsewhere. */
export function ErrorBoundary() {
  const error = useRouteError()
  const data = useRouteLoaderData<typeof loader>('routes/admin')
  if (!data) return <RouteProblem error={error} whole />
  return (
    <Shell user={data.user}>
      <RouteProblem error={error} />
    </Shell>
  )
}
