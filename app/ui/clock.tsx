import { createContext, type ReactNode, useContext, useEffect, useState, useSyncExternalStore } from 'react'
import { useNow } from './now.tsx'

/** A browser whose clock is off by more than this is corrected by the server's. */
const SKEW_MS = 30_000

/** One timer for the page, however many countdowns are on it; it stands still while nobody looks. */
class PageClock {
  #listeners = new Set<() => void>()
  #timer: ReturnType<typeof setInterval> | undefined
  #offset = 0

  now(): number {
    return Date.now() + this.#offset
  }

  /** Takes the server's time as it was when the page's data was read. */
  correct(serverNow: number): void {
    const skew = serverNow - Date.now()
    this.#offset = serverNow > 0 && Math.abs(skew) > SKEW_MS ? skew : 0
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    this.#timer ??= setInterval(() => {
      if (document.visibilityState === 'visible') for (const each of this.#listeners) each()
    }, 1_000)
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size > 0) return
      clearInterval(this.#timer)
      this.#timer = undefined
    }
  }
}

const ClockContext = createContext<PageClock | null>(null)

export function ClockProvider({ children }: { children: ReactNode }) {
  const [clock] = useState(() => new PageClock())
  const now = useNow()
  useEffect(() => clock.correct(now), [clock, now])
  return <ClockContext.Provider value={clock}>{children}</ClockContext.Provider>
}

const never = () => () => undefined

/**
 * What `read` makes of the time, kept up to date each second; renders again only when that changes. The server and the
 * first paint use the time at which the page's data was read.
 */
export function useTicking<T extends string | number | boolean>(read: (now: number) => T): T {
  const clock = useContext(ClockContext)
  const rendered = useNow()
  return useSyncExternalStore(
    clock?.subscribe ?? never,
    () => read(clock ? clock.now() : rendered),
    () => read(rendered),
  )
}
