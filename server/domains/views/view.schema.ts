import { z } from 'zod'
import { id, person, text, timestamp, version } from '#server/trpc/fields.ts'

/** Screens that have views. */
export const VIEW_SCREENS = [
  'action-center',
  'inquiries',
  'bookings',
  'clients',
  'models',
  'payments',
  'tasks',
  'exceptions',
  'search',
] as const
const screen = z.enum(VIEW_SCREENS)

const viewName = text(80, 1)
/** As in an address, with or without `?`; kept without where one has paged to. */
const viewQuery = z
  .string()
  .max(2_000, 'is too long to be kept')
  .refine((value) => value.isWellFormed(), 'contains broken Unicode')
  .transform((value) => {
    const query = new URLSearchParams(value)
    query.delete('cursor')
    return query.toString()
  })
  .pipe(z.string().max(2_000, 'is too long to be kept'))

export const listViewsInput = z.strictObject({ screen: screen.optional() })
export type ListViewsInput = z.output<typeof listViewsInput>
export const createViewInput = z.strictObject({ screen, name: viewName, query: viewQuery, isShared: z.boolean().default(false) })
export type CreateViewInput = z.output<typeof createViewInput>
export const updateViewInput = z.strictObject({
  id,
  version,
  name: viewName.optional(),
  query: viewQuery.optional(),
  isShared: z.boolean().optional(),
})
export type UpdateViewInput = z.output<typeof updateViewInput>
export const byId = z.strictObject({ id })

export const viewOut = z.object({
  id: z.string(),
  screen: z.string(),
  name: z.string(),
  query: z.string(),
  isShared: z.boolean(),
  owner: person,
  isOwn: z.boolean(),
  /** Whether this actor may rename, change and delete it. */
  mayChange: z.boolean(),
  version: z.number(),
  createdAt: timestamp,
  updatedAt: timestamp,
})
export const viewList = z.object({ items: z.array(viewOut) })
export const viewGone = z.object({ id: z.string(), name: z.string() })
