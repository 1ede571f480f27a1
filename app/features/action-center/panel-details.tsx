import type { FormEvent, ReactNode } from 'react'
import { entityPath, paths } from '../../paths.ts'
import type { Refused } from '../../problem.ts'
import { words } from '../../ui/badge.tsx'
import { TextLink } from '../../ui/button.tsx'
import { KeyValues } from '../../ui/card.tsx'
import { Countdown } from '../../ui/countdown.tsx'
import { ActionForm, Field, FormProblem, Submit, Textarea } from '../../ui/form.tsx'
import { TimeText } from '../../ui/time.tsx'
import { Timeline } from '../../ui/timeline.tsx'
import { Reach } from '../contact.tsx'
import { Urgency } from '../status-badge.tsx'
import { optionsOf, PRIORITIES, SEVERITIES } from '../statuses.ts'
import { AboutCard } from './about-card.tsx'
import { useDesk } from './desk-context.ts'
import { find, isFinished } from './orders.ts'
import { type Detail, type Item, orderOf } from './types.ts'
import { When } from './when.tsx'

/** All that is known of one item, most needed first. */
export function PanelDetails({
  item,
  detail,
  refused,
  onChanged,
}: {
  item: Item
  detail: Detail
  refused?: Refused
  onChanged: () => void
}) {
  const facts = Object.entries(detail.facts)
  return (
    <>
      {item.why || item.returned || detail.statusReason ? (
        <div className="flex flex-col gap-1 text-sm">
          {item.why ? <p>{item.why}</p> : null}
          {item.returned ? (
            <p className="text-info-ink">
              Back since <TimeText at={item.returned.at} />: {item.returned.because}
            </p>
          ) : null}
          {detail.statusReason ? <p className="text-muted">Reason given: {detail.statusReason}</p> : null}
        </div>
      ) : null}
      <Facts item={item} detail={detail} />
      {detail.about ? <AboutCard about={detail.about} onChanged={onChanged} /> : null}
      {detail.contact ? (
        <Section title="Contact">
          <KeyValues
            items={[
              detail.contact.phone !== null && ['Phone', <Reach key="phone" scheme="tel:" value={detail.contact.phone} />],
              detail.contact.email !== null && ['Email', <Reach key="email" scheme="mailto:" value={detail.contact.email} />],
              detail.contact.preferredChannel !== null && ['Prefers', words(detail.contact.preferredChannel)],
            ]}
          />
        </Section>
      ) : null}
      {detail.details ? (
        <Section title="Details">
          <p className="text-sm whitespace-pre-wrap">{detail.details}</p>
        </Section>
      ) : null}
      {facts.length > 0 ? (
        <Section title="Facts">
          <KeyValues items={facts.map(([name, value]) => [words(name), <Fact key={name} value={value} />])} />
        </Section>
      ) : null}
      <Section title="Conversation">
        <Conversation item={item} detail={detail} refused={refused} />
      </Section>
      <Section title="What happened">
        <Timeline
          items={detail.timeline.map((entry, at) => ({
            id: `${entry.at} ${at}`,
            at: entry.at,
            title: entry.title,
            body: entry.body ?? undefined,
            by: entry.by ?? undefined,
          }))}
        />
      </Section>
    </>
  )
}

export function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h3 className="mb-1.5 text-xs font-medium text-muted">{title}</h3>
      {children}
    </section>
  )
}

