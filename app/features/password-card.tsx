import type { Refused } from '../problem.ts'
import { Card } from '../ui/card.tsx'
import { ActionForm, Field, FormProblem, Input, Submit } from '../ui/form.tsx'

export function PasswordCard({ email, refused }: { email: string; refused?: Refused }) {
  return (
    <Card title="Password" note="Your other sessions end, and other devices are strangers again.">
      <ActionForm intent="password" refused={refused} className="flex flex-col gap-3">
        <FormProblem own={['currentPassword', 'newPassword', 'repeatPassword']} />
        <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
        <Field name="currentPassword" label="Current password" required>
          <Input type="password" autoComplete="current-password" />
        </Field>
        <Field name="newPassword" label="New password" required hint="At least 12 characters, and not a common one.">
          <Input type="password" autoComplete="new-password" />
        </Field>
        <Field name="repeatPassword" label="New password again" required>
          <Input type="password" autoComplete="new-password" />
        </Field>
        <Submit className="self-start">Change the password</Submit>
      </ActionForm>
    </Card>
  )
}
