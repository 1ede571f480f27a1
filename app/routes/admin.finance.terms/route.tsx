import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { FinanceTabs } from '../../features/finance/finance-tabs.tsx'
import { percentText } from '../../features/finance/month-text.ts'
import { readTiers } from '../../features/finance/read-tiers.server.ts'
import { useRefused } from '../../features/use-refused.ts'
import { paths } from '../../paths.ts'
import { actions, listQuery, screen } from '../../screen.server.ts'
import { Badge } from '../../ui/badge.tsx'
import { Card, Split } from '../../ui/card.tsx'
import { ActionForm, Field, FieldRow, FormProblem, GroupError, Input, Submit, Textarea } from '../../ui/form.tsx'
import { ListPanel, Pager } from '../../ui/list.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { TimeText } from '../../ui/time.tsx'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction = () => [{ title: 'Refund terms · Virel' }]
export const handle = { crumbs: () => [{ label: 'Finance', to: paths.finance.overview() }, { label: 'Refund terms' }] }

export const loader = screen(async ({ api, url, may }) => {
  const query = listQuery<NonNullable<Parameters<typeof api.refundPolicies.list>[0]>>(url, [])
  const [page, newest] = await Promise.all([api.refundPolicies.list(query), api.refundPolicies.list({ limit: 1 })])
  return { page, current: newest.items[0], mayPublish: may('finance.write') }
})

export const action = actions({
  publish: async (form, { api }) => {
    const tiers = readTiers(form)
    const name = form.requiredText('name', 'Give it a name.')
    const [agency, forceMajeure] = [form.decimal('agency'), form.decimal('forceMajeure')]
    form.check()
    const policy = await api.refundPolicies.publish({
      basedOn: form.whole('basedOn') ?? 0,
      name,
      note: form.text('note'),
      tiers,
      agency: Math.round((agency ?? 100) * 100),
      forceMajeure: Math.round((forceMajeure ?? 100) * 100),
    })
    return { to: paths.finance.terms(), say: `Version ${policy.version} is in force for bookings made from now on.` }
  },
})

type Policy = ReturnType<typeof useLoaderData<typeof loader>>['page']['items'][number]

function Tiers({ policy }: { policy: Policy }) {
  return (
    <ul className="text-sm">
      {policy.tiers.map((tier) => (
        <li key={tier.hoursBefore}>
          {tier.hoursBefore} hours before or earlier: <strong>{percentText(tier.basisPoints)}</strong>
        </li>
      ))}
      <li>
        Later: <strong>0 %</strong>
      </li>
      <li className="text-muted">
        The agency’s fault {percentText(policy.agency)}, force majeure {percentText(policy.forceMajeure)}
      </li>
    </ul>
  )
}

export default function Terms() {
  const { page, current, mayPublish } = useLoaderData<typeof loader>()
  const versions = (
    <ListPanel pager={<Pager next={page.nextCursor} previous={page.prevCursor} shown={page.items.length} />}>
      <ul className="divide-y divide-line">
        {page.items.map((policy) => (
          <li key={policy.id} className="px-4 py-3">
            <p className="flex flex-wrap items-center gap-2">
              <strong>Version {policy.version}</strong> {policy.name}
              {policy.current ? <Badge tone="good">In force</Badge> : null}
              <span className="text-xs text-muted">
                <TimeText at={policy.createdAt} />
                {policy.createdBy ? ` · ${policy.createdBy.name}` : ''}
              </span>
            </p>
            {policy.note ? <p className="text-sm text-muted">{policy.note}</p> : null}
            <Tiers policy={policy} />
          </li>
        ))}
      </ul>
    </ListPanel>
  )
  return (
    <>
      <PageHeader
        title="Refund terms"
        description="What cancelling gives back of what was paid, by the hours before the start. A booking keeps the version it was made under."
      />
      <FinanceTabs current="terms" />
      {mayPublish && current ? <Split main={versions} side={<Publish current={current} />} /> : versions}
    </>
  )
}

function Publish({ current }: { current: Policy }) {
  const refused = useRefused()
  const lines = [...current.tiers, ...Array.from({ length: 2 }, () => null)]
  return (
    <Card title="Publish a new version" note="Bookings made before keep theirs.">
      <ActionForm intent="publish" refused={refused} carry={{ basedOn: current.version }} className="flex flex-col gap-3">
        <FormProblem own={['name', 'note', 'tiers', 'agency', 'forceMajeure']} />
        <Field name="name" label="Name" required>
          <Input maxLength={120} defaultValue={current.name} />
        </Field>
        <fieldset className="flex flex-col gap-1.5">
          <legend className="mb-1 text-xs font-medium">Hours before the start, and percent given back</legend>
          {lines.map((tier, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines of a form
            <div key={at} className="grid grid-cols-2 gap-2">
              <Field name={`hours.${at}`} label={`Hours, line ${at + 1}`} hideLabel>
                <Input
                  inputMode="numeric"
                  placeholder="hours"
                  defaultValue={tier ? String(tier.hoursBefore) : ''}
                  name={`hours-${at}`}
                />
              </Field>
              <Field name={`percent.${at}`} label={`Percent, line ${at + 1}`} hideLabel>
                <Input
                  inputMode="decimal"
                  placeholder="percent"
                  defaultValue={tier ? String(tier.basisPoints / 100) : ''}
                  name={`percent-${at}`}
                />
              </Field>
            </div>
          ))}
          <GroupError name="tiers" />
        </fieldset>
        <FieldRow>
          <Field name="agency" label="Agency’s fault, percent" required>
            <Input inputMode="decimal" defaultValue={String(current.agency / 100)} />
          </Field>
          <Field name="forceMajeure" label="Force majeure, percent" required>
            <Input inputMode="decimal" defaultValue={String(current.forceMajeure / 100)} />
          </Field>
        </FieldRow>
        <Field name="note" label="Why it changes">
          <Textarea maxLength={1_000} rows={2} />
        </Field>
        <Submit className="self-start" busy="Publishing…">
          Publish
        </Submit>
      </ActionForm>
    </Card>
  )
}
