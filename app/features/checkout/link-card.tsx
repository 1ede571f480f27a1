import { ExternalLink } from 'lucide-react'
import type { Answer } from '../../live/call.ts'
import type { Refused } from '../../problem.ts'
import { Badge, type Tone, words } from '../../ui/badge.tsx'
import { Card } from '../../ui/card.tsx'
import { Countdown } from '../../ui/countdown.tsx'
import { ActionForm, Checkbox, CheckboxGroup, Field, FormProblem, Input, MoneyInput, Submit } from '../../ui/form.tsx'
import { Money, type MoneyValue, moneyInput } from '../../ui/money.tsx'
import { Step } from '../../ui/step.tsx'
import { TimeText } from '../../ui/time.tsx'
import { CopyLink } from './copy-link.tsx'

export type PaymentLink = Answer<'checkout', 'links'>['items'][number]

const TITLE = { deposit: 'Deposit', balance: 'Rest of the price', difference: 'Difference' } as const
const TONE: Record<PaymentLink['status'], Tone> = {
  pending: 'info',
  requires_action: 'warn',
  succeeded: 'good',
  failed: 'bad',
  cancelled: 'neutral',
  partly_refunded: 'plum',
  refunded: 'plum',
  disputed: 'bad',
}

interface Asked {
  id: string
  status: string
  version: number
  price: MoneyValue
  deposit: MoneyValue | null
  depositPaid: boolean
  zone: string
}

/** The links by which a client pays for a booking: made, copied, sent and ended here. */
export function LinkCard({ booking, links, refused }: { booking: Asked; links: readonly PaymentLink[]; refused?: Refused }) {
  const [newest, ...older] = links
  const asks = ['draft', 'pending', 'deposit_required'].includes(booking.status) && !booking.depositPaid
  const open = links.some((link) => isOpen(link) && link.purpose === 'deposit')
  if (!newest && !asks) return null
  return (
    <Card title="Payment link">
      {newest ? <OneLink link={newest} refused={refused} /> : <p className="text-sm text-muted">None was made yet.</p>}
      {asks && !open ? <MakeLink booking={booking} refused={refused} again={newest !== undefined} /> : null}
      {older.length > 0 ? (
        <ul className="mt-3 divide-y divide-line border-t border-line text-sm">
          {older.map((link) => (
            <li key={link.paymentId} className="flex items-baseline justify-between gap-3 py-1.5">
              <span>
                {link.paymentRef} <span className="text-muted">{stateOf(link).toLowerCase()}</span>
              </span>
              <Money value={link.amount} />
            </li>
          ))}
        </ul>
      ) : null}
    </Card>
  )
}

function isOpen(link: PaymentLink): boolean {
  return link.url !== null && ['pending', 'requires_action', 'failed'].includes(link.status)
}

function stateOf(link: PaymentLink): string {
  if (['pending', 'requires_action', 'failed'].includes(link.status) && link.url === null) return 'Ended'
  return (
    { pending: 'Not paid yet', requires_action: 'The bank asks', succeeded: 'Paid', failed: 'Card declined' }[
      link.status as 'pending'
    ] ?? words(link.status)
  )
}

function OneLink({ link, refused }: { link: PaymentLink; refused?: Refused }) {
  const only = { name: 'paymentId', value: link.paymentId }
  const carry = { paymentId: link.paymentId }
  return (
    <div className="flex flex-col gap-2.5">
      <div className="flex flex-wrap items-center gap-2 text-sm">
        <span className="font-medium">
          {TITLE[link.purpose]} <Money value={link.amount} />
        </span>
        <Badge tone={stateOf(link) === 'Ended' ? 'neutral' : TONE[link.status]}>{stateOf(link)}</Badge>
        {isOpen(link) && link.expiresAt ? (
          <span className="ml-auto">
            <Countdown until={link.expiresAt} soonMinutes={60} />
          </span>
        ) : null}
      </div>
      {link.problem ? <p className="text-sm text-bad-ink">Last try: {link.problem}</p> : null}
      {link.url ? <CopyLink url={link.url} /> : null}
      {isOpen(link) ? (
        <div className="flex flex-wrap items-center gap-2">
          {link.maySend ? (
            <ActionForm intent="link-send" refused={refused} only={only} carry={carry}>
              <FormProblem className="mb-2" />
              <Submit tone="secondary" small busy="Sending…">
                {link.lastSentAt ? 'Send again' : 'Send by email'}
              </Submit>
            </ActionForm>
          ) : null}
          {link.url ? (
            <a href={link.url} target="_blank" rel="noreferrer" className="btn btn-quiet btn-sm">
              Open <ExternalLink aria-hidden="true" className="size-3" />
            </a>
          ) : null}
          <Step label="End it" tone="quiet-danger" small>
            <ActionForm intent="link-expire" refused={refused} only={only} carry={carry} className="flex flex-col gap-2">
              <FormProblem />
              <p className="text-sm">It opens nothing any more, also for a client who has it open. The booking stays as it is.</p>
              <Submit tone="danger" small busy="Ending…" className="self-start">
                End the link
              </Submit>
            </ActionForm>
          </Step>
        </div>
      ) : null}
      {link.lastSentAt ? (
        <p className="text-xs text-muted">
          Sent <TimeText at={link.lastSentAt} />
        </p>
      ) : isOpen(link) && !link.maySend ? (
        <p className="text-xs text-muted">No email address is known: copy it and hand it over.</p>
      ) : null}
    </div>
  )
}

function MakeLink({ booking, refused, again }: { booking: Asked; refused?: Refused; again: boolean }) {
  const { currency } = booking.price
  const held = booking.status === 'deposit_required'
  return (
    <Step
      label={again ? 'Make a new link' : 'Deposit link'}
      tone="primary"
      small
      open={refused?.intent === 'link-make'}
      className="mt-3"
    >
      <ActionForm
        intent="link-make"
        refused={refused}
        editing={booking.version}
        carry={{ bookingId: booking.id, currency, zone: booking.zone }}
        className="flex flex-col gap-3"
      >
        <FormProblem own={['amount', 'percent', 'deadline']} />
        <CheckboxGroup legend="How much">
          <div className="grid grid-cols-[auto_minmax(0,1fr)] items-center gap-x-3 gap-y-2">
            <Checkbox type="radio" name="by" value="amount" label="Amount" defaultChecked />
            <Field name="amount" label="Amount" hideLabel>
              <MoneyInput currency={currency} defaultValue={moneyInput(booking.deposit)} placeholder="By policy" />
            </Field>
            <Checkbox type="radio" name="by" value="percent" label="Percent" />
            <Field name="percent" label="Percent of the price" hideLabel>
              <Input inputMode="numeric" placeholder="30" />
            </Field>
          </div>
        </CheckboxGroup>
        {held ? null : (
          <Field name="deadline" label={`Held until (${booking.zone})`} hint="Empty: the agency’s usual time.">
            <Input type="datetime-local" />
          </Field>
        )}
        <Submit busy="Making…" className="self-start">
          Make the link
        </Submit>
        {held ? null : <p className="text-xs text-muted">The time is held from then on, as if the client had agreed.</p>}
      </ActionForm>
    </Step>
  )
}
