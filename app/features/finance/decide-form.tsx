import type { Refused } from '../../problem.ts'
import { ActionForm, Field, FormProblem, Input, Submit } from '../../ui/form.tsx'
import { type MoneyValue, moneyText } from '../../ui/money.tsx'
import { Step } from '../../ui/step.tsx'

/** The second person's word; who asked may only take it back. */
export function DecideForm({
  request,
  refused,
}: {
  request: { id: string; amount: MoneyValue; mine: boolean }
  refused?: Refused
}) {
  const open = refused?.values.of?.[0] === request.id
  return (
    <Step label={request.mine ? 'Take back' : 'Decide'} tone={request.mine ? 'secondary' : 'primary'} small open={open}>
      <ActionForm
        intent="decide"
        refused={refused}
        carry={{ of: request.id }}
        only={{ name: 'of', value: request.id }}
        className="flex w-60 flex-col gap-2 whitespace-normal"
      >
        <FormProblem own={['note']} />
        <Field name="note" label="Note">
          <Input maxLength={500} />
        </Field>
        <div className="flex flex-wrap gap-2">
          {request.mine ? null : (
            <Submit small name="answer" value="approve" busy="Working…">
              {`Give back ${moneyText(request.amount)}`}
            </Submit>
          )}
          <Submit small tone="secondary" name="answer" value="refuse" busy="Working…">
            {request.mine ? 'Take it back' : 'Refuse'}
          </Submit>
        </div>
      </ActionForm>
    </Step>
  )
}
