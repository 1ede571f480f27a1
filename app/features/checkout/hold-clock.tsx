import { Hourglass } from 'lucide-react'
import { classNames } from '../../ui/class-names.ts'
import { useTicking } from '../../ui/clock.tsx'
import { formatTime } from '../../ui/time.tsx'

const SOON_MS = 15 * 60_000

/** How long the time is still held, counting down; read out by the minute, not by the second. */
export function HoldClock({ until, zone }: { until: string; zone: string }) {
  const end = Date.parse(until)
  const left = useTicking((now) => leftText(end - now))
  const soon = useTicking((now) => end - now <= SOON_MS)
  return (
    <p
      className={classNames(
        'flex items-center gap-2.5 rounded-lg px-3 py-2.5 text-sm',
        soon ? 'bg-warn-soft text-warn-ink' : 'bg-subtle text-text',
      )}
    >
      <Hourglass aria-hidden="true" className="size-4 flex-none" />
      <span>
        Held for you for{' '}
        <time dateTime={until} role="timer" className="font-semibold tabular-nums">
          {left}
        </time>
        <span className={soon ? '' : 'text-muted'}>
          , until {formatTime(until, zone, 'day')}, {formatTime(until, zone, 'time')}
        </span>
      </span>
    </p>
  )
}

function leftText(ms: number): string {
  const total = Math.max(0, Math.floor(ms / 1_000))
  const days = Math.floor(total / 86_400)
  const hours = Math.floor((total % 86_400) / 3_600)
  const minutes = Math.floor((total % 3_600) / 60)
  if (days > 0) return `${days} d ${hours} h`
  if (hours > 0) return `${hours} h ${minutes} min`
  return `${minutes}:${String(total % 60).padStart(2, '0')} min`
}
