import { useMatches, useRevalidator } from '@remix-run/react'
import { useEffect, useRef, useState } from 'react'
import type { ScreenHandle } from '../features/handle.ts'
import { paths } from '../paths.ts'

export type LiveState = 'waiting' | 'live' | 'offline'

const DEBOUNCE_MS = 150
/** Shorter breaks are mended by the browser itself and not worth a word. */
const OFFLINE_AFTER_MS = 4_000

function kindOf(text: string): string | undefined {
  try {
    const data: unknown = JSON.parse(text)
    if (typeof data !== 'object' || data === null) return undefined
    const { entityType, type } = data as Record<string, unknown>
    if (typeof entityType === 'string') return entityType
    return typeof type === 'string' ? type.split('.')[0] : undefined
  } catch {
    return undefined
  }
}

/**
 * Listens to the live feed and reads the page's data again when an event is about something the page shows. The browser
 * resumes by itself after the last event it saw; a page that was away reads everything once.
 */
export function useLive(): LiveState {
  const { revalidate } = useRevalidator()
  const kinds = useMatches().flatMap((match) => (match.handle as ScreenHandle | undefined)?.live ?? [])
  const wanted = useRef(kinds)
  wanted.current = kinds
  const [state, setState] = useState<LiveState>('waiting')

  useEffect(() => {
    let source: EventSource | undefined
    let soon: ReturnType<typeof setTimeout> | undefined
    let giveUp: ReturnType<typeof setTimeout> | undefined
    let retry: ReturnType<typeof setTimeout> | undefined
    let missed = false
    const refresh = () => {
      clearTimeout(soon)
      soon = setTimeout(() => {
        if (document.visibilityState === 'hidden') missed = true
        else revalidate()
      }, DEBOUNCE_MS)
    }
    const onEvent = (event: MessageEvent<string>) => {
      const kind = kindOf(event.data)
      if (kind && (wanted.current.includes('*') || wanted.current.includes(kind))) refresh()
    }
    const connect = () => {
      source = new EventSource(paths.stream())
      source.onopen = () => {
        clearTimeout(giveUp)
        giveUp = undefined
        setState((before) => {
          if (before === 'offline') refresh()
          return 'live'
        })
      }
      source.addEventListener('change', onEvent)
      // Too much was missed to be told one by one.
      source.addEventListener('reset', refresh)
      source.onerror = () => {
        giveUp ??= setTimeout(() => setState('offline'), OFFLINE_AFTER_MS)
        if (source?.readyState === EventSource.CLOSED) {
          clearTimeout(retry)
          retry = setTimeout(connect, 5_000)
        }
      }
    }
    const onVisible = () => {
      if (document.visibilityState === 'visible' && missed) {
        missed = false
        revalidate()
      }
    }
    const onAway = () => setState('offline')
    const onBack = () => {
      source?.close()
      connect()
    }
    connect()
    document.addEventListener('visibilitychange', onVisible)
    window.addEventListener('offline', onAway)
    window.addEventListener('online', onBack)
    return () => {
      source?.close()
      clearTimeout(soon)
      clearTimeout(giveUp)
      clearTimeout(retry)
      document.removeEventListener('visibilitychange', onVisible)
      window.removeEventListener('offline', onAway)
      window.removeEventListener('online', onBack)
    }
  }, [revalidate])
  return state
}
