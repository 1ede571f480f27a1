import { z } from 'zod'
import { contactAccessOut } from '#server/auth/reveal-contact.ts'
import { bookingOut, callType, periodInput, requirePeriod, waiver } from '#server/domains/bookings/index.ts'
import { noteOut } from '#server/domains/notes/index.ts'
import {
  assigneeFilter,
  code,
  email,
  id,
  instant,
  listOf,
  nullableTimestamp,
  oneOrMore,
  optional,
  pageInput,
  parsedInstant,
  person,
  phone,
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

export const INQUIRY_STATUSES = ['new', 'qualified', 'awaiting_client', 'awaiting_deposit', 'converted', 'lost', 'spam'] as const
export const SOURCES = ['web', 'telegram', 'whatsapp', 'phone', 'partner'] as const
export const priority = z.enum(['low', 'normal', 'high', 'critical'])
const moneyOut = z.object({ amount: z.number(), currency: z.string() })

// --- inputs ----------------------------------------------------------------------------------------------------------

const clientInput = z
  .strictObject({ name: text(200, 1), email: optional(email), phone: optional(phone) })
  .refine((client) => client.email !== undefined || client.phone !== undefined, {
    message: 'needs an email address or a phone number',
    path: ['email'],
  })

function requireWindow(value: { from?: Date; to?: Date }, check: z.core.$RefinementCtx): void {
  if (value.from && value.to && value.to <= value.from)
    check.addIssue({ code: 'custom', path: ['to'], message: 'must be after from' })
  if (value.to && !value.from) check.addIssue({ code: 'custom', path: ['from'], message: 'is needed when to is given' })
}

const leadFields = {
  client: clientInput,
  subject: text(200).default(''),
  message: text(10_000, 1),
  location: optional(code),
  services: z.array(code).max(30).default([]),
  from: optional(instant),
  to: optional(instant),
}

export const receiveInquiryInput = z
  .strictObject({
    ...leadFields,
    source: z.enum(SOURCES),
    externalRef: optional(text(200, 1)),
    priority: priority.default('normal'),
  })
  .superRefine(requireWindow)
export type ReceiveInquiryInput = z.output<typeof receiveInquiryInput>

/** The public form: what a stranger may say. `website` is the trap, `startedAt` the form's own token of when it was made. */
export const submitInquiryInput = z
  .strictObject({ ...leadFields, website: z.string().max(500).default(''), formToken: z.string().max(300) })
  .superRefine(requireWindow)

export const listInquiriesInput = z.strictObject({
  ...pageInput,
  status: oneOrMore(z.enum(INQUIRY_STATUSES)),
  priority: oneOrMore(priority),
  source: oneOrMore(z.enum(SOURCES)),
  assignedTo: assigneeFilter,
  clientId: id.optional(),
  q,
  createdFrom: instant.optional(),
  createdTo: instant.optional(),
  sort: z.enum(['createdAt', '-createdAt']).default('-createdAt'),
})
export type ListInquiriesInput = z.output<typeof listInquiriesInput>

export const updateInquiryInput = z
  .strictObject({
    id,
    version,
    subject: text(200).optional(),
    message: text(10_000, 1).optional(),
    location: code.nullable().optional(),
    services: z.array(code).max(30).optional(),
    from: instant.nullable().optional(),
    to: instant.nullable().optional(),
    priority: priority.optional(),
    deposit: positiveMoney.nullable().optional(),
  })
  .superRefine((value, check) => requireWindow({ from: value.from ?? undefined, to: value.to ?? undefined }, check))
export type UpdateInquiryInput = z.output<typeof updateInquiryInput>

export const inquiryMetadata = z
  .strictObject({ deposit: positiveMoney.optional(), waiver: waiver.optional(), depositDeadline: parsedInstant.optional() })
  .default({})
export const inquiryStatusInput = z.strictObject({ id, version, ...statusInput, metadata: inquiryMetadata })
export const assignInquiryInput = z.strictObject({ id, userId: id.nullable() })
export const addInquiryNoteInput = z.strictObject({ id, body: text(5_000, 1) })
export const byId = z.strictObject({ id })

const proposal = {
  id,
  modelId: id,
  ...periodInput,
  callType: callType.default('incall'),
  services: z.array(code).max(30).optional(),
  location: optional(code),
}
export const proposeInput = z.strictObject(proposal).superRefine(requirePeriod)
export type ProposeInput = z.output<typeof proposeInput>
export const convertInput = z.strictObject({ ...proposal, waiver: waiver.optional() }).superRefine(requirePeriod)
export type ConvertInput = z.output<typeof convertInput>

// --- outputs ---------------------------------------------------------------------------------------------------------

const listFields = {
  id: z.string(),
  ref: z.string(),
  status: z.enum(INQUIRY_STATUSES),
  version: z.number(),
  createdAt: timestamp,
  updatedAt: timestamp,
  source: z.enum(SOURCES),
  externalRef: z.string().nullable(),
  clientId: z.string(),
  client: z.object({ id: z.string(), ref: z.string(), name: piiName() }),
  subject: piiText(),
  /** Slug. */
  location: z.string().nullable(),
  place: z.object({ slug: z.string(), title: z.string(), zone: z.string() }).nullable(),
  from: nullableTimestamp,
  to: nullableTimestamp,
  priority,
  assignee: person.nullable(),
}
export const inquiryListItem = z.object(listFields)
export const inquiryList = listOf(inquiryListItem)

export const inquiryOut = z.object({
  ...listFields,
  statusReason: piiTextOrNull(),
  message: piiText(),
  contactAccess: contactAccessOut,
  contact: z.object({
    email: piiEmail(),
    phone: piiPhone(),
    preferredChannel: z.string(),
    tags: z.array(z.string()),
  }),
  services: z.array(z.object({ code: z.string(), name: z.string() })),
  deposit: moneyOut.nullable(),
  waiver: z.object({ reason: piiText() }).nullable(),
  answeredAt: nullableTimestamp,
  booking: z.object({ id: z.string(), ref: z.string(), status: z.string() }).nullable(),
  notes: z.array(noteOut),
  possible: z.array(possibleTransition),
})
export type InquiryOut = z.input<typeof inquiryOut>
export const inquiryTransitionOut = z.object({ inquiry: inquiryOut, transition: transitionOut })
export const convertOut = z.object({ inquiry: inquiryOut, booking: bookingOut, transition: transitionOut })
const matchedModel = z.object({ id: z.string(), name: z.string(), publicCode: z.string() })
export const matchOut = z.object({
  /** Who fits, best first. */
  items: z.array(
    z.object({
      model: matchedModel,
      score: z.number(),
      reasons: z.array(z.object({ factor: z.string(), points: z.number(), text: z.string() })),
      /** By the rate grid; null without a time. */
      price: moneyOut.nullable(),
      /** Free, but a calendar of hers or a slot is not sure. */
      tentative: z.boolean(),
    }),
  ),
  /** Who would fit with one change, and which. */
  nearMisses: z.array(
    z.object({
      model: matchedModel,
      score: z.number(),
      change: z.object({
        kind: z.enum(['time', 'place', 'services', 'price']),
        text: z.string(),
        start: timestamp.optional(),
        end: timestamp.optional(),
        location: z.string().optional(),
        leaveOut: z.array(z.string()).optional(),
      }),
    }),
  ),
})
export const submittedOut = z.object({ ref: z.string() })

export const DEMAND_CONSTRAINTS = ['place', 'services', 'time', 'hours', 'price', 'blacklist', 'not_looked'] as const
const constraint = z.enum(DEMAND_CONSTRAINTS)
export const listDemandInput = z.strictObject({
  ...pageInput,
  constraint: oneOrMore(constraint),
  /** Slug. */
  location: code.optional(),
  /** Noted in [from, to). */
  from: instant.optional(),
  to: instant.optional(),
  sort: z.enum(['notedAt', '-notedAt']).default('-notedAt'),
})
export type ListDemandInput = z.output<typeof listDemandInput>
const counted = z.number()
export const demandOut = z.object({
  ...listOf(
    z.object({
      inquiry: z.object({ id: z.string(), ref: z.string(), status: z.enum(INQUIRY_STATUSES) }),
      source: z.enum(['no_match', 'ended']),
      constraint,
      detail: z.string(),
      place: z.string().nullable(),
      zone: z.string().nullable(),
      services: z.array(z.string()),
      from: nullableTimestamp,
      to: nullableTimestamp,
      notedAt: timestamp,
    }),
  ).shape,
  total: counted,
  byConstraint: z.array(z.object({ constraint, count: counted })),
  byPlace: z.array(z.object({ slug: z.string(), title: z.string(), count: counted })),
  byService: z.array(z.object({ name: z.string(), count: counted })),
})
