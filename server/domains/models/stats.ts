import type { Insertable } from 'kysely'
import { z } from 'zod'
import type { ModelStatsTable } from '#db/tables/index.ts'
import { text } from '#server/trpc/fields.ts'

/** A number, also as the text a form sends; nothing else is taken for one. */
export function numeric<T extends z.ZodType>(schema: T) {
  return z.preprocess((value) => (typeof value === 'string' && value.trim() !== '' ? Number(value) : value), schema)
}

/** A whole number in a range, named with its unit. */
export function whole(min: number, max: number, what: string) {
  const text = `is ${what} between ${min} and ${max}`
  return numeric(z.number(text).int('is a whole number').min(min, text).max(max, text))
}
const years = z
  .number('is a number of years')
  .int('is a whole number of years')
  .min(18, 'must be at least 18: every model is an adult')
  .max(99, 'is at most 99')
const SHOE = 'is a UK size between 3 and 9'
const shoe = numeric(z.number(SHOE).min(3, SHOE).max(9, SHOE).multipleOf(0.5, 'is a whole or half size'))
const languages = z
  .array(text(40, 1))
  .max(20)
  .transform((list) => [...new Set(list)])

/** An empty form field or null takes the value away; left out it stays. */
function clearable<T extends z.ZodType>(schema: T) {
  return z.preprocess((value) => (value === '' ? null : value), schema.nullable().optional())
}

const few = z.enum(['none', 'few', 'many'])
const statsFields = {
  heightCm: clearable(whole(120, 220, 'centimetres')),
  weightKg: clearable(whole(35, 200, 'kilograms')),
  dressUk: clearable(whole(6, 18, 'a UK size')),
  shoeUk: clearable(shoe),
  hair: clearable(text(40)),
  eyes: clearable(text(40)),
  smoking: clearable(z.enum(['no', 'socially', 'yes'])),
  tattoos: clearable(few),
  piercings: clearable(few),
  nationality: clearable(text(60)),
}
export const statsInput = z.strictObject({ age: numeric(years), ...statsFields, languages: languages.default([]) })
/** Left-out stats stay as they are. */
export const statsPatch = z.strictObject({ age: numeric(years.optional()), ...statsFields, languages: languages.optional() })
export type StatsPatch = z.output<typeof statsPatch>

export const statsOut = z.object({
  age: z.number(),
  heightCm: z.number().nullable(),
  weightKg: z.number().nullable(),
  dressUk: z.number().nullable(),
  shoeUk: z.number().nullable(),
  hair: z.string().nullable(),
  eyes: z.string().nullable(),
  smoking: z.string().nullable(),
  tattoos: z.string().nullable(),
  piercings: z.string().nullable(),
  nationality: z.string().nullable(),
  languages: z.array(z.string()),
})

type StatsColumns = Omit<Insertable<ModelStatsTable>, 'model_id' | 'age'> & { age?: number }

/** The columns of the stats that were given. */
export function statsColumns(stats: StatsPatch): StatsColumns {
  const columns: StatsColumns = {
    age: stats.age,
    height_cm: stats.heightCm,
    weight_kg: stats.weightKg,
    dress_uk: stats.dressUk,
    shoe_uk: stats.shoeUk,
    hair: stats.hair,
    eyes: stats.eyes,
    smoking: stats.smoking,
    tattoos: stats.tattoos,
    piercings: stats.piercings,
    nationality: stats.nationality,
    languages: stats.languages,
  }
  return Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined))
}
