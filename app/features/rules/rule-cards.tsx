import type { ReactNode } from 'react'
import type { Refused } from '../../problem.ts'
import { Card } from '../../ui/card.tsx'
import { ActionForm, Checkbox, Field, FieldRow, FormProblem, Input, Select, Submit } from '../../ui/form.tsx'
import { inheritedOf, numberOf, ownOf, periodsOf, type Rule, type RuleTarget, whereOf } from './rules-data.ts'
import { WeeklyHoursEditor } from './weekly-hours-editor.tsx'

export interface RuleCardProps {
  rules: readonly Rule[]
  target: RuleTarget
  mayWrite: boolean
  refused: Refused | undefined
}

/** What holds when this target says nothing of its own. */
function Inherited({
  rules,
  target,
  kind,
  none,
}: Omit<RuleCardProps, 'mayWrite' | 'refused'> & { kind: Rule['kind']; none: string }) {
  const rule = inheritedOf(rules, target, kind)
  if (ownOf(rules, target, kind)) {
    return rule ? (
      <p className="mb-2 text-xs text-muted">
        In place of {whereOf(rule)}’s: {rule.text}.
      </p>
    ) : null
  }
  return <p className="mb-2 text-sm text-muted">{rule ? `${rule.text} (set for ${whereOf(rule)}).` : none}</p>
}

export function HoursCard(props: RuleCardProps & { zone: string | null }) {
  const { rules, target, mayWrite, refused, zone } = props
  const own = ownOf(rules, target, 'hours')
  const note = zone
    ? `Times of ${zone.replaceAll('_', ' ')}, through summer and winter.`
    : 'Times of each model’s own place, through summer and winter.'
  return (
    <Card title="Weekly hours" note={note}>
      <Inherited
        {...props}
        kind="hours"
        none="No hours: free at any time but for bookings, days off and what is marked unavailable."
      />
      {mayWrite ? (
        <>
          <ActionForm
            key={own?.version ?? 0}
            intent="hours"
            refused={refused}
            editing={own?.version}
            className="flex flex-col gap-3"
          >
            <FormProblem />
            <WeeklyHoursEditor periods={periodsOf(own)} />
            <div className="flex flex-wrap items-center gap-3">
              <Submit>Save hours</Submit>
              <Checkbox
                name="closed"
                label="An empty week means never"
                defaultChecked={own !== undefined && periodsOf(own).length === 0}
              />
            </div>
          </ActionForm>
          {own ? (
            <ActionForm intent="removeHours" refused={refused} editing={own.version} className="mt-2">
              <Submit tone="quiet-danger" small busy="Removing…">
                Remove these hours
              </Submit>
            </ActionForm>
          ) : null}
        </>
      ) : (
        <p className="text-sm">{own?.text}</p>
      )}
    </Card>
  )
}

/** A small form of one kind; what is left empty takes the rule away. */
export function RuleForm({
  title,
  kind,
  intent,
  none,
  children,
  ...props
}: RuleCardProps & {
  title: string
  kind: Rule['kind']
  intent: string
  none: string
  children: (own: Rule | undefined) => ReactNode
}) {
  const { rules, target, mayWrite, refused } = props
  const own = ownOf(rules, target, kind)
  return (
    <Card title={title}>
      <Inherited rules={rules} target={target} kind={kind} none={none} />
      {mayWrite ? (
        <ActionForm
          key={own?.version ?? 0}
          intent={intent}
          refused={refused}
          editing={own?.version}
          className="flex flex-col gap-3"
        >
          <FormProblem />
          {children(own)}
          <div>
            <Submit tone="secondary" small>
              Save
            </Submit>
          </div>
        </ActionForm>
      ) : own ? (
        <p className="text-sm">{own.text}</p>
      ) : null}
    </Card>
  )
}

const hoursOf = (minutes: number | undefined) => (minutes === undefined ? undefined : Math.round((minutes / 60) * 100) / 100)

export function NoticeCard(props: RuleCardProps) {
  return (
    <RuleForm {...props} title="Notice" kind="notice" intent="notice" none="None: she can be booked for right now.">
      {(own) => (
        <Field name="hours" label="Hours before the start" hint="Empty: none.">
          <Input inputMode="decimal" defaultValue={hoursOf(numberOf(own, 'minutes'))} />
        </Field>
      )}
    </RuleForm>
  )
}

const STEPS = [15, 20, 30, 60, 120].map((minutes) => ({ value: String(minutes), label: `every ${minutes} minutes` }))

export function StepCard(props: RuleCardProps) {
  return (
    <RuleForm
      {...props}
      title="Step"
      kind="step"
      intent="step"
      none="None: offered by quarters of an hour, booked at any minute."
    >
      {(own) => (
        <Field name="minutes" label="Times start">
          <Select options={STEPS} empty="at any minute" defaultValue={String(numberOf(own, 'minutes') ?? '')} />
        </Field>
      )}
    </RuleForm>
  )
}

export function LimitsCard(props: RuleCardProps) {
  return (
    <RuleForm {...props} title="Limits" kind="limits" intent="limits" none="None.">
      {(own) => (
        <FieldRow>
          <Field name="hoursPerDay" label="Hours a day">
            <Input inputMode="decimal" defaultValue={hoursOf(numberOf(own, 'minutesPerDay'))} />
          </Field>
          <Field name="restMinutes" label="Rest between, minutes">
            <Input inputMode="numeric" defaultValue={numberOf(own, 'restMinutes')} />
          </Field>
          <Field name="bookingsPerDay" label="Bookings a day">
            <Input inputMode="numeric" defaultValue={numberOf(own, 'bookingsPerDay')} />
          </Field>
          <Field name="bookingsPerWeek" label="Bookings a week">
            <Input inputMode="numeric" defaultValue={numberOf(own, 'bookingsPerWeek')} />
          </Field>
        </FieldRow>
      )}
    </RuleForm>
  )
}
