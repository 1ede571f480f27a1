import { z } from 'zod'
import { contactAccessOut } from '#server/auth/reveal-contact.ts'
import { override } from '#server/domains/availability/index.ts'
import { CANCEL_CAUSES } from '#server/domains/refund-policies/index.ts'
import {
  assigneeFilter,
  code,
  id,
  instant,
  listOf,
  money,
  nullableTimestamp,
  oneOrMore,
  optional,
  pageInput,
  parsedInstant,
  person,
  piiEmail,
  piiName,
  piiPhone,
  piiText,
  piiTextOrNull,
  positiveMoney,
  possibleTransition,
  q,
  statusInput,
  text,
  timestamp,
  transitionOut,
  version,
} from '#server/trpc/fields.ts'

export const BOOKING_STATUSES = [
  'draft',
  'pending',
  'deposit_required',
  'confirmed',
  'in_progress',
  'completed',
  'cancelled',
  'no_show',
  'expired',
] as const
const moneyOut = z.object({ amount: z.number(), currency: z.string() })
export const callType = z.enum(['incall', 'outcall'])
export const waiver = z.strictObject({ reason: text(500, 3) })

// --- inputs ----------------------------------------------------------------------------------------------------------

/** Start and end, in order, at most 14 days long and not further than two years away. */
export const periodInput = { start: instant, end: instant }
export function requirePeriod(value: { start?: Date; end?: Date }, check: z.core.$RefinementCtx): void {
  const message = value.start && value.end ? periodProblem(value.start, value.end) : null
  if (message !== null) check.addIssue({ code: 'custom', path: ['end'], message })
}

/** What is wrong with this time of a booking; null when nothing. An edit may bring only one of the two. */
export function periodProblem(start: Date, end: Date): string | null {
  const minutes = (end.getTime() - start.getTime()) / 60_000
  if (minutes <= 0) return 'must be after the start'
  if (minutes > 14 * 1_440) return 'a booking lasts at most 14 days'
  return minutes < 15 ? 'a booking lasts at least 15 minutes' : null
}

export const createBookingInput = z
  .strictObject({
    clientId: id,
    modelId: id,
    location: code,
    ...periodInput,
    callType: callType.default('incall'),
    services: z.array(code).max(30).default([]),
    depositRequired: positiveMoney.optional(),
    internalNotes: text(10_000).optional(),
    /** A hold of this client, model and time: the booking takes it over. */
    holdId: id.optional(),
    /** Confirm in the same transaction; needs `waiver`. */
    confirm: z.boolean().default(false),
    waiver: waiver.optional(),
    override: override.optional(),
  })
  .superRefine(requirePeriod)
export type CreateBookingInput = z.output<typeof createBookingInput>

export const updateBookingInput = z
  .strictObject({
    id,
    version,
    start: instant.optional(),
    end: instant.optional(),
    location: code.optional(),
    modelId: id.optional(),
    callType: callType.optional(),
    depositRequired: positiveMoney.nullable().optional(),
    internalNotes: text(10_000).optional(),
    clientConfirmedArrival: z.boolean().optional(),
  })
  .superRefine(requirePeriod)
export type UpdateBookingInput = z.output<typeof updateBookingInput>

export const rescheduleInput = z
  .strictObject({
    id,
    version,
    start: instant.optional(),
    end: instant.optional(),
    location: code.optional(),
    modelId: id.optional(),
    callType: callType.optional(),
    reason: optional(text(500)),
    override: override.optional(),
  })
  .superRefine(requirePeriod)
export type RescheduleInput = z.output<typeof rescheduleInput>

/** What comes with cancelling: whose doing it is, and what is given back when it is not what the policy says. */
const cancelling = {
  cause: z.enum(CANCEL_CAUSES).optional(),
  refund: z
    .strictObject({
      kind: z.enum(['policy', 'full', 'partial', 'waived']).default('policy'),
      /** Of `partial`. */
      amount: money.optional(),
      /** What the person was shown; when it is another amount by now, nothing is done. */
      expected: money.optional(),
      reason: text(500, 3).optional(),
    })
    .optional(),
}
export type Cancelling = z.output<z.ZodObject<typeof cancelling>>

