import { useEffect, useState } from 'react'
import { type Answer, ask } from '../../live/call.ts'
import { paths } from '../../paths.ts'
import { Button, TextLink } from '../../ui/button.tsx'
import { Callout } from '../../ui/callout.tsx'
import { formatTime } from '../../ui/time.tsx'
import type { Stretch } from './types.ts'
import { sentenceOf } from './use-time-work.ts'

type Why = Answer<'availability', 'why'>

/** Waits for the hand to rest: a stretch is dragged over many times. */
const REST_MS = 120

/** May this stretch be offered, and if not why, with the smallest change for each reason. The server's one judgement says so. */
export function WhyAnswer({ stretch, zone, onChange }: { stretch: Stretch; zone: string; onChange: (to: Stretch) => void }) {
  const { modelId, from, to } = stretch
  const [why, setWhy] = useState<Why | null>(null)
  const [problem, setProblem] = useState('')
  useEffect(() => {
    let isHere = true
    setProblem('')
    const asked = { modelId, start: new Date(from).toISOString(), end: new Date(to).toISOString() }
    const timer = setTimeout(() => {
      ask('availability', 'why', asked).then(
        (answer) => isHere && setWhy(answer),
        (error: unknown) => isHere && setProblem(sentenceOf(error)),
      )
    }, REST_MS)
    return () => {
      isHere = false
      clearTimeout(timer)
    }
  }, [modelId, from, to])
  if (problem) return <Callout tone="bad">{problem}</Callout>
  if (!why) return <div className="skeleton h-14" aria-hidden="true" />
  if (why.ok) {
    return (
      <Callout tone={why.tentative ? 'warn' : 'good'} role="status" title={why.tentative ? 'Offered, tentatively' : 'Offered'}>
        {why.minutesBefore + why.minutesAfter > 0
          ? `With ${why.minutesBefore} min before and ${why.minutesAfter} min after kept free.`
          : 'Nothing stands in its way.'}
      </Callout>
    )
  }
  const move = (start: string, end?: string) => {
    const at = Date.parse(start)
    onChange({ modelId, from: at, to: end ? Date.parse(end) : at + to - from })
  }
  return (
    <div role="status" className="grid gap-2">
      <Callout tone="bad" title={`Not offered: ${why.reasons.length === 1 ? 'one reason' : `${why.reasons.length} reasons`}`} />
      <ul className="grid gap-2">
        {why.reasons.map((reason) => (
          <li key={`${reason.rule} ${reason.from ?? ''}`} className="rounded-md border border-line px-3 py-2 text-sm">
            <p>
              {reason.text}
              {reason.booking ? (
                <>
                  {' '}
                  <TextLink to={paths.bookings.detail(reason.booking.id)}>{reason.booking.ref}</TextLink>
                </>
              ) : null}
            </p>
            <Change reason={reason} onMove={move} onEnd={(end) => onChange({ modelId, from, to: Date.parse(end) })} />
          </li>
        ))}
      </ul>
      {why.nearest.length > 0 ? (
        <div>
          <p className="mb-1 text-xs font-medium text-muted">Nearest times that are offered</p>
          <div className="flex flex-wrap gap-1.5">
            {why.nearest.map((time) => (
              <Button key={time.start} small onClick={() => move(time.start, time.end)}>
                {formatTime(time.start, zone, 'day')} {formatTime(time.start, zone, 'time')}
              </Button>
            ))}
          </div>
        </div>
      ) : null}
    </div>
  )
}

/** The smallest change that would satisfy a reason: a button where it is a time, a sentence where it is not. */
function Change({
  reason,
  onMove,
  onEnd,
}: {
  reason: Why['reasons'][number]
  onMove: (start: string, end?: string) => void
  onEnd: (end: string) => void
}) {
  const { change } = reason
  if (!change) return null
  const { start, end } = change
  if (!start && !end) return <p className="mt-1 text-xs text-muted">{change.text}</p>
  return (
    <Button small className="mt-1.5" onClick={() => (start ? onMove(start, end) : end ? onEnd(end) : undefined)}>
      {change.text}
    </Button>
  )
}
