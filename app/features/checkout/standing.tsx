import { paths } from '../../paths.ts'
import type { Refused } from '../../problem.ts'
import { LinkButton } from '../../ui/button.tsx'
import { moneyText } from '../../ui/money.tsx'
import { formatTime } from '../../ui/time.tsx'
import { PayPanel } from './pay-panel.tsx'
import { StatePanel } from './state-panel.tsx'
import type { Checkout } from './types.ts'

/** Where this payment stands, and what its payer can do about it. */
export function Standing({
  token,
  checkout,
  over,
  waiting,
  refused,
  onSent,
}: {
  token: string
  checkout: Checkout
  /** The link has ended while the page was open. */
  over: boolean
  /** A card was sent and its answer is not here yet. */
  waiting: boolean
  refused?: Refused
  onSent: () => void
}) {
  const amount = moneyText(checkout.amount)
  if (over)
    return (
      <StatePanel look="over" title="The time is no longer held">
        <p>The payment did not reach us in time, or the link was replaced. You were not charged.</p>
        <p>Answer the message this link came with: we will see what is still free.</p>
      </StatePanel>
    )
  switch (checkout.state) {
    case 'preparing':
      return (
        <StatePanel look="wait" title="One moment">
          <p>The payment of {amount} is being prepared. This page goes on by itself.</p>
        </StatePanel>
      )
    case 'open':
      return waiting ? <Asking /> : <PayPanel token={token} checkout={checkout} refused={refused} onSent={onSent} />
    case 'authenticate':
      return <PayPanel token={token} checkout={checkout} refused={refused} onSent={onSent} />
    case 'processing':
      return (
        <StatePanel look="wait" title="Your payment is on its way">
          <p>Your bank has it and has not decided yet. This page shows the answer by itself; you need not pay again.</p>
        </StatePanel>
      )
    case 'paid':
      return <Paid token={token} checkout={checkout} />
    case 'late':
      return (
        <StatePanel look="back" title="Your payment came too late">
          <p>The time was given to somebody else before it arrived. The whole {amount} goes back to your card by itself.</p>
          <p>Banks take up to ten days to show it. Answer our message and we look for another time.</p>
        </StatePanel>
      )
    case 'cancelled':
      return (
        <StatePanel look="back" title="This booking is cancelled">
          {checkout.refunded.amount > 0 ? (
            <p>{moneyText(checkout.refunded)} goes back to the card you paid with. Banks take up to ten days to show it.</p>
          ) : (
            <p>It was cancelled too late for anything to be given back.</p>
          )}
        </StatePanel>
      )
    case 'refunded':
      return (
        <StatePanel look="back" title={`${moneyText(checkout.refunded)} was given back`}>
          <p>It goes to the card you paid with. Banks take up to ten days to show it.</p>
        </StatePanel>
      )
  }
}

function Asking() {
  return (
    <StatePanel look="wait" title="Asking your bank">
      <p>This takes a few seconds. The page shows the answer by itself; do not pay again.</p>
    </StatePanel>
  )
}

function Paid({ token, checkout }: { token: string; checkout: Checkout }) {
  const { booking } = checkout
  const { zone } = booking.place
  const when = `${formatTime(booking.start, zone, 'day')}, ${formatTime(booking.start, zone, 'time')}`
  return (
    <StatePanel look="good" title={booking.status === 'confirmed' ? 'Your booking is confirmed' : 'Thank you, we have it'}>
      <p>
        {moneyText(checkout.amount)} received. {booking.model}, {when}.
      </p>
      {checkout.left.amount > 0 ? <p>{moneyText(checkout.left)} is left to pay afterwards.</p> : null}
      <p className="text-sm">
        Keep this link: it shows what you booked and paid{checkout.mayCancel ? ', and is where you cancel' : ''}.
      </p>
      {checkout.mayCancel ? (
        <div>
          <LinkButton to={paths.payCancel(token)} reloadDocument className="min-h-10!">
            Cancel the booking…
          </LinkButton>
        </div>
      ) : null}
    </StatePanel>
  )
}
