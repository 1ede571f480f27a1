import { z } from 'zod'
import { AppError } from '#server/errors.ts'

// The year 0000 is a time to JavaScript and none to PostgreSQL.
const time = z.iso.datetime({ precision: 6 }).startsWith('2')

/** Where a page of the Action Center ended. */
const placeSchema = z.strictObject({
  completed: z.boolean(),
  rank: z.number().int().min(0).max(3),
  deadline: z.union([time, z.literal('infinity')]),
  created: time,
  id: z.uuid(),
})
export type Place = z.output<typeof placeSchema>

export function encodePlace(place: Place): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url')
}

/** Throws `malformed` for anything this list did not give out, or gave out for the other half of it. */
export function decodePlace(cursor: string, completed: boolean): Place {
  try {
    const place = placeSchema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()))
    if (place.completed === completed) return place
  } catch {
    // Answered below, like a cursor of another list.
  }
  throw new AppError('malformed', 'cursor is not one this list gave out. Start again without it.', {
    errors: [{ path: 'cursor', message: 'is not one this list gave out' }],
  })
}
