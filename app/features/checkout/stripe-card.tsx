import { Elements, PaymentElement, useElements, useStripe } from '@stripe/react-stripe-js'
import { type Appearance, loadStripe } from '@stripe/stripe-js'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { paths } from '../../paths.ts'
import { Button } from '../../ui/button.tsx'
import { Callout } from '../../ui/callout.tsx'
import { moneyText } from '../../ui/money.tsx'
import type { Checkout } from './types.ts'

/** Colours of Virel as they are now, in the words Stripe's form knows. It stands in a frame and can't read them itself. */
function appearanceNow(): Appearance {
  const probe = document.createElement('span')
  document.body.append(probe)
  const colour = (name: string) => {
    probe.style.color = `var(--${name})`
    return getComputedStyle(probe).color
  }
  const variables = {
    colorPrimary: colour('accent'),
    colorBackground: colour('surface'),
    colorText: colour('text'),
    colorTextSecondary: colour('muted'),
    colorDanger: colour('danger'),
    borderRadius: '8px',
    fontFamily: 'system-ui, sans-serif',
    fontSizeBase: '15px',
  }
  probe.remove()
  const chosen = document.documentElement.dataset.theme
  const dark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  return { theme: dark ? 'night' : 'stripe', variables }
}

/** Stripe's own card form. The card goes from its frame to Stripe; this page learns only whether it was taken. */
export default function StripeCard({
  token,
  checkout,
  stripe: { publishableKey, clientSecret },
  onSent,
}: {
  token: string
  checkout: Checkout
  stripe: NonNullable<Checkout['stripe']>
  onSent: () => void
}) {
  const [stripe] = useState(() => loadStripe(publishableKey))
  const [away, setAway] = useState(false)
  useEffect(() => {
    stripe.then(
      (loaded) => setAway(loaded === null),
      () => setAway(true),
    )
  }, [stripe])
  if (away) {
    return (
      <Callout tone="bad" role="alert" title="Stripe could not be reached">
        <p>Nothing was charged. Check your connection, switch off what blocks scripts, and load this page again.</p>
      </Callout>
    )
  }
  return (
    <Elements stripe={stripe} options={{ clientSecret, appearance: appearanceNow(), locale: 'en-GB' }}>
      <CardForm token={token} checkout={checkout} onSent={onSent} />
    </Elements>
  )
}

/** A bank's question that was left open, as by a closed tab, is asked again once; one that this page asks now is not. */
function useOpenQuestion(checkout: Checkout, paying: boolean, onSent: () => void): void {
  const stripe = useStripe()
  const asked = useRef(false)
  useEffect(() => {
    if (paying) asked.current = true
    if (asked.current || checkout.state !== 'authenticate' || !stripe || !checkout.stripe) return
    asked.current = true
    void stripe.handleNextAction({ clientSecret: checkout.stripe.clientSecret }).then(onSent)
  }, [stripe, paying, checkout.state, checkout.stripe, onSent])
}

function CardForm({ token, checkout, onSent }: { token: string; checkout: Checkout; onSent: () => void }) {
  const stripe = useStripe()
  const elements = useElements()
  const [ready, setReady] = useState(false)
  const [paying, setPaying] = useState(false)
  const [problem, setProblem] = useState('')
  const back = `${location.origin}${paths.pay(token)}?sent=${checkout.version}`
  useOpenQuestion(checkout, paying, onSent)

  const pay = async (event: FormEvent) => {
    event.preventDefault()
    if (!stripe || !elements || paying) return
    setPaying(true)
    setProblem('')
    const { error } = await stripe.confirmPayment({ elements, confirmParams: { return_url: back }, redirect: 'if_required' })
    setPaying(false)
    // Already paid in another tab is no problem of this one: the page shows what is true.
    if (error && error.code !== 'payment_intent_unexpected_state') setProblem(error.message ?? 'The card could not be charged.')
    else onSent()
  }
  return (
    <form onSubmit={pay} className="flex flex-col gap-4">
      <PaymentElement options={{ layout: 'tabs' }} onReady={() => setReady(true)} />
      {problem && !checkout.problem ? (
        <Callout tone="bad" role="alert">
          {problem}
        </Callout>
      ) : null}
      <Button type="submit" tone="primary" disabled={!ready || paying} className="min-h-11! w-full text-base!">
        {paying ? 'Paying…' : `Pay ${moneyText(checkout.amount)}`}
      </Button>
    </form>
  )
}
