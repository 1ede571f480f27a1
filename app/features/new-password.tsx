import { Field, Input } from '../ui/form.tsx'

export const NEW_PASSWORD_FIELDS = ['password', 'repeatPassword'] as const

/** A password chosen by its own person: typed twice, filled in by password managers. */
export function NewPassword({ email }: { email: string }) {
  return (
    <>
      <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
      <Field name="password" label="Password" required hint="At least 12 characters, and not a common one.">
        <Input type="password" autoComplete="new-password" maxLength={200} />
      </Field>
      <Field name="repeatPassword" label="Password again" required>
        <Input type="password" autoComplete="new-password" maxLength={200} />
      </Field>
    </>
  )
}
