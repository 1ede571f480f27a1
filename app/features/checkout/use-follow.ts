import { useCallback, useEffect, useRef, useState } from 'react'
import { ask, CallError } from '../../live/call.ts'
import { paths } from '../../paths.ts'
import type { Checkout } from './types.ts'

const RETRY_MS = { first: 1_000, most: 15_000 }
/** Without a live line, and while an answer is awaited, the page looks by itself. */
const LOOK_MS = 5_000
const LONGEST_TIMER_MS = 2_147_000_000

interface Followed {
  /** The newest known; still there when the link has ended, to say of what. */
  checkout: Checkout
  /** The link opens nothing any more. */
  over: boolean
  /** A card was sent and nothing has changed since. */
  waiting: boolean
  /** Looks now. */
  look: () => void
}

/**
 * What a payment is now, from whoever knows first: the live line says when to look, the hold's end is looked at to the
 * second, and a page that comes back to sight looks too. What is shown is always the server's answer, never the browser's.
 * `sent`: the version that was shown when a card was sent.
 */
export function useFollow(token: string, loaded: Checkout, sent: number | null): Followed {
  const [known, setKnown] = useState({ checkout: loaded, over: false })
  const asking = useRef(false)
  const again = useRef(false)

  const look = useCallback(() => {
    again.current = true
    if (asking.current) return
    asking.current = true
    void (async () => {
      while (again.current) {
        again.current = false
        const answer = await ask('checkout', 'state', { token }).catch((error: unknown) => error)
        setKnown((before) => next(before, answer))
      }
      asking.current = false
    })()
  }, [token])

  // What the page itself read again is as good as what it asked for.
  useEffect(() => {
    setKnown((before) => next(before, loaded))
    look()
  }, [loaded, look])
  useLine(token, look)
  const waiting = sent === known.checkout.version && known.checkout.state === 'open'
  const moves = !known.over && (waiting || ['preparing', 'processing'].includes(known.checkout.state))
  useEffect(() => {
    if (!moves) return
    const timer = setInterval(look, LOOK_MS)
    return () => clearInterval(timer)
  }, [moves, look])
  const until = known.over ? null : known.checkout.heldUntil
  useEffect(() => {
    if (until === null) return
    // A moment later than the hold's end: the server's own timer comes first.
    const timer = setTimeout(look, Math.min(LONGEST_TIMER_MS, Math.max(0, Date.parse(until) - Date.now()) + 500))
    return () => clearTimeout(timer)
  }, [until, look])
  return { ...known, waiting, look }
}

function next(before: { checkout: Checkout; over: boolean }, answer: unknown) {
  // Not reached is no news; the link's end is.
  if (answer instanceof CallError) return answer.problem.status === 404 ? { ...before, over: true } : before
  if (!isCheckout(answer)) return before
  return { checkout: answer, over: false }
}

function isCheckout(answer: unknown): answer is Checkout {
  return typeof answer === 'object' && answer !== null && 'state' in answer && 'version' in answer
}

/** The live line: comes back by itself, and looks once whenever it stands, so nothing between is missed. */
function useLine(token: string, look: () => void): void {
  useEffect(() => {
    let source: EventSource | undefined
    let retry: ReturnType<typeof setTimeout> | undefined
    let wait = RETRY_MS.first
    const connect = () => {
      source = new EventSource(paths.payLive(token))
      source.addEventListener('ready', () => {
        wait = RETRY_MS.first
        look()
      })
      source.addEventListener('change', look)
      source.onerror = () => {
        source?.close()
        clearTimeout(retry)
        // Looks at once: the line of a link that has ended is closed too.
        look()
        retry = setTimeout(connect, wait * (0.5 + Math.random()))
        wait = Math.min(wait * 2, RETRY_MS.most)
      }
    }
    const onVisible = () => {
      if (document.visibilityState === 'visible') look()
    }
    connect()
    document.addEventListener('visibilitychange', onVisible)
    return () => {
      document.removeEventListener('visibilitychange', onVisible)
      clearTimeout(retry)
      source?.close()
    }
  }, [token, look])
}
