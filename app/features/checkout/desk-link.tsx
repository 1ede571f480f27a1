import { useState } from 'react'
import { ask, send } from '../../live/call.ts'
import { Button } from '../../ui/button.tsx'
import { moneyText } from '../../ui/money.tsx'
import { useToasts } from '../../ui/toast.tsx'
import { sentenceOf } from '../action-center/use-work.ts'
import { CopyLink } from './copy-link.tsx'
import type { PaymentLink } from './link-card.tsx'

interface Asking {
  id: string
  ref: string
  status: string
  version: number
}

/** Whether a booking in this state can be asked a deposit for. */
export function asksDeposit(status: string): boolean {
  return ['draft', 'pending', 'deposit_required'].includes(status)
}

/**
 * The deposit link as a quick action of the working screen: made by the agency's policy, or the one there is, and copied.
 * Another amount or deadline is chosen on the booking's own page.
 */
export function DeskLink({ booking, onChanged }: { booking: Asking; onChanged: () => void }) {
  const [link, setLink] = useState<PaymentLink | null>(null)
  const [busy, setBusy] = useState(false)
  const { show } = useToasts()
  const make = async () => {
    setBusy(true)
    try {
      const made = await send('checkout', 'makeLink', { id: booking.id, version: booking.version })
      const { items } = await ask('checkout', 'links', { id: booking.id })
      setLink(items.find((one) => one.paymentId === made.paymentId) ?? null)
      show({ tone: 'good', text: `Deposit link of ${moneyText(made.amount)} for ${booking.ref}: hand it to the client.` })
    } catch (error) {
      show({ tone: 'bad', text: `${booking.ref}: ${sentenceOf(error)}` })
    }
    setBusy(false)
    onChanged()
  }
  const email = async () => {
    if (!link) return
    try {
      await send('checkout', 'sendLink', { paymentId: link.paymentId })
      show({ tone: 'good', text: `The link for ${booking.ref} goes to the client by email.` })
    } catch (error) {
      show({ tone: 'bad', text: `${booking.ref}: ${sentenceOf(error)}` })
    }
  }
  if (link?.url) {
    return (
      <div className="mt-2.5 flex flex-col gap-2">
        <CopyLink url={link.url} label="Copy" />
        {link.maySend ? (
          <Button small className="self-start" onClick={() => void email()}>
            Send by email
          </Button>
        ) : null}
      </div>
    )
  }
  return (
    <Button
      small
      disabled={busy}
      onClick={() => void make()}
      title={booking.status === 'deposit_required' ? undefined : 'Holds the time from now on, as if the client had agreed'}
    >
      {busy ? 'Making the link…' : 'Deposit link'}
    </Button>
  )
}
