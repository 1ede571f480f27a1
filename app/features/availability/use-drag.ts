import { type PointerEvent as ReactPointerEvent, type RefObject, useCallback, useEffect, useRef, useState } from 'react'
import { instantAt, type Scale, STEP, snap } from './scale.ts'
import type { Entry, Stretch } from './types.ts'

/** Less than this is a click. */
const LIFT_PX = 4
/** So near to an edge the timeline scrolls by itself, so far in a frame. */
const EDGE_PX = 36
const SCROLL_PX = 14

export type Grip = 'move' | 'start' | 'end' | 'create'

/** What is being dragged, and where it would stand. `entry` is null for what is new. */
export interface Drag extends Stretch {
  grip: Grip
  entry: Entry | null
  row: number
}

export interface DragHost {
  scroller: RefObject<HTMLDivElement>
  canvas: RefObject<HTMLDivElement>
  scale: Scale
  rowHeight: number
  axisHeight: number
  nameWidth: number
  modelAt(row: number): string | undefined
  entryOf(modelId: string, id: string): Entry | undefined
  /** May it be taken hold of there? */
  mayDrag(entry: Entry | null, grip: Grip): boolean
  onDrop(drag: Drag): void
}

interface Start {
  pointer: number
  x: number
  y: number
  grip: Grip
  entry: Entry | null
  row: number
  /** The instant under the pointer when it went down. */
  at: number
}

/** So near to its end a block is taken hold of by it; of a narrow one by a quarter. As wide as the cursor says (.tl-entry::after). */
const GRIP_PX = 8

function gripAt(box: DOMRect, x: number): Grip {
  const reach = Math.min(GRIP_PX, box.width / 4)
  if (x - box.left < reach) return 'start'
  return box.right - x < reach ? 'end' : 'move'
}

/** Where a pointer is, as a row and an instant. */
export function pointOf(host: DragHost, x: number, y: number): { row: number; at: number } {
  const box = host.canvas.current?.getBoundingClientRect()
  if (!box) return { row: 0, at: host.scale.from }
  const place = (x - box.left - host.nameWidth) / (box.width - host.nameWidth)
  return { row: Math.floor((y - box.top - host.axisHeight) / host.rowHeight), at: instantAt(host.scale, place) }
}

function dragged(host: DragHost, start: Start, x: number, y: number): Drag | null {
  const point = pointOf(host, x, y)
  const { entry, grip } = start
  if (grip === 'create' || !entry) {
    const modelId = host.modelAt(start.row)
    if (!modelId) return null
    const [first, last] = [Math.min(start.at, point.at), Math.max(start.at, point.at)]
    const from = Math.floor(first / STEP) * STEP
    return { grip, entry: null, modelId, row: start.row, from, to: Math.max(from + STEP, Math.ceil(last / STEP) * STEP) }
  }
  const moved = snap(point.at - start.at)
  if (grip === 'start') return at(start.row, entry.modelId, Math.min(snap(entry.from + moved), entry.to - STEP), entry.to)
  if (grip === 'end') return at(start.row, entry.modelId, entry.from, Math.max(snap(entry.to + moved), entry.from + STEP))
  // A slot is hers; a booking may be given to somebody else.
  const other = entry.booking ? host.modelAt(point.row) : undefined
  return at(other ? point.row : start.row, other ?? entry.modelId, entry.from + moved, entry.to + moved)

  function at(row: number, model: string, from: number, to: number): Drag {
    return { grip, entry, modelId: model, row, from, to }
  }
}

/**
 * Drags with a mouse or pen: over an empty stretch it makes one, a block moves, its edges change its length. Escape
 * leaves everything as it was. Fingers scroll; on what they use there is the table.
 */
export function useDrag(host: DragHost) {
  const [drag, setDrag] = useState<Drag | null>(null)
  const latest = useRef(host)
  latest.current = host
  const start = useRef<Start | null>(null)
  const now = useRef<Drag | null>(null)
  const pointer = useRef({ x: 0, y: 0 })
  const frame = useRef(0)
  /** The click that follows a drop is none. */
  const dropped = useRef(false)

  const show = useCallback((next: Drag | null) => {
    now.current = next
    setDrag(next)
  }, [])

  const step = useCallback(() => {
    frame.current = 0
    const [begun, scroller] = [start.current, latest.current.scroller.current]
    if (!begun || !scroller || !now.current) return
    const { x, y } = pointer.current
    const box = scroller.getBoundingClientRect()
    const left = box.left + latest.current.nameWidth
    const dx = x < left + EDGE_PX ? -SCROLL_PX : x > box.right - EDGE_PX ? SCROLL_PX : 0
    const dy = y < box.top + EDGE_PX + latest.current.axisHeight ? -SCROLL_PX : y > box.bottom - EDGE_PX ? SCROLL_PX : 0
    const isOver = x > box.left && x < box.right && y > box.top && y < box.bottom
    if (isOver && (dx !== 0 || dy !== 0)) {
      scroller.scrollBy(dx, dy)
      frame.current = requestAnimationFrame(step)
    }
    show(dragged(latest.current, begun, x, y))
  }, [show])

  const stop = useCallback(() => {
    start.current = null
    cancelAnimationFrame(frame.current)
    frame.current = 0
    show(null)
  }, [show])

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || !now.current) return
      event.preventDefault()
      event.stopImmediatePropagation()
      dropped.current = true
      stop()
    }
    window.addEventListener('keydown', onKey, { capture: true })
    return () => {
      window.removeEventListener('keydown', onKey, { capture: true })
      cancelAnimationFrame(frame.current)
    }
  }, [stop])

  const onPointerDown = (event: ReactPointerEvent) => {
    dropped.current = false
    if (event.button !== 0 || event.pointerType === 'touch' || !(event.target instanceof HTMLElement)) return
    const track = event.target.closest<HTMLElement>('[data-track]')
    if (!track) return
    const block = event.target.closest<HTMLElement>('[data-entry]')
    const entry = block ? (host.entryOf(track.dataset.track ?? '', block.dataset.entry ?? '') ?? null) : null
    const grip: Grip = block && entry ? gripAt(block.getBoundingClientRect(), event.clientX) : 'create'
    if (!host.mayDrag(entry, grip)) return
    const point = pointOf(host, event.clientX, event.clientY)
    start.current = { pointer: event.pointerId, x: event.clientX, y: event.clientY, grip, entry, ...point }
  }

  const onPointerMove = (event: ReactPointerEvent) => {
    const begun = start.current
    if (!begun || event.pointerId !== begun.pointer) return
    pointer.current = { x: event.clientX, y: event.clientY }
    if (!now.current) {
      if (Math.hypot(event.clientX - begun.x, event.clientY - begun.y) < LIFT_PX) return
      event.currentTarget.setPointerCapture(event.pointerId)
      now.current = dragged(host, begun, event.clientX, event.clientY)
    }
    event.preventDefault()
    frame.current ||= requestAnimationFrame(step)
  }

  const onPointerUp = (event: ReactPointerEvent) => {
    const begun = start.current
    if (!begun || event.pointerId !== begun.pointer) return
    const drop = now.current ? dragged(host, begun, event.clientX, event.clientY) : null
    dropped.current = now.current !== null
    stop()
    if (drop) host.onDrop(drop)
  }

  return {
    drag,
    /** True once for the click that ends a drag. */
    wasDrop: () => {
      const was = dropped.current
      dropped.current = false
      return was
    },
    handlers: { onPointerDown, onPointerMove, onPointerUp, onPointerCancel: stop, onLostPointerCapture: stop },
  }
}
