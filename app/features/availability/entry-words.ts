import { words } from '../../ui/badge.tsx'
import { durationText, formatTime } from '../../ui/time.tsx'
import type { Entry, Told } from './types.ts'

const KINDS: Record<Told['kind'], string> = {
  booking: 'Booking',
  hold: 'Hold',
  request: 'Request',
  time_off: 'Time off',
  tour_duty: 'Tour',
  travel: 'Travel',
  available: 'Available',
  tentative: 'Tentative',
  unavailable: 'Not available',
}
/** Where a slot comes from. */
export const SOURCES: Record<string, string> = { manual: 'by hand', automation: 'the rules', sync: 'a calendar' }

export const KIND_OPTIONS = Object.entries(KINDS).map(([value, label]) => ({ value, label }))

export function kindWord(kind: Told['kind']): string {
  return KINDS[kind]
}

/** What stands on the block: whose time it is, or why she is not there. */
export function titleOf(entry: Pick<Told, 'kind' | 'booking' | 'note'>): string {
  if (entry.booking) return entry.booking.client || entry.booking.ref
  if (entry.kind === 'booking' || entry.kind === 'hold') return 'Taken'
  return entry.note || KINDS[entry.kind]
}

export function timesOf(entry: Pick<Entry, 'from' | 'to'>, zone: string): string {
  return `${formatTime(entry.from, zone, 'time')}–${formatTime(entry.to, zone, 'time')}`
}

/** Everything there is to know of a block in one sentence: what is read out, and shown when it is pointed at. */
export function sentenceOfEntry(entry: Entry, zone: string): string {
  const parts = [
    entry.booking ? `${KINDS[entry.kind]} ${entry.booking.ref}` : KINDS[entry.kind],
    `${formatTime(entry.from, zone, 'day')} ${timesOf(entry, zone)}`,
    durationText(entry.start, entry.end),
    entry.booking ? `${entry.booking.client}, ${entry.booking.place}` : entry.note,
    entry.booking ? words(entry.booking.status) : null,
    entry.slot && entry.slot.source !== 'manual' ? `from ${SOURCES[entry.slot.source] ?? entry.slot.source}` : null,
    entry.expiresAt ? `held until ${formatTime(entry.expiresAt, zone, 'time')}` : null,
  ]
  return parts.filter(Boolean).join(' · ')
}

/** Which of its looks a block has. */
export function lookOf(entry: Told): string {
  if (entry.kind !== 'booking' || !entry.booking) return entry.kind
  if (entry.booking.status === 'in_progress') return 'running'
  return ['completed', 'no_show'].includes(entry.booking.status) ? 'over' : 'booking'
}
