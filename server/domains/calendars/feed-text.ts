import ical, { ICalCalendarMethod, ICalEventStatus, ICalEventTransparency } from 'ical-generator'

/** One entry of a model's feed, as the ledger has it. */
export interface FeedEntry {
  /** Stays the same for as long as the entry exists, whatever is changed. */
  id: string
  from: Date
  to: Date
  state: 'confirmed' | 'tentative' | 'cancelled'
  /** Grows with every change. */
  sequence: number
  changedAt: Date
  summary: string
  place: string | null
  description: string | null
}

export interface Feed {
  name: string
  /** Only that she is busy, and when. */
  busyOnly: boolean
  entries: readonly FeedEntry[]
}

const STATUS = {
  confirmed: ICalEventStatus.CONFIRMED,
  tentative: ICalEventStatus.TENTATIVE,
  cancelled: ICalEventStatus.CANCELLED,
} as const
/** Calendars that ask how often to come again are told this. */
const AGAIN_SECONDS = 900

/**
 * The feed as iCalendar text (RFC 5545). The same entries are always the same text, so that it can have an ETag: nothing in
 * it says when it was made. What was cancelled is told as cancelled, for calendars that keep what is merely gone.
 */
export function feedText({ name, busyOnly, entries }: Feed): string {
  const calendar = ical({ name, prodId: '-//Virel//Bookings//EN', method: ICalCalendarMethod.PUBLISH, ttl: AGAIN_SECONDS })
  for (const entry of entries) {
    calendar.createEvent({
      id: `${entry.id}@virel`,
      start: entry.from,
      end: entry.to,
      stamp: entry.changedAt,
      lastModified: entry.changedAt,
      sequence: entry.sequence,
      status: STATUS[entry.state],
      transparency: entry.state === 'cancelled' ? ICalEventTransparency.TRANSPARENT : ICalEventTransparency.OPAQUE,
      summary: busyOnly ? 'Busy' : entry.summary,
      location: busyOnly ? null : entry.place,
      description: busyOnly ? null : entry.description,
    })
  }
  return calendar.toString()
}
