import { z } from 'zod'
import { code, id, instant, optional, timestamp } from '#server/trpc/fields.ts'

/** How far a look at free times may reach. */
const MOST_DAYS = 31
const services = z.preprocess(
  (value) => (typeof value === 'string' ? value.split(',').filter(Boolean) : value),
  z.array(code).max(50).default([]),
)
const callType = z.enum(['incall', 'outcall']).default('incall')

export const freeInput = z
  .strictObject({
    modelId: id,
    from: instant,
    to: instant,
    durationMinutes: z.coerce.number().int().min(5).max(1440).default(60),
    /** Slug: the way from and to her other places counts. */
    location: optional(code),
    callType,
    services,
    limit: z.coerce.number().int().min(1).max(500).default(100),
  })
  .refine((value) => value.to > value.from, { path: ['to'], message: 'must be after from' })
  .refine((value) => value.to.getTime() - value.from.getTime() <= MOST_DAYS * 86_400_000, {
    path: ['to'],
    message: `must be at most ${MOST_DAYS} days after from`,
  })
export type FreeInput = z.output<typeof freeInput>

export const freeOut = z.object({
  modelId: z.string(),
  /** IANA zone of the model: her days and hours are in it. */
  zone: z.string(),
  durationMinutes: z.number(),
  /** Times of that length that could be held now, on her step, earliest first. */
  items: z.array(z.object({ start: timestamp, end: timestamp, tentative: z.boolean() })),
  /** The same as stretches: a time of that length fits anywhere in them, on her step. */
  windows: z.array(z.object({ start: timestamp, end: timestamp })),
})

export const whyInput = z
  .strictObject({
    modelId: id,
    start: instant,
    end: instant,
    location: optional(code),
    callType,
    services,
    /** A booking that would be moved here. */
    exceptBookingId: optional(id),
    exceptHoldId: optional(id),
  })
  .refine((value) => value.end > value.start, { path: ['end'], message: 'must be after the start' })
  .refine((value) => value.end.getTime() - value.start.getTime() <= 14 * 86_400_000, {
    path: ['end'],
    message: 'must be at most 14 days after the start',
  })
export type WhyInput = z.output<typeof whyInput>

const change = z.object({
  text: z.string(),
  start: timestamp.optional(),
  end: timestamp.optional(),
  field: z.string().optional(),
})

export const whyOut = z.object({
  modelId: z.string(),
  modelName: z.string(),
  zone: z.string(),
  ok: z.boolean(),
  tentative: z.boolean(),
  /** Minutes kept free before and after, and how many of them are the way. */
  minutesBefore: z.number(),
  minutesAfter: z.number(),
  travelBefore: z.number(),
  travelAfter: z.number(),
  reasons: z.array(
    z.object({
      rule: z.string(),
      /** A person with the right may set it aside, with a reason. */
      overridable: z.boolean(),
      text: z.string(),
      change: change.nullable(),
      from: timestamp.optional(),
      to: timestamp.optional(),
      /** The booking in the way, for who may see it. */
      booking: z.object({ id: z.string(), ref: z.string() }).nullable(),
    }),
  ),
  /** The nearest times of that length which nothing forbids. */
  nearest: z.array(z.object({ start: timestamp, end: timestamp, tentative: z.boolean() })),
})
