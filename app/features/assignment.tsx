import type { Refused } from '../problem.ts'
import { ActionForm, Field, FormProblem, Select, Submit } from '../ui/form.tsx'

/** Who works on it: take it, give it back, or give it to someone. */
export function Assignment({
  assignee,
  me,
  people,
  mayTake,
  refused,
}: {
  assignee: { id: string; name: string } | null
  me: string
  /** Whom it may be given to; null when only oneself. */
  people: readonly { id: string; name: string }[] | null
  mayTake: boolean
  refused?: Refused
}) {
  return (
    <div className="flex flex-col gap-2">
      <p className="text-sm">
        {assignee
          ? assignee.id === me
            ? 'You are working on it.'
            : `${assignee.name} is working on it.`
          : 'Nobody has taken it yet.'}
      </p>
      {mayTake && assignee?.id !== me ? (
        <ActionForm intent="assign" refused={refused} carry={{ userId: me }} only={{ name: 'userId', value: me }}>
          <FormProblem className="mb-2" />
          <Submit tone={assignee ? 'secondary' : 'primary'} small busy="Taking…">
            Assign to me
          </Submit>
        </ActionForm>
      ) : null}
      {mayTake && assignee?.id === me ? (
        <ActionForm intent="assign" refused={refused} carry={{ userId: '' }} only={{ name: 'userId', value: '' }}>
          <FormProblem className="mb-2" />
          <Submit tone="secondary" small busy="Releasing…">
            Give it back
          </Submit>
        </ActionForm>
      ) : null}
      {people ? (
        <ActionForm intent="assign" refused={refused} carry={{ to: 'someone' }} only={{ name: 'to', value: 'someone' }}>
          <FormProblem className="mb-2" own={['userId']} />
          <div className="flex items-end gap-2">
            <Field name="userId" label="Give it to" className="flex-1">
              <Select
                empty="Nobody"
                defaultValue={assignee?.id ?? ''}
                options={people.map((person) => ({ value: person.id, label: person.name }))}
              />
            </Field>
            <Submit tone="secondary">Assign</Submit>
          </div>
        </ActionForm>
      ) : null}
    </div>
  )
}
