import { Field, Input } from '../ui/form.tsx'

/** Where a code of the authenticator app, or a recovery code in its place, is typed. */
export function OneTimeCode({ name = 'code', appOnly, autoFocus }: { name?: string; appOnly?: boolean; autoFocus?: boolean }) {
  const hint = appOnly
    ? 'Six digits, new every half minute.'
    : 'Six digits of your authenticator app, or one of your recovery codes.'
  return (
    <Field name={name} label="Code" required hint={hint} also={['code', 'totp']}>
      <Input
        autoComplete="one-time-code"
        inputMode={appOnly ? 'numeric' : 'text'}
        autoCapitalize="characters"
        spellCheck={false}
        maxLength={40}
        autoFocus={autoFocus}
      />
    </Field>
  )
}
