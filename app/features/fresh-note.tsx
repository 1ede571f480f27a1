import { useLocation, useRouteLoaderData } from '@remix-run/react'
import { paths } from '../paths.ts'
import type { RootData } from '../root.tsx'
import { TextLink } from '../ui/button.tsx'
import { Callout } from '../ui/callout.tsx'

/** Said before anything is typed: what stands here will ask for the password first, as the last sign-in is a while ago. */
export function FreshNote({ children = 'Changes here' }: { children?: string }) {
  const isFresh = useRouteLoaderData<RootData>('root')?.user?.isFresh
  const { pathname, search } = useLocation()
  if (isFresh) return null
  return (
    <Callout tone="info" className="mb-4">
      {children} ask for your password once more.{' '}
      <TextLink to={paths.confirm(`${pathname}${search}`)} className="underline">
        Confirm that it is you
      </TextLink>{' '}
      first, and nothing interrupts you.
    </Callout>
  )
}
