import { paths } from '../paths.ts'
import type { Refused } from '../problem.ts'
import { TextLink } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { ActionForm, FormProblem, Submit } from '../ui/form.tsx'
import { ConfirmDialog } from '../ui/step.tsx'
import { type SessionItem, SessionList } from './session-list.tsx'

/** Where someone is signed in, and what to do when a phone or a person is gone. */
export function UserAccess({
  userId,
  name,
  self,
  hasFactor,
  sessions,
  refused,
}: {
  userId: string
  name: string
  self: boolean
  hasFactor: boolean
  sessions: readonly SessionItem[]
  refused?: Refused
}) {
  return (
    <Card title="Signed in" actions={<TextLink to={paths.userSignIns(userId)}>Sign-in history</TextLink>}>
      <SessionList sessions={sessions} intent="end-session" refused={refused} />
      <div className="mt-3 flex flex-wrap gap-2">
        <ConfirmDialog
          label="Sign out everywhere"
          question={
            self
              ? 'All your sessions but this one end, and your other devices are strangers again.'
              : `${name} is signed out everywhere, and their devices are strangers again.`
          }
          open={refused?.intent === 'end-sessions'}
        >
          <ActionForm intent="end-sessions" refused={refused}>
            <FormProblem className="mb-2" />
            <Submit tone="danger">Yes, sign out</Submit>
          </ActionForm>
        </ConfirmDialog>
        {self || !hasFactor ? null : (
          <ConfirmDialog
            label="Remove the second factor"
            question={`For when ${name} lost the phone and the recovery codes. Their passkeys go too. Make sure that it is really them who asks.`}
            open={refused?.intent === 'remove-factor'}
          >
            <ActionForm intent="remove-factor" refused={refused}>
              <FormProblem className="mb-2" />
              <Submit tone="danger">Yes, remove it</Submit>
            </ActionForm>
          </ConfirmDialog>
        )}
      </div>
    </Card>
  )
}