function Facts({ item, detail }: { item: Item; detail: Detail }) {
  const { may, work } = useDesk()
  const about = item.entity ? entityPath(item.entity.type, item.entity.id) : undefined
  return (
    <KeyValues
      items={[
        item.entity !== null &&
          item.entity.type !== 'client' && [
            words(item.entity.type),
            <span key="about">
              {about ? <TextLink to={about}>{item.entity.ref ?? words(item.entity.type)}</TextLink> : item.entity.ref}
              {item.entity.label ? <span className="text-muted"> {item.entity.label}</span> : null}
            </span>,
          ],
        item.client && [
          'Client',
          may.clients ? (
            <TextLink key="client" to={paths.clients.detail(item.client.id)}>
              {item.client.name}
            </TextLink>
          ) : (
            item.client.name
          ),
        ],
        item.when && ['When', <When key="when" when={item.when} />],
        item.slaDeadlineAt !== null && [
          'Deadline',
          <span key="deadline">
            <TimeText at={item.slaDeadlineAt} /> {isFinished(item) ? null : <Countdown until={item.slaDeadlineAt} />}
          </span>,
        ],
        item.dueAt !== null && ['Due', <TimeText key="due" at={item.dueAt} />],
        [
          'With',
          item.assignee ? (
            <span key="with">
              {item.assignee.id === work.me.id ? 'You' : item.assignee.name}
              {item.claimedUntil ? (
                <span className="text-muted">
                  , until <TimeText at={item.claimedUntil} form="time" /> unless you go on
                </span>
              ) : null}
            </span>
          ) : (
            'Nobody yet'
          ),
        ],
        ['Priority', <PriorityChoice key="priority" item={item} />],
        item.snooze && [
          'Put aside',
          <span key="snooze">
            {item.snooze.until ? <TimeText at={item.snooze.until} /> : 'until something happens'}{' '}
            {item.snooze.by ? `by ${item.snooze.by.name}` : null}
          </span>,
        ],
        [
          'Made',
          <span key="made">
            <TimeText at={item.createdAt} /> by {detail.createdBy?.name ?? 'Virel'}
          </span>,
        ],
      ]}
    />
  )
}

/** Changed in place where this person may. */
function PriorityChoice({ item }: { item: Item }) {
  const { work } = useDesk()
  const edit = find(item, 'edit')
  if (!edit) return <Urgency level={item.priority} />
  return (
    <select
      aria-label="Priority"
      value={item.priority}
      onChange={(event) =>
        void work.act(item, { ...orderOf(edit, { priority: event.target.value }), label: `Priority ${event.target.value}` })
      }
      className="field -my-1 min-h-7! w-auto! py-0!"
    >
      {optionsOf(item.kind === 'task' ? PRIORITIES : SEVERITIES).map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </select>
  )
}

function Conversation({ item, detail, refused }: { item: Item; detail: Detail; refused?: Refused }) {
  const { work } = useDesk()
  const note = find(item, 'note')
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = event.currentTarget
    const body = String(new FormData(form).get('body') ?? '').trim()
    if (!note || body === '') return
    // What was typed stays until the server has it.
    void work.act(item, orderOf(note, { body })).then((done) => done && form.reset())
  }
  return (
    <div className="flex flex-col gap-3">
      {detail.notes.length > 0 ? (
        <ol className="flex flex-col gap-2.5">
          {[...detail.notes].reverse().map((one) => (
            <li key={one.id} className="rounded-md bg-subtle px-3 py-2 text-sm">
              <p className="mb-0.5 text-xs text-muted">
                <span className="font-medium text-text">{one.by?.name ?? 'Virel'}</span> · <TimeText at={one.createdAt} />
              </p>
              <p className="whitespace-pre-wrap">{one.body}</p>
            </li>
          ))}
        </ol>
      ) : (
        <p className="text-sm text-muted">No notes yet.</p>
      )}
      {note ? (
        <ActionForm
          intent="act"
          refused={refused}
          carry={{ kind: item.kind, id: item.id, action: 'note', act: `${item.id} note ` }}
          only={{ name: 'act', value: `${item.id} note ` }}
          onSubmit={send}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) event.currentTarget.requestSubmit()
          }}
          className="flex flex-col gap-2"
        >
          <FormProblem own={['body']} />
          <Field name="body" label="New note" hideLabel required>
            <Textarea rows={2} maxLength={5000} placeholder="Write a note" data-note-field />
          </Field>
          <Submit tone="secondary" small className="self-end">
            Add note
          </Submit>
        </ActionForm>
      ) : null}
    </div>
  )
}

/** Times and codes as people read them; anything else as it is. */
function Fact({ value }: { value: unknown }) {
  if (typeof value !== 'string') return <span>{JSON.stringify(value)}</span>
  if (/^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/.test(value)) return <TimeText at={value} />
  return <span className="whitespace-pre-wrap">{/^[a-z]+(_[a-z]+)+$/.test(value) ? words(value) : value}</span>
}
