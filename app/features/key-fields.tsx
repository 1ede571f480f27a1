import { Field, FieldRow, Input, Textarea } from '../ui/form.tsx'

/** What bounds a key besides its permissions. */
export function KeyBounds({
  requestsPerMinute,
  allowedAddresses = [],
}: {
  requestsPerMinute?: number | null
  allowedAddresses?: readonly string[]
}) {
  return (
    <FieldRow>
      <Field name="requestsPerMinute" label="Requests per minute" hint="Empty: only the limits that all have.">
        <Input type="number" min={1} max={100_000} inputMode="numeric" defaultValue={requestsPerMinute ?? ''} />
      </Field>
      <Field name="allowedAddresses" label="Allowed addresses" hint="One a line, such as 192.0.2.7 or 192.0.2.0/24. Empty: any.">
        <Textarea rows={2} defaultValue={allowedAddresses.join('\n')} spellCheck={false} />
      </Field>
    </FieldRow>
  )
}
