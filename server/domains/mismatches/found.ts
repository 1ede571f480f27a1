import type { MismatchFix, MismatchKind, Severity } from '#db/tables/index.ts'

/** Something that does not fit, as it stands now. */
export interface Found {
  kind: MismatchKind
  severity: Severity
  /** The same mismatch always has the same key. */
  key: string
  modelId: string | null
  locationId?: string | null
  bookingId?: string | null
  calendarId?: string | null
  coverRuleId?: string | null
  from: Date | null
  to: Date | null
  /** One sentence for people, without anything of a client. */
  summary: string
  expected: string
  actual: string
  fixes: MismatchFix[]
}

/** What an exception about it points at. */
export function entityOf(
  found: Pick<Found, 'bookingId' | 'modelId'>,
): { entityType: 'booking' | 'model'; entityId: string } | null {
  if (found.bookingId) return { entityType: 'booking', entityId: found.bookingId }
  return found.modelId ? { entityType: 'model', entityId: found.modelId } : null
}
