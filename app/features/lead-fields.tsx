import { Field, FieldRow, Input, Select, Textarea } from '../ui/form.tsx'
import { type ServiceGroup, ServicesChoice } from './services-choice.tsx'

/** What a lead says: the same fields for visitors and for operators who type it in. */
export function WhoFields() {
  return (
    <>
      <Field name="client.name" label="Name" required>
        <Input autoComplete="name" maxLength={200} />
      </Field>
      <FieldRow>
        <Field name="client.email" label="Email">
          <Input type="email" autoComplete="email" maxLength={254} />
        </Field>
        <Field name="client.phone" label="Phone" hint="With its country code, or a British number.">
          <Input type="tel" autoComplete="tel" maxLength={40} />
        </Field>
      </FieldRow>
    </>
  )
}

export function WishFields({
  places,
  services,
}: {
  places: readonly { slug: string; title: string }[]
  services: readonly ServiceGroup[]
}) {
  return (
    <>
      <Field name="location" label="Place">
        <Select empty="Not decided yet" options={places.map((place) => ({ value: place.slug, label: place.title }))} />
      </Field>
      <FieldRow>
        <Field name="from" label="Wished from" hint="Local time at the place.">
          <Input type="datetime-local" />
        </Field>
        <Field name="to" label="Wished to">
          <Input type="datetime-local" />
        </Field>
      </FieldRow>
      <div>
        <p className="mb-1 text-xs font-medium">Services</p>
        <ServicesChoice groups={services} folded />
      </div>
    </>
  )
}

export function MessageField({ label = 'Message', hint }: { label?: string; hint?: string }) {
  return (
    <Field name="message" label={label} required hint={hint}>
      <Textarea rows={5} maxLength={10000} />
    </Field>
  )
}
