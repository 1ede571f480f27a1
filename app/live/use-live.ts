import { useMatches, useRevalidator } from '@remix-run/react'
import { useEffect, useMemo, useRef, useState } from 'react'
import type { ScreenHandle } from '../features/handle.ts'
import { paths } from '../paths.ts'
import type { Live } from './live-context.tsx'
import { type LiveEvent, LiveFeed, type LiveState } from './live-feed.ts'

/** Between the first event and reading the page again: what is committed together is painted together. */
const GATHER_MS = 60
/** Between two readings: a burst costs few, and none waits for its end. */
const LEAST_MS = 400
const RETRY_MS = 2_000

/**
 * Connects the page to the live feed. Screens that name kinds in `handle.live` have their data read again when an event
 * is about one of them; others listen through the context.
 */
export function useLive(): Live {
  const { revalidate, state: reading } = useRevalidator()
  const kinds = useMatches().flatMap((match) => (match.handle as ScreenHandle | undefined)?.live ?? [])
  const [state, setState] = useState<LiveState>('waiting')
  const [freshAt, setFreshAt] = useState(0)
  const latest = useRef({ revalidate, kinds, reading, state })
  latest.current = { revalidate, kinds, reading, state }
  const listeners = useRef(new Set<(event: LiveEvent) => void>())

  useEffect(() => {
    const reader = new PageReader(() => latest.current)
    const feed = new LiveFeed(
      paths.stream(),
      (event) => {
        for (const listener of [...listeners.current]) listener(event)
        if (event.is === 'change' && !isWanted(latest.current.kinds, event.change.entityType)) return
        if (event.is !== 'presence' && latest.current.kinds.length > 0) reader.ask()
      },
      (now, at) => {
        setFreshAt(at)
        setState(now)
      },
    )
    const onVisible = () => reader.look()
    document.addEventListener('visibilitychange', onVisible)
    feed.start()
    return () => {
      feed.stop()
      reader.stop()
      document.removeEventListener('visibilitychange', onVisible)
    }
  }, [])

  return useMemo(
    () => ({
      state,
      freshAt,
      subscribe(listener) {
        listeners.current.add(listener)
        return () => {
          listeners.current.delete(listener)
        }
      },
    }),
    [state, freshAt],
  )
}

function isWanted(kinds: readonly string[], kind: string): boolean {
  return kinds.includes('*') || kinds.includes(kind)
}

interface Page {
  revalidate: () => void
  reading: 'idle' | 'loading'
}

/** Reads the page's data again: soon, not too often, not while nobody looks, and never from a server that is away. */
class PageReader {
  readonly #page: () => Page
  #wanted = false
  #timer: ReturnType<typeof setTimeout> | undefined
  #readAt = 0

  constructor(page: () => Page) {
    this.#page = page
  }

  ask(): void {
    this.#wanted = true
    this.#soon(Math.max(GATHER_MS, this.#readAt + LEAST_MS - Date.now()))
  }

  look(): void {
    if (this.#wanted && document.visibilityState === 'visible') this.#soon(0)
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#wanted = false
  }

  #soon(ms: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      void this.#read()
    }, ms)
  }

  async #read(): Promise<void> {
    if (!this.#wanted || document.visibilityState === 'hidden') return
    if (this.#page().reading === 'loading') return this.#soon(GATHER_MS)
    // A loader that can't be reached would put an error where the page is.
    const ready = await fetch('/health/ready').then(
      (answer) => answer.ok,
      () => false,
    )
    if (!this.#wanted) return
    if (!ready) return this.#soon(RETRY_MS)
    this.#wanted = false
    this.#readAt = Date.now()
    this.#page().revalidate()
  }
}
