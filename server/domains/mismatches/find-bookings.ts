import { sql } from 'kysely'
import type { CallType, MismatchFix } from '#db/tables/index.ts'
import {
  decide,
  findFree,
  type ModelTimeFacts,
  stretchText,
  type TimeQuestion,
  type TimeReason,
  type TimeRule,
} from '#server/domains/availability/index.ts'
import type { Tx } from '#server/transact.ts'
import type { Found } from './found.ts'

/** A booking that holds time and begins within the facts. */
export interface BookingTime {
  id: string
  ref: string
  model_id: string
  location_id: string
  starts_at: Date
  ends_at: Date
  call_type: CallType
  services: string[]
  /** Rules that somebody set aside for it, with a reason, in words. */
  aside: string | null
}

const HOUR_MS = 3_600_000
/** Whether she is there at all; notice, limits and the like were for who booked it. */
const HER_TIME: readonly TimeRule[] = ['hours', 'exception', 'blackout', 'unavailable']

export async function bookingTimesOf(tx: Tx, modelIds: readonly string[], from: Date, to: Date): Promise<BookingTime[]> {
  return tx.run(sql<BookingTime>`
    select b.id, b.ref, b.model_id, b.location_id, b.starts_at, b.ends_at, b.call_type,
      coalesce((select array_agg(s.service_id) from booking_services s where s.booking_id = b.id), '{}') as services,
      (select string_agg(t.title, ' ') from booking_timeline t where t.booking_id = b.id and t.kind = 'override') as aside
    from bookings b
    where b.model_id = any(${modelIds}::uuid[]) and b.starts_at >= ${from} and b.ends_at <= ${to} and b.deleted_at is null
      and b.status in ('deposit_required', 'confirmed', 'in_progress')
    order by b.starts_at, b.id`)
}

/** A booking at a time she is not there: outside her hours, on a day off, or while a calendar of hers says she is busy. */
export function bookingWithoutSlot(facts: ModelTimeFacts, booking: BookingTime, now: Date): Found | null {
  const question: TimeQuestion = {
    modelId: booking.model_id,
    startsAt: booking.starts_at,
    endsAt: booking.ends_at,
    locationId: booking.location_id,
    callType: booking.call_type,
    serviceIds: booking.services,
    exceptBookingId: booking.id,
  }
  const reasons = decide(facts, question, now).reasons.filter(({ rule }) => HER_TIME.includes(rule) && !isAside(booking, rule))
  const [reason] = reasons
  if (!reason) return null
  const when = stretchText(facts.zone, booking.starts_at.getTime(), booking.ends_at.getTime())
  const soon = booking.starts_at.getTime() - now.getTime() < 48 * HOUR_MS
  return {
    kind: 'booking_without_slot',
    severity: soon ? 'critical' : reason.rule === 'hours' ? 'medium' : 'high',
    key: `booking:${booking.id}`,
    modelId: booking.model_id,
    bookingId: booking.id,
    from: booking.starts_at,
    to: booking.ends_at,
    summary: `${booking.ref} with ${facts.name}, ${when}: ${reason.text}`.slice(0, 300),
    expected: `${facts.name} is there, ${when}`,
    actual: reasons
      .map(({ text }) => text)
      .join(' ')
      .slice(0, 500),
    fixes: [...fixesByTime(facts, booking, reason), ...fixesByMoving(facts, booking, now), openBooking(booking)],
  }
}

function isAside({ aside }: BookingTime, rule: TimeRule): boolean {
  return aside?.includes(rule.replaceAll('_', ' ')) ?? false
}

function fixesByTime(facts: ModelTimeFacts, booking: BookingTime, reason: TimeReason): MismatchFix[] {
  const [start, end] = [booking.starts_at.toISOString(), booking.ends_at.toISOString()]
  if (reason.rule === 'hours' || reason.rule === 'exception') {
    const action = { kind: 'add_slot' as const, modelId: booking.model_id, start, end }
    return [{ key: 'open', label: `Open this time for ${facts.name}`, action }]
  }
  if (reason.rule !== 'unavailable') return []
  const [from, to] = [booking.starts_at.getTime(), booking.ends_at.getTime()]
  const slot = facts.unavailable.find((one) => one.source === 'manual' && one.from < to && one.to > from)
  return slot ? [{ key: 'free', label: 'Remove the unavailable slot', action: { kind: 'remove_slot', slotId: slot.id } }] : []
}

/** The nearest time on either side that she could be booked for instead. */
function fixesByMoving(facts: ModelTimeFacts, booking: BookingTime, now: Date): MismatchFix[] {
  const from = Math.max(now.getTime(), facts.window.from, booking.starts_at.getTime() - 12 * HOUR_MS)
  const to = Math.min(facts.window.to, booking.ends_at.getTime() + 36 * HOUR_MS)
  const free = findFree(facts, {
    durationMinutes: (booking.ends_at.getTime() - booking.starts_at.getTime()) / 60_000,
    from: new Date(from),
    to: new Date(to),
    locationId: booking.location_id,
    callType: booking.call_type,
    serviceIds: booking.services,
    exceptBookingId: booking.id,
    now,
    limit: 200,
  })
  const distance = ({ start }: { start: Date }) => Math.abs(start.getTime() - booking.starts_at.getTime())
  const [nearest] = free.sort((a, b) => distance(a) - distance(b))
  if (!nearest) return []
  const label = `Move it to ${stretchText(facts.zone, nearest.start.getTime(), nearest.end.getTime())}`
  const [start, end] = [nearest.start.toISOString(), nearest.end.toISOString()]
  return [{ key: 'move', label, action: { kind: 'move_booking', bookingId: booking.id, start, end } }]
}

function openBooking(booking: BookingTime): MismatchFix {
  return { key: 'see', label: `Open ${booking.ref}`, action: { kind: 'open', entity: 'booking', id: booking.id } }
}
