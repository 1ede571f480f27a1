import type { Insertable } from 'kysely'
import type { ModelStatsTable } from '#db/tables/index.ts'
import type { StatsPatch } from './model.schema.ts'

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
