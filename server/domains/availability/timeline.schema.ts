import { z } from 'zod'
import {
  code,
  id,
  instant,
  listOf,
  nullableTimestamp,
  oneOrMore,
  optional,
  pageInput,
  piiName,
  piiTextOrNull,
  q,
  timestamp,
} from '#server/trpc/fields.ts'
import { SLOT_SOURCES } from './slot.schema.ts'

/** What stands on a timeline. `request` is a booking that holds no time yet; a `booking` may be over. */
export const ENTRY_KINDS = [
  'booking',
  'hold',
  'request',
  'time_off',
  'tour_duty',
  'travel',
  'available',
  'tentative',
  'unavailable',
] as const
export type EntryKind = (typeof ENTRY_KINDS)[number]

/** Rows one answer may have, and days: a screen asks for what it shows and a little around it. */
export const MOST_MODELS = 100
const MOST_DAYS = 35
const DAY_MS = 86_400_000

// --- inputs ----------------------------------------------------------------------------------------------------------

const models = z.preprocess(
  (value) => (typeof value === 'string' ? value.split(',').filter(Boolean) : value),
  z.array(id).min(1).max(MOST_MODELS, `at most ${MOST_MODELS} models at once`),
)

const window = { from: instant, to: instant }
function requireWindow({ from, to }: { from: Date; to: Date }, check: z.core.$RefinementCtx): void {
  const length = to.getTime() - from.getTime()
  const message = length <= 0 ? 'must be after from' : length > MOST_DAYS * DAY_MS ? `at most ${MOST_DAYS} days after from` : null
  if (message !== null) check.addIssue({ code: 'custom', path: ['to'], message })
}

export const timelineInput = z.strictObject({ modelIds: models, ...window }).superRefine(requireWindow)
export type TimelineInput = z.output<typeof timelineInput>

/** Whose time: the same for every view of the page. */
const whose = {
  modelIds: optional(models),
  location: optional(code),
  service: optional(code),
  status: oneOrMore(z.enum(['active', 'inactive', 'suspended'])),
  q,
}
export const rosterInput = z.strictObject(whose)
export type RosterInput = z.output<typeof rosterInput>

export const monthInput = z.strictObject({
  ...whose,
  month: z.string().regex(/^20\d\d-(0[1-9]|1[0-2])$/, 'is a month such as 2026-12'),
})
export type MonthInput = z.output<typeof monthInput>

export const entriesInput = z
  .strictObject({
    ...pageInput,
    ...whose,
    ...window,
    kind: oneOrMore(z.enum(ENTRY_KINDS)),
    /** Slots of this source only. Without one, those that only repeat the rules are left out. */
    source: optional(z.enum(SLOT_SOURCES)),
    sort: z.string().max(20).default('start'),
  })
  .superRefine(requireWindow)
export type EntriesInput = z.output<typeof entriesInput>

// --- outputs ---------------------------------------------------------------------------------------------------------

export const entryOut = z.object({
  /** Of the block or slot, or of the booking for a request. */
  id: z.string(),
  kind: z.enum(ENTRY_KINDS),
  start: timestamp,
  end: timestamp,
  /** Margins in minutes that are taken too. */
  before: z.number(),
  after: z.number(),
  /** Minutes of the way from the place before and to the one after; part of the margins. */
  travelBefore: z.number(),
  travelAfter: z.number(),
  /** When a hold ends by itself. */
  expiresAt: nullableTimestamp,
  note: piiTextOrNull(),
  /** Of available, tentative and unavailable: what it takes to change it. */
  slot: z.object({ version: z.number(), source: z.string(), confidence: z.number() }).nullable(),
  /** Null too when the booking is another's: that the time is taken is told, for whom is not. */
  booking: z
    .object({
      id: z.string(),
      ref: z.string(),
      status: z.string(),
      version: z.number(),
      client: piiName(),
      place: z.string(),
      zone: z.string(),
    })
    .nullable(),
})

const span = z.object({ from: timestamp, to: timestamp })
export const timelineOut = z.object({
  from: timestamp,
  to: timestamp,
  rows: z.array(
    z.object({
      modelId: z.string(),
      entries: z.array(entryOut),
      /** When her hours and the days that differ offer her; null without hours: at any time. */
      open: z.array(span).nullable(),
      /** What a day that differs closes. */
      closed: z.array(span),
      blackouts: z.array(span.extend({ title: z.string() })),
    }),
  ),
})

const rosterModel = z.object({
  id: z.string(),
  name: z.string(),
  publicCode: z.string(),
  status: z.string(),
  place: z.string(),
  /** Where she is based; her clock is this place's. */
  location: z.string(),
  zone: z.string(),
})
export const rosterOut = z.object({ items: z.array(rosterModel), hasMore: z.boolean() })

export const monthOut = z.object({
  /** Models these figures are of. */
  models: z.number(),
  days: z.array(
    z.object({
      day: z.string(),
      from: timestamp,
      to: timestamp,
      /** Bookings that begin on the day. */
      bookings: z.number(),
      bookedMinutes: z.number(),
      heldMinutes: z.number(),
      offMinutes: z.number(),
      /** Minutes the models could be booked at all. */
      offeredMinutes: z.number(),
      /** Models that are booked or held on it. */
      busyModels: z.number(),
    }),
  ),
})

export const entryList = listOf(entryOut.extend({ model: rosterModel }))
