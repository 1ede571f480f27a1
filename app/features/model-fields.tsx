import { Card } from '../ui/card.tsx'
import { Checkbox, CheckboxGroup, Field, FieldRow, GroupError, Input, Select, Textarea } from '../ui/form.tsx'
import { FEW, SMOKING, VISIBILITIES } from './model-options.ts'
import { optionsOf } from './statuses.ts'

export interface ModelValues {
  name: string
  publicCode: string
  slug: string
  visibility: string
  primaryLocation: { slug: string }
  locations: { slug: string }[]
  bufferBeforeMin: number
  bufferAfterMin: number
  internalRating: number | null
  internalNotes: string | null
  stats: {
    age: number
    heightCm: number | null
    weightKg: number | null
    dressUk: number | null
    shoeUk: number | null
    hair: string | null
    eyes: string | null
    smoking: string | null
    tattoos: string | null
    piercings: string | null
    nationality: string | null
    languages: string[]
  } | null
}

export const MODEL_FIELDS = [
  'name',
  'publicCode',
  'slug',
  'status',
  'visibility',
  'primaryLocation',
  'locations',
  'bufferBeforeMin',
  'bufferAfterMin',
  'internalRating',
  'internalNotes',
  'stats.age',
  'stats.heightCm',
  'stats.weightKg',
  'stats.dressUk',
  'stats.shoeUk',
  'stats.hair',
  'stats.eyes',
  'stats.smoking',
  'stats.tattoos',
  'stats.piercings',
  'stats.nationality',
  'stats.languages',
]

/** The profile of a model; a new one also says with which status it starts. */
export function ModelFields({
  model,
  places,
  seesInternal,
}: {
  model?: ModelValues
  places: readonly { slug: string; title: string }[]
  seesInternal: boolean
}) {
  const stats = model?.stats
  const number = (value: number | null | undefined) => value ?? undefined
  return (
    <>
      <Card title="Profile">
        <div className="flex flex-col gap-3">
          <FieldRow>
            <Field name="name" label="Name" required>
              <Input maxLength={120} defaultValue={model?.name} />
            </Field>
            <Field
              name="publicCode"
              label="Public code"
              hint={model ? undefined : 'Made from the name when left empty.'}
              required={!!model}
            >
              <Input maxLength={60} defaultValue={model?.publicCode} placeholder="SOPHIA-MF" />
            </Field>
            <Field
              name="slug"
              label="Address on the site"
              hint={model ? undefined : 'Made from the name when left empty.'}
              required={!!model}
            >
              <Input maxLength={80} defaultValue={model?.slug} placeholder="sophia" />
            </Field>
            <Field name="visibility" label="Visibility" required>
              <Select defaultValue={model?.visibility ?? 'private'} options={optionsOf(VISIBILITIES)} />
            </Field>
            {model ? null : (
              <Field name="status" label="Starts as" required>
                <Select defaultValue="inactive" options={optionsOf(['inactive', 'active'])} />
              </Field>
            )}
            <Field name="primaryLocation" label="Based at" required>
              <Select
                empty={model ? undefined : 'Choose'}
                defaultValue={model?.primaryLocation.slug ?? ''}
                options={places.map((place) => ({ value: place.slug, label: place.title }))}
              />
            </Field>
          </FieldRow>
          <CheckboxGroup legend="Also works at">
            <div className="columns-2 sm:columns-3">
              {places.map((place) => (
                <Checkbox
                  key={place.slug}
                  name="locations"
                  value={place.slug}
                  label={place.title}
                  defaultChecked={model?.locations.some((one) => one.slug === place.slug)}
                />
              ))}
            </div>
            <GroupError name="locations" />
          </CheckboxGroup>
          <FieldRow>
            <Field name="bufferBeforeMin" label="Minutes kept free before" required>
              <Input inputMode="numeric" defaultValue={model?.bufferBeforeMin ?? 30} />
            </Field>
            <Field name="bufferAfterMin" label="Minutes kept free after" required>
              <Input inputMode="numeric" defaultValue={model?.bufferAfterMin ?? 30} />
            </Field>
          </FieldRow>
        </div>
      </Card>
      <Card title="Person">
        <FieldRow className="lg:grid-cols-3">
          <Field name="stats.age" label="Age" required hint="18 or older.">
            <Input inputMode="numeric" defaultValue={number(stats?.age)} />
          </Field>
          <Field name="stats.heightCm" label="Height, cm">
            <Input inputMode="numeric" defaultValue={number(stats?.heightCm)} />
          </Field>
          <Field name="stats.weightKg" label="Weight, kg">
            <Input inputMode="numeric" defaultValue={number(stats?.weightKg)} />
          </Field>
          <Field name="stats.dressUk" label="Dress, UK" hint="6 to 18">
            <Input inputMode="numeric" defaultValue={number(stats?.dressUk)} />
          </Field>
          <Field name="stats.shoeUk" label="Shoe, UK" hint="3 to 9">
            <Input inputMode="decimal" defaultValue={number(stats?.shoeUk)} />
          </Field>
          <Field name="stats.nationality" label="Nationality">
            <Input maxLength={60} defaultValue={stats?.nationality ?? ''} />
          </Field>
          <Field name="stats.hair" label="Hair">
            <Input maxLength={40} defaultValue={stats?.hair ?? ''} />
          </Field>
          <Field name="stats.eyes" label="Eyes">
            <Input maxLength={40} defaultValue={stats?.eyes ?? ''} />
          </Field>
          <Field name="stats.smoking" label="Smokes">
            <Select empty="Not said" defaultValue={stats?.smoking ?? ''} options={optionsOf(SMOKING)} />
          </Field>
          <Field name="stats.tattoos" label="Tattoos">
            <Select empty="Not said" defaultValue={stats?.tattoos ?? ''} options={optionsOf(FEW)} />
          </Field>
          <Field name="stats.piercings" label="Piercings">
            <Select empty="Not said" defaultValue={stats?.piercings ?? ''} options={optionsOf(FEW)} />
          </Field>
          <Field name="stats.languages" label="Languages" hint="Separated by commas.">
            <Input maxLength={400} defaultValue={stats?.languages.join(', ')} />
          </Field>
        </FieldRow>
      </Card>
      {seesInternal ? (
        <Card title="Internal" note="Never leaves the agency.">
          <div className="flex flex-col gap-3">
            <Field name="internalRating" label="Rating, 0 to 5" className="max-w-40">
              <Input inputMode="decimal" defaultValue={number(model?.internalRating)} />
            </Field>
            <Field name="internalNotes" label="Notes">
              <Textarea rows={4} maxLength={10000} defaultValue={model?.internalNotes ?? ''} />
            </Field>
          </div>
        </Card>
      ) : null}
    </>
  )
}
