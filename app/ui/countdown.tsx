import { classNames } from './class-names.ts'
import { useTicking } from './clock.tsx'
import { useNow } from './now.tsx'

function spoken(seconds: number): string {
  const total = Math.abs(seconds)
  const days = Math.floor(total / 86_400)
  const hours = Math.floor((total % 86_400) / 3_600)
  const minutes = Math.floor((total % 3_600) / 60)
  if (days > 0) return hours > 0 ? `${days} d ${hours} h` : `${days} d`
  if (hours > 0) return minutes > 0 ? `${hours} h ${minutes} min` : `${hours} h`
  if (total >= 60) return `${minutes} min`
  return `${total} s`
}

/**
 * Time left until a deadline, or how late it is. The server writes it; once scripts run it ticks with the page's one
 * timer and is painted again only when its words change.
 */
export function Countdown({
  until,
  soonMinutes = 15,
  suffix = 'left',
}: {
  until: string
  soonMinutes?: number
  suffix?: string
}) {
  const end = Date.parse(until)
  const text = useTicking((now) => {
    const left = Math.round((end - now) / 1000)
    return left < 0 ? `${spoken(left)} late` : `${spoken(left)} ${suffix}`
  })
  const state = useTicking((now) => (now > end ? 'late' : end - now <= soonMinutes * 60_000 ? 'soon' : 'far'))
  return (
    <time
      dateTime={until}
      title={`${new Date(until).toISOString().slice(0, 16).replace('T', ' ')} UTC`}
      className={classNames(
        'font-medium whitespace-nowrap',
        state === 'late' ? 'text-bad-ink' : state === 'soon' ? 'text-warn-ink' : 'text-muted',
      )}
    >
      {text}
    </time>
  )
}

/** How long ago, as of the time the page was made. */
export function Ago({ at }: { at: string }) {
  const now = useNow()
  const seconds = Math.max(0, Math.round((now - Date.parse(at)) / 1000))
  return (
    <time dateTime={at} title={`${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`} className="whitespace-nowrap">
      {seconds < 45 ? 'just now' : `${spoken(seconds)} ago`}
    </time>
  )
}
