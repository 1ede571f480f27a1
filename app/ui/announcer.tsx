import { createContext, type ReactNode, useCallback, useContext, useRef, useState } from 'react'

/** More than one sentence in this time is shouting; the last one is said when it is over. */
const QUIET_MS = 4_000

const AnnounceContext = createContext<(text: string) => void>(() => undefined)

/** Says something to screen readers at the next pause, at most once in a while. */
export function useAnnounce(): (text: string) => void {
  return useContext(AnnounceContext)
}

export function AnnouncerProvider({ children }: { children: ReactNode }) {
  const [said, setSaid] = useState('')
  const waiting = useRef<{ text: string; timer?: ReturnType<typeof setTimeout>; last: number }>({
    text: '',
    last: Number.NEGATIVE_INFINITY,
  })
  const announce = useCallback((text: string) => {
    const state = waiting.current
    state.text = text
    if (state.timer) return
    const wait = Math.max(50, state.last + QUIET_MS - performance.now())
    state.timer = setTimeout(() => {
      state.timer = undefined
      state.last = performance.now()
      setSaid(state.text)
    }, wait)
  }, [])
  return (
    <AnnounceContext.Provider value={announce}>
      {children}
      <div aria-live="polite" aria-atomic="true" className="sr-only" data-announcer>
        {said}
      </div>
    </AnnounceContext.Provider>
  )
}
