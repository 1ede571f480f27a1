import { z } from 'zod'

/**
 * Every domain event there is, with the shape of its payload. Payloads are small: ids for links, states for steps,
 * never personal data (a consumer reads the entity as it stands now).
 */
const link = z.uuid()
const nothing = z.object({})
const statusChanged = z.object({ from: z.string(), to: z.string(), reason: z.string().optional() })
/** Names of the changed fields, not their values. */
const updated = z.object({ fields: z.array(z.string()).optional() })
/** What kind of work, how urgent, and the deadline in question. */
const sla = z.object({ type: z.string(), level: z.string(), deadlineAt: z.string() })

export const EVENTS = {
  'inquiry.created': z.object({ clientId: link.optional(), source: z.string().optional() }),
  'inquiry.status_changed': statusChanged,
  'inquiry.updated': updated,
  'booking.created': z.object({ inquiryId: link.nullish(), clientId: link.optional(), modelId: link.optional() }),
  'booking.status_changed': statusChanged,
  'booking.updated': updated,
  'hold.created': z.object({ modelId: link }),
  'hold.updated': z.object({ modelId: link }),
  'hold.ended': z.object({ modelId: link, status: z.enum(['booked', 'released', 'expired']) }),
  'task.created': z.object({ type: z.string().optional() }),
  'task.status_changed': statusChanged,
  'task.updated': updated,
  'task.sla_warning': sla,
  'task.sla_breached': sla,
  'exception.created': z.object({ type: z.string().optional() }),
  'exception.status_changed': statusChanged,
  'exception.updated': updated,
  'exception.sla_warning': sla,
  'exception.sla_breached': sla,
  'model.created': nothing,
  'model.status_changed': statusChanged,
  'model.updated': updated,
  'model.calendar_changed': z.object({ calendarId: link.optional() }),
  /** A slot or a day's exception of hers. */
  'model.availability_changed': z.object({ slotId: link.optional(), exceptionId: link.optional(), blockId: link.optional() }),
  /** What her hours come to in the calendar; worked out, not decided. */
  'model.slots_changed': nothing,
  'availability_rule.changed': z.object({ modelId: link.nullish(), locationId: link.nullish() }),
  'cover_rule.changed': z.object({ locationId: link.optional() }),
  'mismatch.detected': z.object({ kind: z.string() }),
  'mismatch.changed': z.object({ kind: z.string() }),
  'mismatch.resolved': z.object({ kind: z.string() }),
  'client.created': nothing,
  'client.updated': updated,
  'client.merged': z.object({ mergedId: link.optional(), survivorId: link.optional() }),
  'client.unmerged': z.object({ mergedId: link.optional(), survivorId: link.optional() }),
  'client.erased': nothing,
  'client.erasure_finished': nothing,
  'export.requested': nothing,
  'payment.recorded': z.object({ bookingId: link.optional() }),
  'payment.requested': z.object({ bookingId: link, purpose: z.string() }),
  'payment.status_changed': statusChanged,
  'payment.updated': updated,
  'payment.succeeded': z.object({ bookingId: link }),
  'payment.failed': z.object({ bookingId: link, code: z.string().optional() }),
  'payment.refunded': z.object({ bookingId: link }),
  'payment.disputed': z.object({ bookingId: link }),
  'provider_event.received': nothing,
  'user.updated': updated,
  'password_reset.requested': nothing,
  'job.retried': nothing,
  'job.failed': z.object({ task: z.string(), attempts: z.number() }),
} as const satisfies Record<string, z.ZodType>

export type EventName = keyof typeof EVENTS
export type EventPayload<N extends EventName> = z.output<(typeof EVENTS)[N]>

export function isEventName(name: string): name is EventName {
  return Object.hasOwn(EVENTS, name)
}

/** An event as its consumers see it. */
export interface EventRow {
  id: string
  position: number
  type: string
  entity_type: string
  entity_id: string
  entity_ref: string | null
  payload: Record<string, unknown>
  depth: number
  occurred_at: Date
}

/** The payload of an event, parsed by its catalogue entry. Throws when the event was written with another shape. */
export function payloadOf<N extends EventName>(name: N, event: Pick<EventRow, 'payload'>): EventPayload<N> {
  return EVENTS[name].parse(event.payload) as EventPayload<N>
}
