import { useState } from 'react'
import { send } from '../../live/call.ts'
import { entityPath } from '../../paths.ts'
import { words } from '../../ui/badge.tsx'
import { Button, LinkButton, TextLink } from '../../ui/button.tsx'
import { AskDialog } from '../../ui/dialog.tsx'
import { Money } from '../../ui/money.tsx'
import { Period } from '../../ui/time.tsx'
import { useToasts } from '../../ui/toast.tsx'
import { asksDeposit, DeskLink } from '../checkout/desk-link.tsx'
import { EntityStatus } from '../status-badge.tsx'
import { isEnding, isForward } from '../statuses.ts'
import type { Detail } from './types.ts'
import { sentenceOf } from './use-work.ts'

type About = NonNullable<Detail['about']>
type Step = About['possible'][number]

/**
 * The booking or inquiry an item is about, with its own next steps. They take or free her time, money and messages
 * follow: so each says before it is done that it can't be undone.
 */
export function AboutCard({ about, onChanged }: { about: About; onChanged: () => void }) {
  const [asked, setAsked] = useState<Step | null>(null)
  const { show } = useToasts()
  const page = entityPath(about.type, about.id)
  const steps = about.possible.filter((step) => !step.refusedBy && step.needs.length === 0)
  const elsewhere = about.possible.filter((step) => !step.refusedBy && step.needs.length > 0)
  // Who sees its steps may take them: the link is one of them.
  const asks = about.type === 'booking' && about.possible.length > 0 && asksDeposit(about.status)
  const go = async (step: Step) => {
    setAsked(null)
    try {
      const request = { id: about.id, newStatus: step.to, version: about.version }
      if (about.type === 'booking') await send('bookings', 'setStatus', request)
      else await send('inquiries', 'setStatus', request)
      show({ tone: 'good', text: `${about.ref} is now ${words(step.to).toLowerCase()}.` })
    } catch (error) {
      show({ tone: 'bad', text: `${about.ref}: ${sentenceOf(error)}` })
    }
    onChanged()
  }
  return (
    <section aria-label={`${words(about.type)} ${about.ref}`} className="rounded-md border border-line p-3 text-sm">
      <div className="flex flex-wrap items-center gap-2">
        {page ? (
          <TextLink to={page} className="font-medium">
            {about.ref}
          </TextLink>
        ) : (
          <span className="font-medium">{about.ref}</span>
        )}
        <EntityStatus status={about.status} />
        {about.amount ? (
          <span className="ml-auto font-medium">
            <Money value={about.amount} />
          </span>
        ) : null}
      </div>
      <p className="mt-1">{about.title}</p>
      {about.start && about.end ? (
        <p className="text-xs text-muted">
          <Period from={about.start} to={about.end} zone={about.zone ?? undefined} />
          {about.assignee ? ` · ${about.assignee.name}` : ''}
        </p>
      ) : null}
      {asks ? <DeskLink booking={about} onChanged={onChanged} /> : null}
      {steps.length + elsewhere.length > 0 ? (
        <div className="mt-2.5 flex flex-wrap gap-2">
          {steps.map((step) => (
            <Button
              key={step.to}
              small
              tone={isForward(step.to) ? 'secondary' : isEnding(step.to) ? 'quiet-danger' : 'quiet'}
              title={step.why ?? 'Can not be undone'}
              onClick={() => setAsked(step)}
            >
              {step.label}…
            </Button>
          ))}
          {elsewhere.length > 0 && page ? (
            <LinkButton to={page} small tone="quiet">
              {elsewhere.map((step) => step.label).join(', ')} on its page
            </LinkButton>
          ) : null}
        </div>
      ) : null}
      <AskDialog
        open={asked !== null}
        onClose={() => setAsked(null)}
        onYes={() => asked && void go(asked)}
        title={`${asked?.label ?? ''}: ${about.ref}?`}
        description={asked?.why ?? 'This can not be undone from here.'}
        yes={asked?.label ?? ''}
        tone={asked && isEnding(asked.to) ? 'danger' : 'primary'}
      />
    </section>
  )
}
