import type { Refused } from '../problem.ts'
import { words } from '../ui/badge.tsx'
import { ActionForm, Field, FormProblem, MoneyInput, Submit, Textarea } from '../ui/form.tsx'
import { type MoneyValue, moneyInput } from '../ui/money.tsx'
import { Step } from '../ui/step.tsx'
import { isEnding, isForward } from './statuses.ts'

export interface Possible {
  event: string
  to: string
  label: string
  needs: string[]
  refusedBy?: { rule: string; text: string }
}

interface TransitionsProps {
  possible: readonly Possible[]
  version?: number
  refused?: Refused
  /** Proposed for a step that needs a deposit. */
  deposit?: MoneyValue | null
  mayWaive?: boolean
  small?: boolean
}

/**
 * Steps the machine offers now, as buttons; what a step needs is asked in place. Steps a rule refuses are named with
 * its reason, unless what they need is exactly what the person can give here.
 */
export function Transitions({ possible, version, refused, deposit, mayWaive = false, small }: TransitionsProps) {
  const offered = possible.filter((step) => !step.refusedBy || canSettle(step, mayWaive))
  const closed = possible.filter((step) => step.refusedBy && !(offered.includes(step) && step.needs.length > 0))
  const forward = offered.find((step) => isForward(step.to) && (!step.refusedBy || step.needs.length > 0))
  const orphan = refused?.intent === 'status' && !offered.some((step) => step.to === refused.values.newStatus?.[0])
  return (
    <div className="flex flex-col gap-2">
      {orphan ? (
        <ActionForm intent="status" refused={refused}>
          <FormProblem />
        </ActionForm>
      ) : null}
      {offered.length > 0 ? (
        <div className="flex flex-wrap items-start gap-2">
          {offered.map((step) => (
            <TransitionForm
              key={step.to}
              step={step}
              version={version}
              refused={refused}
              deposit={deposit}
              mayWaive={mayWaive}
              tone={step === forward ? 'primary' : 'secondary'}
              small={small}
            />
          ))}
        </div>
      ) : null}
      {offered.length === 0 && closed.length === 0 ? <p className="text-sm text-muted">No step is open to you here.</p> : null}
      {closed.length > 0 ? (
        <ul className="flex flex-col gap-1 text-xs text-muted">
          {closed.map((step) => (
            <li key={step.to}>
              <span className="font-medium text-text">{step.label}</span> is not possible now: {step.refusedBy?.text}
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  )
}

const DEPOSIT_RULES = new Set(['depositSet', 'depositOrWaiver'])
const WAIVER_RULES = new Set(['depositSettled', 'depositOrWaiver'])
const WORDS_RULES = new Set(['resolutionGiven', 'reasonGiven'])

function canSettle(step: Possible, mayWaive: boolean): boolean {
  const rule = step.refusedBy?.rule ?? ''
  if (WORDS_RULES.has(rule)) return true
  if (DEPOSIT_RULES.has(rule) && step.needs.includes('deposit')) return true
  return WAIVER_RULES.has(rule) && mayWaive
}

function TransitionForm({
  step,
  version,
  refused,
  deposit,
  mayWaive,
  tone,
  small,
}: {
  step: Possible
  version?: number
  refused?: Refused
  deposit?: MoneyValue | null
  mayWaive: boolean
  tone: 'primary' | 'secondary'
  small?: boolean
}) {
  const only = { name: 'newStatus', value: step.to }
  const form = { intent: 'status', refused, only, carry: { newStatus: step.to, version } }
  const wantsDeposit = step.needs.includes('deposit')
  const wantsWaiver = mayWaive && (WAIVER_RULES.has(step.refusedBy?.rule ?? '') || wantsDeposit)
  const reason = step.needs.find((need) => need === 'reason' || need === 'resolution')
  const asks = wantsDeposit || wantsWaiver || reason !== undefined || isEnding(step.to)
  if (!asks) {
    return (
      <ActionForm {...form}>
        <Submit tone={tone} small={small} busy="Working…">
          {step.label}
        </Submit>
        <FormProblem className="mt-2" />
      </ActionForm>
    )
  }
  const mine = refused?.intent === 'status' && refused.values.newStatus?.[0] === step.to
  return (
    <Step
      label={wantsWaiver && !wantsDeposit ? `${step.label} without deposit` : step.label}
      tone={tone}
      small={small}
      open={mine}
    >
      <ActionForm {...form} className="flex w-72 max-w-full flex-col gap-3">
        <FormProblem own={['reason', 'resolution', 'deposit', 'waiver']} />
        {wantsDeposit ? (
          <Field name="deposit" label="Deposit" hint={mayWaive ? 'Leave it empty when you waive it below.' : undefined}>
            <MoneyInput currency={deposit?.currency} defaultValue={moneyInput(deposit)} placeholder="250.00" />
          </Field>
        ) : null}
        {wantsWaiver ? (
          <Field name="waiver" label="Waive the deposit because" also={['waiver.reason']} required={!wantsDeposit}>
            <Textarea rows={2} maxLength={500} />
          </Field>
        ) : null}
        {reason ? (
          <Field name={reason} label={reason === 'resolution' ? 'How was it resolved?' : 'Reason'} also={['reason']} required>
            <Textarea rows={2} maxLength={reason === 'resolution' ? 2000 : 500} />
          </Field>
        ) : null}
        {!reason && !wantsDeposit && !wantsWaiver ? <p className="text-sm">This can not be taken back.</p> : null}
        <Submit tone={isEnding(step.to) ? 'danger' : 'primary'} busy="Working…" className="self-start">
          {isEnding(step.to) ? `Yes: ${words(step.to).toLowerCase()}` : step.label}
        </Submit>
      </ActionForm>
    </Step>
  )
}
