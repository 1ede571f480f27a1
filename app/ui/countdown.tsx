import { useEffect, useState } from 'react'
import { classNames } from './class-names.ts'
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
 * Time left until a deadline, or how late it is. The server writes it; once scripts run it ticks: each second in the
 * last minute, else every fifteen.
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
  const rendered = useNow()
  const [now, setNow] = useState(rendered)
  const left = Math.round((Date.parse(until) - now) / 1000)
  const everySecond = Math.abs(left) <= 90
  useEffect(() => {
    setNow(Date.now())
    const timer = setInterval(() => setNow(Date.now()), everySecond ? 1_000 : 15_000)
    return () => clearInterval(timer)
  }, [everySecond])
  const late = left < 0
  const soon = !late && left <= soonMinutes * 60
  return (
    <time
      dateTime={until}
      title={`${new Date(until).toISOString().slice(0, 16).replace('T', ' ')} UTC`}
      className={classNames('font-medium whitespace-nowrap', late ? 'text-bad-ink' : soon ? 'text-warn-ink' : 'text-muted')}
    >
      {late ? `${spoken(left)} late` : `${spoken(left)} ${suffix}`}
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
