import { type RefObject, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { DAYS, type Drawn, drawnAt, HOUR, hoursEvery, instantAt, placeOf, type Scale } from './scale.ts'
import type { Span } from './types.ts'

/** The column of names. */
export const NAME_WIDTH = 196
/** Of a track nobody has measured yet. */
const FIRST_TRACK_PX = 950

const useEarlyEffect = typeof document === 'undefined' ? useEffect : useLayoutEffect

/**
 * What of the canvas is in sight: the part to draw, the weeks to read, how many hours can be written. Begins where there
 * is something to see, and stays at its hour when the room becomes wider or narrower.
 */
export function useSight(scroller: RefObject<HTMLDivElement>, scale: Scale, span: Span, now: number) {
  const [place, setPlace] = useState(0)
  const [every, setEvery] = useState(() => hoursEvery(span, FIRST_TRACK_PX / span / 24))
  /** The instant at the left edge. */
  const edge = useRef(Math.max(now, scale.from))
  const held = useRef(false)

  const look = useCallback(() => {
    const box = scroller.current
    const width = box ? box.scrollWidth - NAME_WIDTH : 0
    if (!box || width <= 0) return
    const at = box.scrollLeft / width
    if (!held.current) edge.current = instantAt(scale, at)
    setPlace(Math.round(at * 500) / 500)
  }, [scroller, scale])

  useEarlyEffect(() => {
    const box = scroller.current
    if (!box) return
    const isToday = now > scale.from && now < scale.to
    if (span === 1) edge.current = isToday ? now - 2 * HOUR : scale.from + 9 * HOUR
    else edge.current = scale.from
    const stay = () => {
      const width = box.scrollWidth - NAME_WIDTH
      if (width <= 0) return
      setEvery(hoursEvery(span, width / DAYS / 24))
      held.current = true
      box.scrollLeft = Math.max(0, placeOf(scale, edge.current)) * width
      look()
      requestAnimationFrame(() => {
        held.current = false
      })
    }
    stay()
    box.addEventListener('scroll', look, { passive: true })
    const observer = new ResizeObserver(stay)
    observer.observe(box)
    return () => {
      box.removeEventListener('scroll', look)
      observer.disconnect()
    }
  }, [scroller, scale, span, look])

  const { from, to } = drawnAt(scale, span, place)
  const half = scale.midnights[DAYS / 2] ?? scale.to
  const weeks = from >= half ? '1' : to <= half ? '0' : '0,1'
  return { drawn: useMemo<Drawn>(() => ({ from, to }), [from, to]), weeks, every }
}
