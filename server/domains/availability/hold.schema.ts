import { z } from 'zod'
import {
  code,
  id,
  instant,
  listOf,
  nullableTimestamp,
  oneOrMore,
  pageInput,
  person,
  piiName,
  text,
  timestamp,
  version,
} from '#server/trpc/fields.ts'

/** Sets rules of availability aside, never an overlap; by `availability.override`, audited. */
export const override = z.strictObject({ reason: text(500, 3) })

export const HOLD_STATUSES = ['held', 'booked', 'released', 'expired'] as const
const minutes = z.coerce.number().int().min(1).max(1_440)

export const placeHoldInput = z
  .strictObject({
    clientId: id,
    modelId: id,
    location: code,
    start: instant,
    end: instant,
    callType: z.enum(['incall', 'outcall']).default('incall'),
    services: z.array(code).max(30).default([]),
    /** From now; the agency's setting by default, its cap at most. */
    minutes: minutes.optional(),
    override: override.optional(),
  })
  .superRefine(({ start, end }, check) => {
    const length = (end.getTime() - start.getTime()) / 60_000
    const message =
      length <= 0
        ? 'must be after the start'
        : length < 15
          ? 'a booking lasts at least 15 minutes'
          : length > 14 * 1_440
            ? 'a booking lasts at most 14 days'
            : null
    if (message !== null) check.addIssue({ code: 'custom', path: ['end'], message })
  })
export type PlaceHoldInput = z.output<typeof placeHoldInput>

export const extendHoldInput = z.strictObject({ id, version, minutes: minutes.optional() })
export type ExtendHoldInput = z.output<typeof extendHoldInput>
export const byHoldId = z.strictObject({ id })
export const listHoldsInput = z.strictObject({
  ...pageInput,
  status: oneOrMore(z.enum(HOLD_STATUSES)),
  modelId: id.optional(),
  clientId: id.optional(),
  sort: z.enum(['createdAt', '-createdAt']).default('-createdAt'),
})
export type ListHoldsInput = z.output<typeof listHoldsInput>

export const holdOut = z.object({
  id: z.string(),
  status: z.enum(HOLD_STATUSES),
  version: z.number(),
  createdAt: timestamp,
  updatedAt: timestamp,
  client: z.object({ id: z.string(), ref: z.string(), name: piiName() }),
  model: z.object({ id: z.string(), name: z.string(), publicCode: z.string() }),
  /** Slug. */
  location: z.string(),
  place: z.object({ slug: z.string(), title: z.string(), zone: z.string() }),
  start: timestamp,
  end: timestamp,
  callType: z.enum(['incall', 'outcall']),
  expiresAt: timestamp,
  /** It can be extended up to here. */
  latestAt: timestamp,
  /** Null when it ended, or can not be extended any more. */
  extendableTo: nullableTimestamp,
  booking: z.object({ id: z.string(), ref: z.string() }).nullable(),
  by: person.nullable(),
})
export type HoldOut = z.input<typeof holdOut>
export const holdList = listOf(holdOut)
