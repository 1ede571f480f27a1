import { z } from 'zod'
import { noteOut } from '#server/domains/notes/index.ts'
import {
  code,
  id,
  listOf,
  money,
  oneOrMore,
  optional,
  pageInput,
  piiText,
  piiTextOrNull,
  possibleTransition,
  q,
  statusInput,
  text,
  timestamp,
  transitionOut,
  version,
} from '#server/trpc/fields.ts'
import { numeric, statsInput, statsOut, statsPatch, whole } from './stats.ts'

export const MODEL_STATUSES = ['active', 'inactive', 'suspended'] as const
const VISIBILITIES = ['public', 'private', 'unlisted'] as const
const DURATIONS = ['30m', '45m', '1h', '90m', '2h', 'overnight'] as const
const AIRPORTS = ['heathrow', 'gatwick', 'stansted'] as const
const callType = z.enum(['incall', 'outcall'])

// --- inputs ----------------------------------------------------------------------------------------------------------

const publicCode = z
  .string()
  .transform((value) => value.trim().toUpperCase())
  .pipe(
    z
      .string()
      .max(60)
      .regex(/^[A-Z0-9]+(-[A-Z0-9]+)*$/, 'is a code such as SOPHIA-MF'),
  )
const buffer = whole(0, 480, 'minutes')
const rating = numeric(
  z
    .number('is between 0 and 5')
    .min(0, 'is between 0 and 5')
    .max(5, 'is between 0 and 5')
    .transform((value) => Math.round(value * 10) / 10),
)
const slugs = z
  .array(code)
  .max(100)
  .transform((list) => [...new Set(list)])

const profileFields = {
  visibility: z.enum(VISIBILITIES).optional(),
  /** Served besides the primary location. */
  locations: slugs.optional(),
  bufferBeforeMin: optional(buffer),
  bufferAfterMin: optional(buffer),
  internalRating: optional(rating),
  internalNotes: text(10_000).optional(),
}

export const createModelInput = z.strictObject({
  name: text(120, 1),
  /** Made from the name when left out. */
  publicCode: optional(publicCode),
  slug: optional(code),
  status: z.enum(['active', 'inactive']).default('inactive'),
  primaryLocation: code,
  stats: statsInput,
  ...profileFields,
})
export type CreateModelInput = z.output<typeof createModelInput>

export const updateModelInput = z.strictObject({
  id,
  version,
  name: text(120, 1).optional(),
  publicCode: publicCode.optional(),
  slug: code.optional(),
  primaryLocation: code.optional(),
  stats: statsPatch.optional(),
  ...profileFields,
})
export type UpdateModelInput = z.output<typeof updateModelInput>

export const listModelsInput = z.strictObject({
  ...pageInput,
  status: oneOrMore(z.enum(MODEL_STATUSES)),
  visibility: oneOrMore(z.enum(VISIBILITIES)),
  /** Based there or serving it. */
  location: optional(code),
  /** Offers a service of this category. */
  category: optional(code),
  service: optional(code),
  q,
  sort: z.enum(['name', '-name', 'createdAt', '-createdAt', 'internalRating', '-internalRating']).default('name'),
})
export type ListModelsInput = z.output<typeof listModelsInput>

export const modelStatusInput = z.strictObject({ id, version, ...statusInput, metadata: z.strictObject({}).default({}) })

export const setServicesInput = z.strictObject({
  id,
  version,
  services: z
    .array(z.strictObject({ code, extra: money.optional(), notes: text(500).default('') }))
    .max(100)
    .refine((list) => new Set(list.map((item) => item.code)).size === list.length, 'names a service twice'),
})
export type SetServicesInput = z.output<typeof setServicesInput>

export const setRatesInput = z.strictObject({
  id,
  version,
  rates: z
    .array(z.strictObject({ location: code, duration: z.enum(DURATIONS), callType, price: money, taxi: money.optional() }))
    .max(500)
    .refine(
      (list) => new Set(list.map((rate) => `${rate.location} ${rate.duration} ${rate.callType}`)).size === list.length,
      'names a place, duration and kind of call twice',
    ),
})
export type SetRatesInput = z.output<typeof setRatesInput>

const address = {
  street: text(200, 1),
  flat: text(40).default(''),
  floor: text(40).default(''),
  postCode: text(20, 2),
  nearestStation: text(100).default(''),
  airportOutcalls: z.array(z.enum(AIRPORTS)).max(AIRPORTS.length).default([]),
}
export const setAddressesInput = z.strictObject({ id, version, addresses: z.array(z.strictObject(address)).max(10) })
export type SetAddressesInput = z.output<typeof setAddressesInput>
export const byId = z.strictObject({ id })

// --- outputs ---------------------------------------------------------------------------------------------------------

const moneyOut = z.object({ amount: z.number(), currency: z.string() })
const place = z.object({ slug: z.string(), title: z.string(), zone: z.string() })

const listFields = {
  id: z.string(),
  /** Its public code. */
  ref: z.string(),
  status: z.enum(MODEL_STATUSES),
  version: z.number(),
  createdAt: timestamp,
  updatedAt: timestamp,
  publicCode: z.string(),
  name: z.string(),
  slug: z.string(),
  visibility: z.enum(VISIBILITIES),
  primaryLocation: place,
  /** null for who may not see it. */
  internalRating: z.number().nullable(),
}
export const modelListItem = z.object(listFields)
export const modelList = listOf(modelListItem)

export const modelOut = z.object({
  ...listFields,
  statusReason: piiTextOrNull(),
  bufferBeforeMin: z.number(),
  bufferAfterMin: z.number(),
  stats: statsOut.nullable(),
  locations: z.array(place),
  services: z.array(z.object({ code: z.string(), name: z.string(), category: z.string(), extra: moneyOut, notes: z.string() })),
  rates: z.array(z.object({ location: z.string(), duration: z.enum(DURATIONS), callType, price: moneyOut, taxi: moneyOut })),
  /** These three are null for who may not see them. */
  internalNotes: piiTextOrNull(),
  addresses: z
    .array(
      z.object({
        id: z.string(),
        street: piiText(),
        flat: piiText(),
        floor: piiText(),
        postCode: piiText(),
        nearestStation: piiText(),
        airportOutcalls: z.array(z.string()),
      }),
    )
    .nullable(),
  notes: z.array(noteOut).nullable(),
  possible: z.array(possibleTransition),
})
export type ModelOut = z.input<typeof modelOut>

export const modelTransitionOut = z.object({
  model: modelOut,
  transition: transitionOut,
  /** Bookings still to come of a model that was suspended; a task asks for someone to look at them. */
  affectedBookings: z.number(),
})
