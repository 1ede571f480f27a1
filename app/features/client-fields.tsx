import { Field, FieldRow, Input, Select, Textarea } from '../ui/form.tsx'
import { CHANNELS, optionsOf } from './statuses.ts'

export const CLIENT_FIELDS = ['name', 'email', 'phone', 'preferredChannel', 'tags', 'about'] as const

export function ClientFields({
  client,
}: {
  client?: { name: string; email: string | null; phone: string | null; preferredChannel: string; tags: string[]; about: string }
}) {
  return (
    <div className="flex flex-col gap-3">
      <Field name="name" label="Name" required>
        <Input maxLength={200} defaultValue={client?.name} />
      </Field>
      <FieldRow>
        <Field name="email" label="Email">
          <Input type="email" maxLength={254} defaultValue={client?.email ?? ''} />
        </Field>
        <Field name="phone" label="Phone" hint="With its country code, or a British number.">
          <Input type="tel" maxLength={40} defaultValue={client?.phone ?? ''} />
        </Field>
        <Field name="preferredChannel" label="Prefers">
          <Select defaultValue={client?.preferredChannel ?? 'email'} options={optionsOf(CHANNELS)} />
        </Field>
        <Field name="tags" label="Tags" hint="Separated by commas: vip, regular, blacklist, or words of your own.">
          <Input maxLength={800} defaultValue={client?.tags.join(', ')} />
        </Field>
      </FieldRow>
      <Field name="about" label="About">
        <Textarea rows={4} maxLength={10000} defaultValue={client?.about} />
      </Field>
    </div>
  )
}
