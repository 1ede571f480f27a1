import { useRef, useState } from 'react'
import { BAR_MINUTES, clockOf, type HoursPeriod, painted } from './weekly-hours.ts'

const share = (minutes: number) => `${(minutes / BAR_MINUTES) * 100}%`
const MARKS = [0, 6, 12, 18, 24] as const

/** The scale above the bars. */
export function HoursScale() {
  return (
    <div aria-hidden="true" className="hours-scale">
      {MARKS.map((hour) => (
        <span key={hour} style={{ left: share(hour * 60) }}>
          {String(hour % 24).padStart(2, '0')}
        </span>
      ))}
    </div>
  )
}

/** A day as a bar; drag on it to paint hours. For the pointer only: the times beside it say and take the same by keyboard. */
export function HoursBar({
  periods,
  onPaint,
}: {
  periods: readonly HoursPeriod[]
  onPaint?: (from: number, to: number) => void
}) {
  const bar = useRef<HTMLDivElement>(null)
  const began = useRef<number | null>(null)
  const [drawn, setDrawn] = useState<{ from: number; to: number } | null>(null)
  const minuteAt = (x: number) => {
    const box = bar.current?.getBoundingClientRect()
    return box ? Math.max(0, Math.min(BAR_MINUTES, ((x - box.left) / box.width) * BAR_MINUTES)) : 0
  }
  return (
    <div
      ref={bar}
      aria-hidden="true"
      className="hours-bar"
      data-paints={onPaint ? '' : undefined}
      onPointerDown={(event) => {
        if (!onPaint || event.button !== 0) return
        event.currentTarget.setPointerCapture(event.pointerId)
        began.current = minuteAt(event.clientX)
        setDrawn(painted(began.current, began.current))
      }}
      onPointerMove={(event) => {
        if (began.current !== null) setDrawn(painted(began.current, minuteAt(event.clientX)))
      }}
      onPointerUp={() => {
        if (began.current !== null && drawn) onPaint?.(drawn.from, drawn.to)
        began.current = null
        setDrawn(null)
      }}
      onPointerCancel={() => {
        began.current = null
        setDrawn(null)
      }}
    >
      <span className="hours-night" style={{ left: share(1_440) }} />
      {periods.map((period) => (
        <span
          key={period.from}
          className="hours-open"
          style={{ left: share(period.from), width: share(Math.min(period.to, BAR_MINUTES) - period.from) }}
        />
      ))}
      {drawn ? (
        <span className="hours-drawn" style={{ left: share(drawn.from), width: share(drawn.to - drawn.from) }}>
          {clockOf(drawn.from)}–{clockOf(drawn.to)}
        </span>
      ) : null}
    </div>
  )
}
