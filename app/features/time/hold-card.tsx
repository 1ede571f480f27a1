import type { Refused } from '../../problem.ts'
import { Callout } from '../../ui/callout.tsx'
import { Countdown } from '../../ui/countdown.tsx'
import { ActionForm, FormProblem, Submit } from '../../ui/form.tsx'
import { TimeText } from '../../ui/time.tsx'

export interface ShownHold {
  id: string
  expiresAt: string
  /** Null when it can not be extended any more. */
  extendableTo: string | null
}

/** Time that is held while a booking is being made: how long still, one button to keep it, one to give it back. */
export function HoldCard({
  hold,
  zone,
  refused,
  carry,
  mayChange,
}: {
  hold: ShownHold
  zone: string
  refused?: Refused
  carry?: Record<string, string>
  mayChange: boolean
}) {
  const form = { refused, carry: { ...carry, holdId: hold.id } }
  return (
    <Callout tone="info" title="The time is held" className="mb-3">
      <p>
        <Countdown until={hold.expiresAt} soonMinutes={5} />, until <TimeText at={hold.expiresAt} zone={zone} form="time" />.
        {hold.extendableTo ? null : ' It can not be extended further.'}
      </p>
      {mayChange ? (
        <div className="mt-2 flex flex-wrap items-start gap-2">
          {hold.extendableTo ? (
            <ActionForm intent="extendHold" {...form}>
              <Submit tone="secondary" small busy="Extending…">
                Hold longer
              </Submit>
              <FormProblem className="mt-2" />
            </ActionForm>
          ) : null}
          <ActionForm intent="releaseHold" {...form}>
            <Submit tone="quiet" small busy="Releasing…">
              Release
            </Submit>
            <FormProblem className="mt-2" />
          </ActionForm>
        </div>
      ) : null}
    </Callout>
  )
}