export const bookingStatusInput = z.strictObject({
  id,
  version,
  ...statusInput,
  metadata: z
    .strictObject({
      deposit: positiveMoney.optional(),
      waiver: waiver.optional(),
      /** Until when the time is held; the agency's setting by default. */
      depositDeadline: parsedInstant.optional(),
      override: override.optional(),
      ...cancelling,
    })
    .default({}),
})

export const listBookingsInput = z.strictObject({
  ...pageInput,
  status: oneOrMore(z.enum(BOOKING_STATUSES)),
  startFrom: instant.optional(),
  startTo: instant.optional(),
  createdFrom: instant.optional(),
  createdTo: instant.optional(),
  modelId: id.optional(),
  clientId: id.optional(),
  inquiryId: id.optional(),
  location: code.optional(),
  assignedTo: assigneeFilter,
  q,
  sort: z.enum(['start', '-start', 'createdAt', '-createdAt']).default('-createdAt'),
})
export type ListBookingsInput = z.output<typeof listBookingsInput>

export const setServicesInput = z.strictObject({ id, version, services: z.array(code).max(30) })
export const addBookingNoteInput = z.strictObject({ id, body: text(5_000, 1) })
export const assignBookingInput = z.strictObject({ id, userId: id.nullable() })
export const byId = z.strictObject({ id })

// --- outputs ---------------------------------------------------------------------------------------------------------

const listFields = {
  id: z.string(),
  ref: z.string(),
  status: z.enum(BOOKING_STATUSES),
  version: z.number(),
  createdAt: timestamp,
  updatedAt: timestamp,
  inquiryId: z.string().nullable(),
  clientId: z.string(),
  modelId: z.string(),
  client: z.object({ id: z.string(), ref: z.string(), name: piiName() }),
  model: z.object({ id: z.string(), name: z.string(), publicCode: z.string() }),
  /** Slug. */
  location: z.string(),
  place: z.object({ slug: z.string(), title: z.string(), zone: z.string() }),
  start: timestamp,
  end: timestamp,
  callType,
  price: moneyOut,
  depositRequired: moneyOut.nullable(),
  depositStatus: z.enum(['none', 'pending', 'paid', 'failed']),
  depositDeadline: nullableTimestamp,
  paymentStatus: z.enum(['unpaid', 'partial', 'paid', 'refunded']),
  paid: moneyOut,
  waived: z.boolean(),
  clientConfirmedArrival: z.boolean(),
  assignee: person.nullable(),
}
export const bookingListItem = z.object(listFields)
export const bookingList = listOf(bookingListItem)

export const bookingOut = z.object({
  ...listFields,
  statusReason: piiTextOrNull(),
  inquiry: z.object({ id: z.string(), ref: z.string() }).nullable(),
  contactAccess: contactAccessOut,
  contact: z.object({ email: piiEmail(), phone: piiPhone(), preferredChannel: z.string() }),
  services: z.array(z.object({ code: z.string(), name: z.string(), extra: moneyOut })),
  priceLines: z.array(z.object({ kind: z.string(), label: z.string(), amount: z.number() })),
  waiver: z.object({ reason: piiText(), by: person.nullable() }).nullable(),
  internalNotes: piiText(),
  /** The hold this draft was made of, while it stands. */
  hold: z.object({ id: z.string(), expiresAt: timestamp, extendableTo: nullableTimestamp }).nullable(),
  possible: z.array(possibleTransition),
})
export type BookingOut = z.input<typeof bookingOut>

export const bookingTransitionOut = z.object({ booking: bookingOut, transition: transitionOut })
export const timelineOut = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      at: timestamp,
      kind: z.string(),
      title: z.string(),
      body: piiTextOrNull(),
      by: z.string(),
    }),
  ),
  nextCursor: z.string().nullable(),
})
