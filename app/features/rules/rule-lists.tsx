import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { ActionForm, Checkbox, Field, FieldRow, FormProblem, Input, Select, Submit } from '../../ui/form.tsx'
import type { ServiceGroup } from '../services-choice.tsx'
import { type RuleCardProps, RuleForm } from './rule-cards.tsx'
import { numberOf, whereOf } from './rules-data.ts'

export function BuffersCard({ services, ...props }: RuleCardProps & { services: readonly ServiceGroup[] }) {
  const { rules, target, mayWrite, refused } = props
  const ofServices = rules.filter((rule) => rule.kind === 'buffers' && rule.service)
  return (
    <>
      <RuleForm {...props} title="Buffers" kind="buffers" intent="buffers" none="As each model’s profile says.">
        {(own) => (
          <FieldRow>
            <Field name="before" label="Minutes before">
              <Input inputMode="numeric" defaultValue={numberOf(own, 'before')} />
            </Field>
            <Field name="after" label="Minutes after">
              <Input inputMode="numeric" defaultValue={numberOf(own, 'after')} />
            </Field>
          </FieldRow>
        )}
      </RuleForm>
      <Card title="Longer for some services">
        <RuleList rules={ofServices} target={target} mayWrite={mayWrite} refused={refused} none="None." />
        {mayWrite ? (
          <ActionForm intent="serviceBuffers" refused={refused} className="mt-3 flex flex-col gap-3">
            <FormProblem />
            <Field name="service" label="Service">
              <Select
                empty="Choose…"
                groups={services.map((group) => ({
                  label: group.name,
                  options: group.services.map(({ code, name }) => ({ value: code, label: name })),
                }))}
              />
            </Field>
            <FieldRow>
              <Field name="before" label="Minutes before">
                <Input inputMode="numeric" />
              </Field>
              <Field name="after" label="Minutes after">
                <Input inputMode="numeric" />
              </Field>
            </FieldRow>
            <div>
              <Submit tone="secondary" small>
                Add
              </Submit>
            </div>
          </ActionForm>
        ) : null}
      </Card>
    </>
  )
}

export function BlackoutsCard({ rules, target, mayWrite, refused }: RuleCardProps) {
  const blackouts = rules.filter((rule) => rule.kind === 'blackout')
  return (
    <Card title="Days nothing is offered" note="All of them hold: everyone’s, the place’s and her own.">
      <RuleList rules={blackouts} target={target} mayWrite={mayWrite} refused={refused} none="None." />
      {mayWrite ? (
        <ActionForm intent="blackout" refused={refused} className="mt-3 flex flex-col gap-3">
          <FormProblem />
          <Field name="title" label="What for">
            <Input maxLength={120} autoComplete="off" placeholder="Christmas" />
          </Field>
          <FieldRow>
            <Field name="from" label="First day" also={['config.from']}>
              <Input type="date" />
            </Field>
            <Field name="to" label="Last day" also={['config.to']}>
              <Input type="date" />
            </Field>
          </FieldRow>
          <Checkbox name="yearly" label="Each year on these days" />
          <div>
            <Submit tone="secondary" small>
              Add
            </Submit>
          </div>
        </ActionForm>
      ) : null}
    </Card>
  )
}

function RuleList({ rules, target, mayWrite, refused, none }: RuleCardProps & { none: string }) {
  if (rules.length === 0) return <p className="text-sm text-muted">{none}</p>
  return (
    <ul className="flex flex-col gap-2 text-sm">
      {rules.map((rule) => (
        <li key={rule.id} className="flex flex-wrap items-center justify-between gap-2">
          <span className="min-w-0">
            <span className="font-medium">{rule.service?.name ?? (rule.title || 'Closed')}</span>{' '}
            <span className="text-muted">
              {rule.text}
              {rule.scope === target.scope ? '' : `, set for ${whereOf(rule)}`}
            </span>
          </span>
          {mayWrite && rule.scope === target.scope ? (
            <ActionForm intent="remove" refused={refused} carry={{ rule: rule.id }} only={{ name: 'rule', value: rule.id }}>
              <Button
                type="submit"
                tone="quiet-danger"
                small
                aria-label={`Remove ${rule.service?.name ?? (rule.title || rule.text)}`}
              >
                Remove
              </Button>
            </ActionForm>
          ) : null}
        </li>
      ))}
    </ul>
  )
}
