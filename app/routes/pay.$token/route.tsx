import type { MetaFunction } from '@remix-run/node'
import { redirect } from '@remix-run/node'
import { useLoaderData, useParams } from '@remix-run/react'
import { useCallback, useState } from 'react'
import { BookingSummary } from '../../features/checkout/booking-summary.tsx'
import { CheckoutFrame } from '../../features/checkout/checkout-frame.tsx'
import { GivesBack } from '../../features/checkout/give-back.tsx'
import { LinkOver } from '../../features/checkout/link-over.tsx'
import { Standing } from '../../features/checkout/standing.tsx'
import { useFollow } from '../../features/checkout/use-follow.ts'
import { useRefused } from '../../features/use-refused.ts'
import { paths } from '../../paths.ts'
import { actions, idParam, screen } from '../../screen.server.ts'

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: data ? `Booking ${data.checkout.booking.ref} · Virel` : 'Payment link · Virel' },
  { name: 'robots', content: 'noindex' },
]

export const loader = screen(async ({ api, params, url }) => {
  const token = idParam(params, 'token')
  // What a bank's return says in the address is the browser's word: it is not believed, and does not stay there.
  const sent = /^\d{1,15}$/.exec(url.searchParams.get('sent') ?? '')?.[0]
  if ([...url.searchParams.keys()].some((name) => name !== 'sent' && name !== '_data'))
    throw redirect(sent ? `${paths.pay(token)}?sent=${sent}` : paths.pay(token))
  return { checkout: await api.checkout.state({ token }), sent: sent === undefined ? null : Number(sent) }
})

const TEST_CARDS = ['success', 'decline', 'authenticate', 'late'] as const

export const action = actions({
  card: async (form, { api, params }) => {
    const token = idParam(params, 'token')
    const card = form.pick('card', TEST_CARDS) ?? 'success'
    const sent = form.text('sent')
    form.check()
    await api.checkout.payWithTestCard({ token, card })
    return { to: `${paths.pay(token)}?sent=${encodeURIComponent(sent)}` }
  },
  bank: async (form, { api, params }) => {
    const token = idParam(params, 'token')
    const answer = form.pick('answer', ['approve', 'refuse']) ?? 'refuse'
    const sent = form.text('sent')
    form.check()
    await api.checkout.answerTestBank({ token, answer })
    return { to: `${paths.pay(token)}?sent=${encodeURIComponent(sent)}` }
  },
})

export default function Pay() {
  const { checkout: loaded, sent: loadedSent } = useLoaderData<typeof loader>()
  const token = useParams().token ?? ''
  const refused = useRefused()
  const [sentHere, setSentHere] = useState<number | null>(null)
  const sent = sentHere ?? loadedSent
  const { checkout, over, waiting, look } = useFollow(token, loaded, sent)
  const onSent = useCallback(() => {
    setSentHere(checkout.version)
    look()
  }, [checkout.version, look])
  return (
    <CheckoutFrame simulated={checkout.simulated}>
      <div className="grid items-start gap-5 md:grid-cols-[minmax(0,1.15fr)_minmax(0,1fr)] md:gap-6">
        <Standing token={token} checkout={checkout} over={over} waiting={waiting} refused={refused} onSent={onSent} />
        <div className="flex flex-col gap-5">
          <BookingSummary checkout={checkout} />
          {over ? null : <GivesBack checkout={checkout} />}
        </div>
      </div>
    </CheckoutFrame>
  )
}

export { LinkOver as ErrorBoundary }
