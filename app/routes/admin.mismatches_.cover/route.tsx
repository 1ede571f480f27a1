import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { MismatchTabs } from '../../features/matching/mismatch-tabs.tsx'
import { placesOf } from '../../features/places.server.ts'
import { useRefused } from '../../features/use-refused.ts'
import type { FormReader } from '../../form.server.ts'
import { paths } from '../../paths.ts'
import { actions, listQuery, screen } from '../../screen.server.ts'
import { StatusBadge } from '../../ui/badge.tsx'
import { TextLink } from '../../ui/button.tsx'
import {
  ActionForm,
  Checkbox,
  CheckboxGroup,
  Field,
  FieldRow,
  FormProblem,
  GroupError,
  Input,
  Select,
  Submit,
} from '../../ui/form.tsx'
import { FilterBar, ListPanel, Pager } from '../../ui/list.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { Step } from '../../ui/step.tsx'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction = () => [{ title: 'Cover · Virel' }]
export const handle = {
  crumbs: () => [{ label: 'Mismatches', to: paths.mismatches() }, { label: 'Cover' }],
  live: ['cover_rule', 'mismatch'],
}

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

export const loader = screen(async ({ api, url, may }) => {
  const query = listQuery<Parameters<typeof api.mismatches.coverRules>[0]>(url, ['location'])
  const [page, places] = await Promise.all([api.mismatches.coverRules(query), placesOf(api)])
  return { page, places, mayWrite: may('availability.rules'), seesMismatches: may('exceptions.read') }
})

/** A wall-clock time such as 19:30 as minutes since midnight; midnight as an end is the end of the day. */
function minuteOf(form: FormReader, name: string, isEnd: boolean): number {
  const found = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(form.text(name).trim())
  if (!found) {
    form.refuse(name, 'Choose a time.')
    return 0
  }
  const minute = Number(found[1]) * 60 + Number(found[2])
  return isEnd && minute === 0 ? 1_440 : minute
}

function readRule(form: FormReader) {
  const rule = {
    name: form.requiredText('name', 'Say what it is called, such as “Weekend evenings”.'),
    weekdays: form
      .list('weekdays')
      .map(Number)
      .filter((day) => day >= 1 && day <= 7),
    from: minuteOf(form, 'from', false),
    to: minuteOf(form, 'to', true),
    needed: form.whole('needed') ?? 1,
  }
  if (rule.weekdays.length === 0) form.refuse('weekdays', 'Choose at least one day.')
  return rule
}

export const action = actions({
  create: async (form, { api }) => {
    const rule = readRule(form)
    const location = form.requiredText('location', 'Choose a place.')
    form.check()
    const made = await api.mismatches.createCover({ ...rule, location })
    return { to: paths.cover(), say: `${made.location.title} asks for ${made.needed} from now on.` }
  },
  update: async (form, { api }) => {
    const rule = readRule(form)
    const version = form.version()
    form.check()
    const { name } = await api.mismatches.updateCover({ id: form.text('rule'), version, ...rule, active: form.checked('active') })
    return { to: paths.cover(), say: `“${name}” was changed.` }
  },
  remove: async (form, { api }) => {
    await api.mismatches.deleteCover({ id: form.text('rule') })
    return { to: paths.cover(), say: 'It is no longer asked for.' }
  },
})

type Rule = ReturnType<typeof useLoaderData<typeof loader>>['page']['items'][number]

export default function Cover() {
  const { page, places, mayWrite, seesMismatches } = useLoaderData<typeof loader>()
  const refused = useRefused()
  return (
    <>
      <PageHeader
        title="Cover"
        description="How many models should be at a place in given hours. What is missing in the next two weeks is a mismatch."
      />
      <MismatchTabs current="cover" seesMismatches={seesMismatches} />
      <div className="mb-3 flex flex-wrap items-start justify-between gap-2">
        <FilterBar
          filters={[
            {
              name: 'location',
              label: 'Place',
              any: 'Any place',
              options: places.map(({ slug, title }) => ({ value: slug, label: title })),
            },
          ]}
        />
        {mayWrite ? (
          <Step label="Ask for cover" tone="primary" open={refused?.intent === 'create'}>
            <ActionForm intent="create" refused={refused} className="flex flex-col gap-3">
              <RuleFields />
              <Submit className="self-start">Ask for it</Submit>
            </ActionForm>
          </Step>
        ) : null}
      </div>
      <ListPanel
        empty={
          page.items.length === 0 ? (
            <EmptyState title="No cover is asked for">
              Say how many models a place needs in which hours, and what is missing is told two weeks ahead.
            </EmptyState>
          ) : undefined
        }
        pager={<Pager next={page.nextCursor} previous={page.prevCursor} shown={page.items.length} />}
      >
        <ul className="divide-y divide-line">
          {page.items.map((rule) => (
            <RuleRow key={rule.id} rule={rule} />
          ))}
        </ul>
      </ListPanel>
    </>
  )
}

