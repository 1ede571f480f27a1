import { Card } from '../../ui/card.tsx'
import { ActionForm, Checkbox, CheckboxGroup, Field, FormProblem, MoneyInput, Select, Submit, Textarea } from '../../ui/form.tsx'
import { type MoneyValue, moneyText } from '../../ui/money.tsx'
import { useRefused } from '../use-refused.ts'

const CAUSE_WORDS: Record<string, string> = {
  client: 'The client cancels',
  agency: 'The agency’s fault',
  force_majeure: 'Force majeure',
}

interface Preview {
  version: number
  paid: MoneyValue
  causes: readonly { cause: string; basisPoints: number; gives: MoneyValue }[]
}

/** Why it is cancelled, and what goes back: what the terms say, or what somebody who may decides. */
export function CancelForm({ preview, mayName, mayDecide }: { preview: Preview; mayName: boolean; mayDecide: boolean }) {
  const refused = useRefused()
  const { currency } = preview.paid
  const shown = Object.fromEntries(preview.causes.map((one) => [`shown.${one.cause}`, one.gives.amount]))
  const paid = preview.paid.amount > 0
  return (
    <Card title="Cancel it">
      <ActionForm intent="cancel" refused={refused} carry={{ currency, ...shown }} className="flex flex-col gap-3">
        <FormProblem own={['reason', 'cause', 'amount', 'refundReason']} />
        {mayName ? (
          <CheckboxGroup legend="Whose doing">
            {preview.causes.map((one) => (
              <Checkbox
                key={one.cause}
                type="radio"
                name="cause"
                value={one.cause}
                defaultChecked={one.cause === 'client'}
                label={`${CAUSE_WORDS[one.cause] ?? one.cause}${paid ? `: gives back ${moneyText(one.gives)} (${one.basisPoints / 100} %)` : ''}`}
              />
            ))}
          </CheckboxGroup>
        ) : null}
        <Field name="reason" label="Reason" required>
          <Textarea rows={2} maxLength={500} />
        </Field>
        {mayDecide && paid ? (
          <>
            <Field name="kind" label="Give back">
              <Select
                options={[
                  { value: 'policy', label: 'What the terms say' },
                  { value: 'full', label: `Everything (${moneyText(preview.paid)})` },
                  { value: 'partial', label: 'Another amount' },
                  { value: 'waived', label: 'Nothing' },
                ]}
              />
            </Field>
            <Field name="amount" label="The other amount">
              <MoneyInput currency={currency} placeholder="100.00" />
            </Field>
            <Field name="refundReason" label="Why not what the terms say" also={['refund.reason']}>
              <Textarea rows={2} maxLength={500} />
            </Field>
            <p className="text-xs text-muted">Above the limit of one person the refund waits for a second one.</p>
          </>
        ) : null}
        <Submit tone="danger" className="self-start" busy="Cancelling…">
          Cancel the booking
        </Submit>
      </ActionForm>
    </Card>
  )
}
