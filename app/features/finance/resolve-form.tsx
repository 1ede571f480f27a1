import type { Refused } from '../../problem.ts'
import { ActionForm, Field, FormProblem, Input, Select, Submit } from '../../ui/form.tsx'
import { Step } from '../../ui/step.tsx'

/** What becomes of a difference; nothing is mended without somebody saying so. */
export function ResolveForm({ difference, refused }: { difference: { id: string }; refused?: Refused }) {
  const open = refused?.values.of?.[0] === difference.id
  return (
    <Step label="Settle" small open={open}>
      <ActionForm
        intent="resolve"
        refused={refused}
        carry={{ of: difference.id }}
        only={{ name: 'of', value: difference.id }}
        className="flex w-60 flex-col gap-2 whitespace-normal"
      >
        <FormProblem own={['how', 'reason']} />
        <Field name="how" label="What to do" required>
          <Select
            options={[
              { value: 'adopt', label: 'Take the provider’s word' },
              { value: 'accept', label: 'Leave it, with a reason' },
            ]}
          />
        </Field>
        <Field name="reason" label="Why" required>
          <Input maxLength={500} />
        </Field>
        <Submit small className="self-start" busy="Settling…">
          Settle it
        </Submit>
      </ActionForm>
    </Step>
  )
}
