import { useActionData, useLocation, useRouteLoaderData } from '@remix-run/react'
import { useState } from 'react'
import type { Refused, Told } from '../problem.ts'
import type { RootData } from '../root.tsx'

/**
 * What the page's action refused. It stays while the page is only read again by a live event, which clears the action's
 * data, and goes with the next navigation. Without one: the form that waited while its person confirmed who they are.
 */
export function useRefused(): Refused | undefined {
  const waited = useRouteLoaderData<RootData>('root')?.kept ?? undefined
  const data = useKept(waited)
  return data && 'problem' in data ? data : undefined
}

/** What the page's action told this once; gone with the next navigation. */
export function useTold(): Record<string, string> | undefined {
  const data = useKept()
  return data && 'told' in data ? data.told : undefined
}

function useKept(waited?: Refused): Refused | Told | undefined {
  const data = useActionData<Refused | Told>() ?? waited
  const { key } = useLocation()
  const [kept, setKept] = useState({ key, data })
  const current = data ?? (kept.key === key ? kept.data : undefined)
  if (kept.key !== key || kept.data !== current) setKept({ key, data: current })
  return current
}
