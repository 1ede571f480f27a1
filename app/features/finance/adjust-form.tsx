import { ActionForm, Field, FieldRow, FormProblem, Input, MoneyInput, Select, Submit } from '../../ui/form.tsx'
import { Step } from '../../ui/step.tsx'
import { useRefused } from '../use-refused.ts'

/** A correction between two accounts; what was posted stays. */
export function AdjustForm({ accounts, currency }: { accounts: readonly { code: string; name: string }[]; currency: string }) {
  const refused = useRefused()
  const options = accounts.map((account) => ({ value: account.code, label: account.name }))
  return (
    <Step label="Post a correction" small className="mt-3" wide open={refused?.intent === 'adjust'}>
      <ActionForm intent="adjust" refused={refused} carry={{ currency }} className="flex max-w-2xl flex-col gap-3">
        <FormProblem own={['debit', 'credit', 'amount', 'memo', 'modelId']} />
        <FieldRow>
          <Field name="debit" label="Debit" required>
            <Select options={options} defaultValue="fees" />
          </Field>
          <Field name="credit" label="Credit" required>
            <Select options={options} defaultValue="cash" />
          </Field>
          <Field name="amount" label="Amount" required>
            <MoneyInput currency={currency} placeholder="25.00" />
          </Field>
          <Field name="modelId" label="Model’s id" hint="Only where her account is one of the two.">
            <Input maxLength={36} />
          </Field>
        </FieldRow>
        <Field name="memo" label="Why" required>
          <Input maxLength={500} placeholder="Bank charges of November" />
        </Field>
        <Submit className="self-start" busy="Posting…">
          Post the correction
        </Submit>
      </ActionForm>
    </Step>
  )
}
