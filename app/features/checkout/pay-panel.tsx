import { Lock } from 'lucide-react'
import { lazy, type ReactNode, Suspense } from 'react'
import type { Refused } from '../../problem.ts'
import { Callout } from '../../ui/callout.tsx'
import { Money, moneyText } from '../../ui/money.tsx'
import { Skeleton } from '../../ui/states.tsx'
import { useScripted } from '../../ui/use-scripted.ts'
import { HoldClock } from './hold-clock.tsx'
import { TestBank, TestCards } from './test-card.tsx'
import type { Checkout } from './types.ts'

const StripeCard = lazy(() => import('./stripe-card.tsx'))

const TITLE = {
  deposit: 'Pay the deposit to confirm your booking',
  balance: 'Pay the rest of your booking',
  difference: 'Pay the difference for your changed booking',
} as const

/** How much, until when, and the form to pay with. */
export function PayPanel({
  token,
  checkout,
  refused,
  onSent,
}: {
  token: string
  checkout: Checkout
  refused?: Refused
  onSent: () => void
}) {
  const { heldUntil, booking } = checkout
  return (
    <section aria-labelledby="pay" className="rounded-xl border border-line bg-surface p-5 shadow-card sm:p-6">
      <h1 id="pay" className="text-xl font-semibold tracking-tight text-balance">
        {TITLE[checkout.purpose]}
      </h1>
      <p className="mt-3 text-[2rem] leading-10 font-semibold tracking-tight tabular-nums">
        <Money value={checkout.amount} />
      </p>
      {heldUntil ? (
        <div className="mt-3">
          <HoldClock until={heldUntil} zone={booking.place.zone} />
        </div>
      ) : null}
      <div className="mt-5">
        {checkout.problem ? (
          <Callout tone="bad" role="alert" title="That did not work" className="mb-4">
            <p>{checkout.problem} Nothing was charged.</p>
          </Callout>
        ) : null}
        <CardForm token={token} checkout={checkout} refused={refused} onSent={onSent} />
      </div>
      <p className="mt-4 flex items-start gap-2 text-sm text-muted">
        <Lock aria-hidden="true" className="mt-0.5 size-4 flex-none" />
        <span>
          {checkout.simulated
            ? 'With real keys the card is typed into a form of Stripe.'
            : 'Your card goes to Stripe straight from your browser. We never see its number.'}{' '}
          You are charged {moneyText(checkout.amount)} once, even if you press twice.
        </span>
      </p>
    </section>
  )
}

function CardForm({
  token,
  checkout,
  refused,
  onSent,
}: {
  token: string
  checkout: Checkout
  refused?: Refused
  onSent: () => void
}): ReactNode {
  const scripted = useScripted()
  if (checkout.state === 'authenticate' && checkout.simulated) return <TestBank checkout={checkout} refused={refused} />
  if (checkout.simulated) return <TestCards checkout={checkout} refused={refused} />
  if (checkout.cardsMissing)
    return (
      <Callout tone="warn">No card can be taken on this page yet. Ask us for another way to pay; your link stays good.</Callout>
    )
  if (!checkout.stripe) return <FormSkeleton />
  if (!scripted)
    return (
      <>
        <FormSkeleton />
        <noscript>
          <Callout tone="warn" className="mt-3">
            Stripe’s card form needs scripts. Turn them on for this page, or ask us for another way to pay.
          </Callout>
        </noscript>
      </>
    )
  return (
    <Suspense fallback={<FormSkeleton />}>
      <StripeCard key={checkout.stripe.clientSecret} token={token} checkout={checkout} stripe={checkout.stripe} onSent={onSent} />
    </Suspense>
  )
}

function FormSkeleton() {
  return (
    <div role="status" aria-label="The card form is being prepared" className="flex flex-col gap-3">
      <Skeleton className="h-10! w-full" />
      <Skeleton className="h-10! w-full" />
      <Skeleton className="h-11! w-full" />
    </div>
  )
}
