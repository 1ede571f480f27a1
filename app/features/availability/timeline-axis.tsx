import { memo } from 'react'
import { formatTime } from '../../ui/time.tsx'
import { boxOf, type Drawn, percent, placeOf, type Scale, ticksOf } from './scale.ts'
import type { Span } from './types.ts'

/** Days and hours over the rows; stays in sight while they scroll. */
export const TimelineAxis = memo(function TimelineAxis({
  scale,
  span,
  every,
  drawn,
  count,
  now,
}: {
  scale: Scale
  span: Span
  /** Hours between two that are written. */
  every: number
  drawn: Drawn
  count: string
  now: number
}) {
  return (
    <div className="tl-axis" aria-hidden="true">
      <div className="tl-corner">{count}</div>
      <div className="tl-track">
        {scale.midnights.slice(0, -1).map((midnight, index) => {
          const next = scale.midnights[index + 1] ?? midnight
          if (next < drawn.from || midnight > drawn.to) return null
          return (
            <div
              key={midnight}
              className="tl-day"
              style={boxOf(scale, midnight, next)}
              data-today={now >= midnight && now < next ? '' : undefined}
            >
              <span className="tl-day-name">{formatTime(midnight, scale.zone, 'day')}</span>
            </div>
          )
        })}
        {ticksOf(scale, every, drawn).map((tick) =>
          tick.isDay ? null : (
            <span key={tick.at} className="tl-hour" style={{ left: percent(placeOf(scale, tick.at)) }}>
              {tick.label.slice(0, span === 1 ? 5 : 2)}
            </span>
          ),
        )}
      </div>
    </div>
  )
})

/** Lines of days and hours, and the one of now, behind and over all rows. */
export const TimelineGrid = memo(function TimelineGrid({
  scale,
  every,
  drawn,
  now,
}: {
  scale: Scale
  /** Hours between two lines. */
  every: number
  drawn: Drawn
  now: number
}) {
  return (
    <div className="tl-grid" aria-hidden="true">
      {ticksOf(scale, every, drawn).map((tick) => (
        <span
          key={tick.at}
          className="tl-line"
          data-day={tick.isDay ? '' : undefined}
          style={{ left: percent(placeOf(scale, tick.at)) }}
        />
      ))}
      {now > scale.from && now < scale.to ? (
        <>
          <span className="tl-past" style={{ width: percent(placeOf(scale, now)) }} />
          <span className="tl-now" style={{ left: percent(placeOf(scale, now)) }} />
        </>
      ) : null}
    </div>
  )
})
