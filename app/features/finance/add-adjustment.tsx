import {
  ActionForm,
  Checkbox,
  CheckboxGroup,
  Field,
  FieldRow,
  FormProblem,
  Input,
  MoneyInput,
  Select,
  Submit,
} from '../../ui/form.tsx'
import { Step } from '../../ui/step.tsx'
import { CALL_TYPES, optionsOf } from '../statuses.ts'
import { useRefused } from '../use-refused.ts'

const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']

/** A new discount or surcharge, with when it applies. */
export function AddAdjustment() {
  const refused = useRefused()
  const own = ['kind', 'label', 'basisPoints', 'fixed', 'clientTag', 'callType', 'fromMinute', 'toMinute', 'minimumMinutes']
  return (
    <Step label="Add one" small className="mb-3" wide open={refused?.intent === 'add'}>
      <ActionForm intent="add" refused={refused} className="flex max-w-2xl flex-col gap-3">
        <FormProblem own={own} />
        <FieldRow>
          <Field name="kind" label="Kind" required>
            <Select options={optionsOf(['surcharge', 'discount'])} />
          </Field>
          <Field name="label" label="On the price as" required>
            <Input maxLength={80} placeholder="Late night" />
          </Field>
          <Field name="basisPoints" label="Percent of rate and services" hint="Either this or an amount.">
            <Input inputMode="decimal" placeholder="10" />
          </Field>
          <Field name="fixed" label="Amount">
            <MoneyInput placeholder="50.00" />
          </Field>
          <Field name="fromMinute" label="Starts from (at the place)" hint="May run past midnight.">
            <Input type="time" />
          </Field>
          <Field name="toMinute" label="and before">
            <Input type="time" />
          </Field>
          <Field name="clientTag" label="Clients with the tag">
            <Input maxLength={40} placeholder="vip" />
          </Field>
          <Field name="callType" label="Kind of call">
            <Select empty="Any" options={optionsOf(CALL_TYPES)} />
          </Field>
          <Field name="hours" label="At least, hours" also={['minimumMinutes']}>
            <Input inputMode="numeric" />
          </Field>
        </FieldRow>
        <CheckboxGroup legend="On these days only" className="flex flex-wrap gap-x-4">
          {DAYS.map((day, at) => (
            <Checkbox key={day} name="weekdays" value={String(at + 1)} label={day} />
          ))}
        </CheckboxGroup>
        <Submit className="self-start">Add it</Submit>
      </ActionForm>
    </Step>
  )
}
