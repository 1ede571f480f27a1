import { paths } from '../../paths.ts'
import type { Refused } from '../../problem.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button, TextLink } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { ActionForm, Checkbox, Field, FieldRow, FormProblem, Input, Submit } from '../../ui/form.tsx'
import { Step } from '../../ui/step.tsx'
import { inheritedOf, ownOf, type Rule, type RuleTarget, whereOf } from './rules-data.ts'

interface DayException {
  id: string
  day: string
  opens: boolean
  from: string
  to: string
  note: string
}

/** When a model is offered, in short, and the days to come that differ. */
export function AvailabilityCard({
  rules,
  target,
  exceptions,
  mayWrite,
  mayRule,
  refused,
}: {
  rules: readonly Rule[]
  target: RuleTarget & { modelId: string }
  exceptions: readonly DayException[]
  mayWrite: boolean
  mayRule: boolean
  refused: Refused | undefined
}) {
  const kinds = ['hours', 'notice', 'step', 'limits', 'buffers'] as const
  const inForce = kinds.flatMap((kind) => ownOf(rules, target, kind) ?? inheritedOf(rules, target, kind) ?? [])
  const blackouts = rules.filter((rule) => rule.kind === 'blackout' && rule.active)
  const scheduled = inForce.some((rule) => rule.kind === 'hours')
  return (
    <div id="availability">
      <Card
        title="Availability"
        actions={
          <span className="flex gap-3 text-sm">
            <TextLink to={paths.availability({ model: target.modelId })}>Timeline</TextLink>
            <TextLink to={paths.availabilityRules({ model: target.modelId })}>{mayRule ? 'Change rules' : 'Rules'}</TextLink>
          </span>
        }
      >
        <ul className="flex flex-col gap-1 text-sm">
          {scheduled ? null : <li>Free at any time, but for what is booked or marked.</li>}
          {[...inForce, ...blackouts].map((rule) => (
            <li key={rule.id} className="wrap-anywhere">
              {rule.title ? `${rule.title}: ` : ''}
              {rule.text}
              {rule.scope === 'model' ? null : <span className="text-muted"> (set for {whereOf(rule)})</span>}
            </li>
          ))}
        </ul>
        <h3 className="mt-3 border-t border-line pt-3 text-sm font-medium">Days that differ</h3>
        {exceptions.length === 0 ? <p className="text-sm text-muted">None to come.</p> : null}
        <ul className="mt-1 flex flex-col gap-1 text-sm">
          {exceptions.map((one) => (
            <li key={one.id} className="flex flex-wrap items-center justify-between gap-2">
              <span className="flex min-w-0 flex-wrap items-center gap-2">
                <Badge tone={one.opens ? 'good' : 'warn'}>{one.opens ? 'Open' : 'Closed'}</Badge>
                <span className="tabular-nums">
                  {one.day} {one.from}–{one.to}
                </span>
                {one.note ? <span className="text-muted">{one.note}</span> : null}
              </span>
              {mayWrite ? (
                <ActionForm
                  intent="removeException"
                  refused={refused}
                  carry={{ exception: one.id }}
                  only={{ name: 'exception', value: one.id }}
                >
                  <Button type="submit" tone="quiet-danger" small aria-label={`Remove what differs on ${one.day}`}>
                    Remove
                  </Button>
                </ActionForm>
              ) : null}
            </li>
          ))}
        </ul>
        {mayWrite ? (
          <Step label="Another day differs" small className="mt-2" open={refused?.intent === 'addException'}>
            <ActionForm intent="addException" refused={refused} className="flex flex-col gap-3">
              <FormProblem own={['day', 'from', 'to', 'note']} />
              <Field name="day" label="Day" required>
                <Input type="date" />
              </Field>
              <FieldRow>
                <Field name="from" label="From" hint="Empty: the whole day.">
                  <Input type="time" />
                </Field>
                <Field name="to" label="Until">
                  <Input type="time" />
                </Field>
              </FieldRow>
              <Checkbox name="opens" label="She is available then, outside her hours" />
              <Field name="note" label="Note">
                <Input maxLength={500} autoComplete="off" />
              </Field>
              <div>
                <Submit small>Add</Submit>
              </div>
            </ActionForm>
          </Step>
        ) : null}
      </Card>
    </div>
  )
}
