import type { Refused } from '../../problem.ts'
import { ActionForm, Field, FormProblem, Input, Select, Submit } from '../../ui/form.tsx'
import { Step } from '../../ui/step.tsx'
import { optionsOf, PAYMENT_METHODS } from '../statuses.ts'

/** A refund by hand: handed over, or not wanted any more. */
export function HandOver({ refund, refused }: { refund: { id: string }; refused?: Refused }) {
  const mine = refused?.values.of?.[0] === refund.id ? refused.intent : undefined
  const only = { name: 'of', value: refund.id }
  return (
    <div className="flex flex-wrap gap-2">
      <Step label="Handed over" tone="primary" small open={mine === 'handOver'}>
        <ActionForm
          intent="handOver"
          refused={refused}
          carry={{ of: refund.id }}
          only={only}
          className="flex w-56 flex-col gap-2"
        >
          <FormProblem own={['method', 'reference']} />
          <Field name="method" label="How" required>
            <Select options={optionsOf(PAYMENT_METHODS)} />
          </Field>
          <Field name="reference" label="Reference">
            <Input maxLength={200} />
          </Field>
          <Submit small className="self-start" busy="Writing down…">
            It was handed over
          </Submit>
        </ActionForm>
      </Step>
      <Step label="Drop" small open={mine === 'drop'}>
        <ActionForm intent="drop" refused={refused} carry={{ of: refund.id }} only={only} className="flex w-56 flex-col gap-2">
          <FormProblem own={['reason']} />
          <Field name="reason" label="Why the money stays" required>
            <Input maxLength={500} />
          </Field>
          <Submit small tone="danger" className="self-start">
            Drop it
          </Submit>
        </ActionForm>
      </Step>
    </div>
  )
}
