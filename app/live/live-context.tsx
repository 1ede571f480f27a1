import { createContext, useContext, useEffect, useRef } from 'react'
import type { LiveEvent, LiveState } from './live-feed.ts'

export interface Live {
  state: LiveState
  /** When what is shown was last known to be what is so, in milliseconds; 0 before scripts run. */
  freshAt: number
  subscribe(listener: (event: LiveEvent) => void): () => void
}

export const LiveContext = createContext<Live>({ state: 'waiting', freshAt: 0, subscribe: () => () => undefined })

export function useLiveState(): Pick<Live, 'state' | 'freshAt'> {
  return useContext(LiveContext)
}

/** Calls `listener` with each live event while the component is there. */
export function useLiveEvents(listener: (event: LiveEvent) => void): void {
  const { subscribe } = useContext(LiveContext)
  const latest = useRef(listener)
  latest.current = listener
  useEffect(() => subscribe((event) => latest.current(event)), [subscribe])
}
