import type { Refused } from '../problem.ts'
import { ActionForm, Field, FormProblem, Select, Submit } from '../ui/form.tsx'

/** Who works on it: take it, give it back, or give it to someone. */
export function Assignment({
  assignee,
  me,
  people,
  mayTake,
  mayTakeOver = false,
  refused,
}: {
  assignee: { id: string; name: string } | null
  me: string
  /** Whom it may be given to; null when only oneself. */
  people: readonly { id: string; name: string }[] | null
  mayTake: boolean
  /** Also what somebody else has; elsewhere that is released first. */
  mayTakeOver?: boolean
  refused?: Refused
}) {
  const mine = assignee?.id === me
  const takes = mayTake && !mine && (assignee === null || mayTakeOver)
  const releases = mayTake && mine
  const givenTo = people?.filter((person) => person.id !== me || mine || assignee === null || mayTakeOver)
  const asked = refused?.intent === 'assign' ? refused.values.to?.[0] : undefined
  // Somebody was quicker: the button is gone, its refusal still has its say.
  const orphan = (asked === 'me' && !takes) || (asked === 'nobody' && !releases)
  return (
    <div className="flex flex-col gap-2">
      <p className="text-sm">
        {assignee
          ? assignee.id === me
            ? 'You are working on it.'
            : `${assignee.name} is working on it.`
          : 'Nobody has taken it yet.'}
      </p>
      {orphan ? (
        <ActionForm intent="assign" refused={refused}>
          <FormProblem />
        </ActionForm>
      ) : null}
      {takes ? (
        <ActionForm intent="assign" refused={refused} carry={{ userId: me, to: 'me' }} only={{ name: 'to', value: 'me' }}>
          <FormProblem className="mb-2" />
          <Submit tone={assignee ? 'secondary' : 'primary'} small busy="Taking…">
            Assign to me
          </Submit>
        </ActionForm>
      ) : null}
      {releases ? (
        <ActionForm intent="assign" refused={refused} carry={{ userId: '', to: 'nobody' }} only={{ name: 'to', value: 'nobody' }}>
          <FormProblem className="mb-2" />
          <Submit tone="secondary" small busy="Releasing…">
            Give it back
          </Submit>
        </ActionForm>
      ) : null}
      {givenTo ? (
        <ActionForm intent="assign" refused={refused} carry={{ to: 'someone' }} only={{ name: 'to', value: 'someone' }}>
          <FormProblem className="mb-2" own={['userId']} />
          <div className="flex items-end gap-2">
            <Field name="userId" label="Give it to" className="flex-1">
              <Select
                empty="Nobody"
                defaultValue={assignee?.id ?? ''}
                options={givenTo.map((person) => ({ value: person.id, label: person.name }))}
              />
            </Field>
            <Submit tone="secondary">Assign</Submit>
          </div>
        </ActionForm>
      ) : null}
    </div>
  )
}
