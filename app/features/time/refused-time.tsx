import type { Refused } from '../../problem.ts'
import { Button } from '../../ui/button.tsx'
import { Callout } from '../../ui/callout.tsx'
import { ActionForm, Field, FormProblem, Submit, Textarea, useFormState } from '../../ui/form.tsx'
import { Period } from '../../ui/time.tsx'

interface Free {
  modelId: string
  modelName: string
  start: string
  end: string
}

/** The value of a button that chooses one of the times that were free, for what was wanted. Read by `readPick`. */
const pickOf = ({ modelId, start, end }: Free, then = '') => `${modelId} ${start} ${end} ${then}`.trimEnd()

/**
 * Inside a form that asked for a time it could not have: why, the smallest change, and each time that is free as one
 * button that sends the same form with that time. Who may, is offered to set the rule aside.
 */
export function RefusedTime({ own, zone, mayOverride }: { own: readonly string[]; zone: string; mayOverride: boolean }) {
  const { problem } = useFormState()
  if (!problem) return null
  return (
    <>
      <FormProblem own={own} choosing />
      <Reasons reasons={problem.reasons} />
      <FreeTimes free={problem.alternatives} zone={zone} />
      {problem.overridable && mayOverride ? <OverrideField /> : null}
    </>
  )
}

function Reasons({ reasons = [] }: { reasons?: { rule: string; text: string; change: string | null }[] }) {
  const telling = reasons.filter((reason) => reason.change !== null || reasons.length > 1)
  if (telling.length === 0) return null
  return (
    <ul className="list-disc pl-4 text-sm">
      {telling.map((reason) => (
        <li key={`${reason.rule} ${reason.text}`}>
          {reason.text}
          {reason.change ? <span className="text-muted"> It would do: {lower(reason.change)}.</span> : null}
        </li>
      ))}
    </ul>
  )
}

function lower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}

function FreeTimes({ free = [], zone }: { free?: readonly Free[]; zone: string }) {
  const { pending, values } = useFormState()
  // Which of the form's buttons was pressed: hold, or book.
  const then = values?.then?.[0] ?? thenOf(values?.pick?.[0])
  if (free.length === 0) return null
  return (
    <fieldset>
      <legend className="mb-1 text-xs font-medium">Free instead</legend>
      <div className="flex flex-wrap gap-2">
        {free.map((time) => (
          <Button key={pickOf(time)} type="submit" name="pick" value={pickOf(time, then)} small disabled={pending} formNoValidate>
            <span>
              {time.modelName}, <Period from={time.start} to={time.end} zone={zone} />
            </span>
          </Button>
        ))}
      </div>
    </fieldset>
  )
}

function thenOf(pick: string | undefined): string | undefined {
  return pick?.split(' ')[3]
}

export function OverrideField() {
  return (
    <Field
      name="override"
      label="Set the rule aside because"
      also={['override.reason', 'metadata.override.reason']}
      hint="Written to the audit log with your name. An overlap can not be set aside."
    >
      <Textarea rows={2} maxLength={500} />
    </Field>
  )
}

/**
 * Under the steps of a booking whose time could not be taken: each free time moves the booking there with one button, and
 * who may, takes the same step with the rule set aside.
 */
export function InsteadOfStep({ refused, zone, mayOverride }: { refused?: Refused; zone: string; mayOverride: boolean }) {
  const problem = refused?.intent === 'status' ? refused.problem : undefined
  if (!problem || !refused) return null
  const free = problem.alternatives ?? []
  const overridable = problem.overridable && mayOverride
  if (free.length === 0 && !overridable) return null
  const carry = Object.fromEntries(
    ['newStatus', 'version', 'deposit', 'waiver', 'reason'].flatMap((name) => {
      const value = refused.values[name]?.[0]
      return value ? [[name, value]] : []
    }),
  )
  return (
    <Callout tone="info" title="What could be done instead" className="mt-3">
      <Reasons reasons={problem.reasons} />
      {free.length > 0 ? (
        <ActionForm intent="reschedule" className="mt-2">
          <FreeTimes free={free} zone={zone} />
        </ActionForm>
      ) : null}
      {overridable ? (
        <ActionForm intent="status" carry={carry} className="mt-3 flex flex-col gap-2">
          <OverrideField />
          <Submit tone="secondary" small className="self-start">
            Do it anyway
          </Submit>
        </ActionForm>
      ) : null}
    </Callout>
  )
}
