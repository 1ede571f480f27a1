import { paths } from '../paths.ts'
import type { Refused } from '../problem.ts'
import { Badge } from '../ui/badge.tsx'
import { Callout } from '../ui/callout.tsx'
import { Card } from '../ui/card.tsx'
import { ActionForm, FormProblem, Submit } from '../ui/form.tsx'
import { ConfirmDialog } from '../ui/step.tsx'
import { TimeText } from '../ui/time.tsx'

export interface Security {
  totpSince: string | null
  hasPasskey: boolean
  recoveryCodesLeft: number
  isRequired: boolean
}

/** So few left, it is time for new ones. */
const FEW = 3

/** Codes of an authenticator app: off, or on with its recovery codes. */
export function SecondFactorCard({ security, refused }: { security: Security; refused?: Refused }) {
  const { totpSince } = security
  return (
    <Card
      title="Authenticator app"
      note="A second factor: who finds out your password still can't sign in."
      actions={<Badge tone={totpSince ? 'good' : 'neutral'}>{totpSince ? 'On' : 'Off'}</Badge>}
    >
      {totpSince ? (
        <TurnedOn security={security} since={totpSince} refused={refused} />
      ) : (
        <>
          <p className="mb-3 text-sm text-muted">
            Your phone shows a new code every half minute; signing in asks for it after the password.
            {security.isRequired && !security.hasPasskey ? ' Your role asks for a second factor.' : ''}
          </p>
          <ActionForm intent="start" action={paths.secondFactor()}>
            <Submit busy="Starting…">Set it up</Submit>
          </ActionForm>
        </>
      )}
    </Card>
  )
}

function TurnedOn({ security, since, refused }: { security: Security; since: string; refused?: Refused }) {
  const { recoveryCodesLeft: left } = security
  return (
    <div className="flex flex-col gap-3">
      <p className="text-sm">
        Signing in asks for a code since <TimeText at={since} form="date" />. {left} of 10 recovery codes are left.
      </p>
      {left <= FEW ? (
        <Callout tone="warn" title={left === 0 ? 'No recovery codes are left' : 'Few recovery codes are left'}>
          Without your phone they are the only way in. Make new ones and keep them somewhere safe.
        </Callout>
      ) : null}
      <div className="flex flex-wrap gap-2">
        <ConfirmDialog
          label="New recovery codes"
          question="You get ten new ones. The ones you have now stop working."
          tone="secondary"
          open={refused?.intent === 'codes'}
        >
          <ActionForm intent="codes" refused={refused}>
            <FormProblem className="mb-2" />
            <Submit>Make new ones</Submit>
          </ActionForm>
        </ConfirmDialog>
        <ConfirmDialog
          label="Turn it off"
          question="Signing in then asks for your password alone. Your recovery codes stop working."
          open={refused?.intent === 'remove'}
        >
          <ActionForm intent="remove" refused={refused}>
            <FormProblem className="mb-2" />
            <Submit tone="danger">Yes, turn it off</Submit>
          </ActionForm>
        </ConfirmDialog>
      </div>
    </div>
  )
}
