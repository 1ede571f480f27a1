import { z } from 'zod'
import { id, person, piiText, text, timestamp } from '#server/trpc/fields.ts'

export const addNoteInput = z.strictObject({ id, body: text(5_000, 1) })

export const noteOut = z.object({
  id: z.string(),
  body: piiText(),
  by: person.nullable(),
  createdAt: timestamp,
})
export type NoteOut = z.input<typeof noteOut>
