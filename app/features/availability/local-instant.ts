import { wallClock } from '../../ui/time.tsx'

const HOUR = 3_600_000

/**
 * The instant at which a zone's clocks show a typed time ("2026-12-25T19:00"); undefined when none does, as in the hour
 * that is skipped in spring. Of the two in autumn the earlier one.
 */
export function instantOf(typed: string, zone: string): number | undefined {
  const parts = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)/.exec(typed)
  if (!parts) return undefined
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0] = parts.slice(1).map(Number)
  const plain = Date.UTC(year, month - 1, day, hour, minute)
  const shown = (at: number) => {
    const clock = wallClock(at, zone)
    return Date.UTC(clock.year, clock.month - 1, clock.day, clock.hour, clock.minute)
  }
  // Offsets change at most once in the day around it: try the ones that hold before and after.
  const offsets = [plain - 24 * HOUR, plain + 24 * HOUR].map((at) => shown(at) - at)
  const fitting = offsets.map((offset) => plain - offset).filter((at) => shown(at) === plain)
  return fitting.length > 0 ? Math.min(...fitting) : undefined
}
