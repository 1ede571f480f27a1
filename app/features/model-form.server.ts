import type { FormReader } from '../form.server.ts'
import { FEW, SMOKING, VISIBILITIES } from './model-options.ts'

/** The profile as posted; empty stats are left out. */
export function readModel(form: FormReader) {
  const age = form.whole('stats.age')
  if (age === undefined && form.optional('stats.age') === undefined) form.refuse('stats.age', 'Type the age.')
  const profile = {
    name: form.text('name'),
    primaryLocation: form.requiredText('primaryLocation', 'Choose a place.'),
    visibility: form.pick('visibility', VISIBILITIES),
    locations: form.list('locations'),
    bufferBeforeMin: form.whole('bufferBeforeMin'),
    bufferAfterMin: form.whole('bufferAfterMin'),
    ...(form.has('internalNotes')
      ? { internalRating: form.decimal('internalRating'), internalNotes: form.text('internalNotes') }
      : {}),
  }
  const stats = {
    age: age ?? 0,
    heightCm: form.whole('stats.heightCm'),
    weightKg: form.whole('stats.weightKg'),
    dressUk: form.whole('stats.dressUk'),
    shoeUk: form.decimal('stats.shoeUk'),
    hair: form.optional('stats.hair'),
    eyes: form.optional('stats.eyes'),
    nationality: form.optional('stats.nationality'),
    smoking: form.pick('stats.smoking', SMOKING),
    tattoos: form.pick('stats.tattoos', FEW),
    piercings: form.pick('stats.piercings', FEW),
    languages: form
      .text('stats.languages')
      .split(',')
      .map((language) => language.trim())
      .filter(Boolean),
  }
  const version = form.version()
  form.check()
  return { profile, stats, version }
}