const clock = (minute: number) =>
  `${String(Math.floor(minute / 60) % 24).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`

function RuleRow({ rule }: { rule: Rule }) {
  const { mayWrite, seesMismatches } = useLoaderData<typeof loader>()
  const refused = useRefused()
  const mine = refused?.values.rule?.[0] === rule.id ? refused : undefined
  return (
    <li className="flex flex-col gap-2 px-4 py-3" data-row>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="font-medium wrap-anywhere">{rule.name}</span>
        <span className="text-sm text-muted">
          {rule.location.title}: at least {rule.needed}, {rule.weekdays.map((day) => DAYS[day - 1]).join(' ')}, {clock(rule.from)}
          –{clock(rule.to)}
        </span>
        {!rule.active ? (
          <StatusBadge label="Off" />
        ) : rule.missing > 0 ? (
          <StatusBadge tone="warn" label={`Missing on ${rule.missing} ${rule.missing === 1 ? 'day' : 'days'}`} />
        ) : (
          <StatusBadge tone="good" label="Covered" />
        )}
        {rule.missing > 0 && seesMismatches ? (
          <TextLink to={paths.mismatches({ kind: 'missing_cover', location: rule.location.slug })} className="text-sm">
            See the days
          </TextLink>
        ) : null}
      </div>
      {mayWrite ? (
        <div className="flex flex-wrap gap-2">
          <Step label="Change" small open={mine?.intent === 'update'}>
            <ActionForm
              intent="update"
              refused={mine}
              editing={rule.version}
              carry={{ rule: rule.id }}
              only={{ name: 'rule', value: rule.id }}
              className="flex flex-col gap-3"
            >
              <RuleFields rule={rule} />
              <Checkbox name="active" label="In force" defaultChecked={rule.active} />
              <Submit className="self-start">Save</Submit>
            </ActionForm>
          </Step>
          <Step label="Take away" small tone="quiet">
            <ActionForm intent="remove" refused={mine} carry={{ rule: rule.id }} className="flex flex-col gap-2 text-sm">
              <FormProblem />
              <p>What was missing for it is no longer told.</p>
              <Submit small tone="danger" className="self-start">
                Take it away
              </Submit>
            </ActionForm>
          </Step>
        </div>
      ) : null}
    </li>
  )
}

function RuleFields({ rule }: { rule?: Rule }) {
  const { places } = useLoaderData<typeof loader>()
  return (
    <>
      <FormProblem own={['name', 'location', 'weekdays', 'from', 'to', 'needed']} />
      <Field name="name" label="Name" required>
        <Input maxLength={100} defaultValue={rule?.name} placeholder="Weekend evenings" />
      </Field>
      <FieldRow>
        {rule ? null : (
          <Field name="location" label="Place" required>
            <Select empty="Choose" options={places.map(({ slug, title }) => ({ value: slug, label: title }))} />
          </Field>
        )}
        <Field name="needed" label="At least" required>
          <Input inputMode="numeric" defaultValue={rule?.needed ?? 2} />
        </Field>
        <Field name="from" label="From" required hint="The place’s own time.">
          <Input type="time" defaultValue={rule ? clock(rule.from) : '19:00'} />
        </Field>
        <Field name="to" label="To" required hint="Earlier than from: the day after.">
          <Input type="time" defaultValue={rule ? clock(rule.to) : '23:00'} />
        </Field>
      </FieldRow>
      <CheckboxGroup legend="Days">
        <GroupError name="weekdays" />
        <span className="flex flex-wrap gap-x-3">
          {DAYS.map((label, at) => (
            <Checkbox
              key={label}
              name="weekdays"
              value={String(at + 1)}
              label={label}
              defaultChecked={rule ? rule.weekdays.includes(at + 1) : at === 4 || at === 5}
            />
          ))}
        </span>
      </CheckboxGroup>
    </>
  )
}
