import type { MetaFunction } from '@remix-run/node'
import { redirect } from '@remix-run/node'
import { useLoaderData, useParams } from '@remix-run/react'
import { CancelSlider } from '../../features/checkout/cancel-slider.tsx'
import { CheckoutFrame } from '../../features/checkout/checkout-frame.tsx'
import { LinkOver } from '../../features/checkout/link-over.tsx'
import { useRefused } from '../../features/use-refused.ts'
import { paths } from '../../paths.ts'
import { actions, idParam, screen } from '../../screen.server.ts'
import { LinkButton } from '../../ui/button.tsx'
import { ActionForm, Checkbox, FormProblem, Submit } from '../../ui/form.tsx'
import { Money, moneyText } from '../../ui/money.tsx'
import { formatTime } from '../../ui/time.tsx'

export const meta: MetaFunction = () => [{ title: 'Cancel a booking · Virel' }, { name: 'robots', content: 'noindex' }]

export const loader = screen(async ({ api, params }) => {
  const token = idParam(params, 'token')
  const preview = await api.checkout.cancelPreview({ token })
  // Cancelled meanwhile, under way, or over: the page of the link says which.
  if (!preview.mayCancel) throw redirect(paths.pay(token))
  return { preview }
})

export const action = actions({
  cancel: async (form, { api, params }) => {
    const token = idParam(params, 'token')
    const expected = form.whole('expected') ?? -1
    if (!form.checked('sure')) form.refuse('sure', 'Say that you are sure.')
    form.check()
    await api.checkout.cancel({ token, expected })
    return { to: paths.pay(token) }
  },
})

export default function Cancel() {
  const { preview } = useLoaderData<typeof loader>()
  const token = useParams().token ?? ''
  const refused = useRefused()
  const now = preview.steps[0]
  const gives = now?.gives ?? { ...preview.paid, amount: 0 }
  return (
    <CheckoutFrame simulated={preview.simulated}>
      <div className="mx-auto flex max-w-xl flex-col gap-5">
        <header>
          <h1 className="text-2xl font-semibold tracking-tight text-balance">Cancel booking {preview.bookingRef}?</h1>
          <p className="mt-1 text-muted">
            {preview.model}, {formatTime(preview.startsAt, preview.zone, 'day')},{' '}
            {formatTime(preview.startsAt, preview.zone, 'time')}. You have paid <Money value={preview.paid} />.
          </p>
        </header>
        <section aria-labelledby="back" className="rounded-xl border border-line bg-surface p-5 shadow-card">
          <h2 id="back" className="text-base font-semibold">
            Cancelling now gives back
          </h2>
          <p className="mt-1 mb-4 text-[2rem] leading-10 font-semibold tracking-tight tabular-nums">
            <Money value={gives} />
          </p>
          <CancelSlider preview={preview} />
        </section>
        <ActionForm intent="cancel" refused={refused} carry={{ expected: gives.amount }} className="flex flex-col gap-4">
          <FormProblem own={['sure']} />
          <Checkbox
            name="sure"
            value="yes"
            label={`Yes, cancel it. ${moneyText(gives)} goes back to my card. This can not be undone.`}
          />
          <div className="flex flex-wrap gap-2">
            <Submit tone="danger" busy="Cancelling…" className="min-h-11! text-base!">
              Cancel the booking
            </Submit>
            <LinkButton to={paths.pay(token)} reloadDocument className="min-h-11! text-base!">
              Keep it
            </LinkButton>
          </div>
        </ActionForm>
      </div>
    </CheckoutFrame>
  )
}

export { LinkOver as ErrorBoundary }
