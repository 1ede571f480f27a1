import type { MetaFunction } from '@remix-run/node'
import { redirect } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { CancelSlider } from '../../features/checkout/cancel-slider.tsx'
import { CancelForm } from '../../features/finance/cancel-form.tsx'
import { refOf } from '../../features/handle.ts'
import { nowIs } from '../../features/transition-form.server.ts'
import { paths } from '../../paths.ts'
import { actions, idParam, screen } from '../../screen.server.ts'
import { TextLink } from '../../ui/button.tsx'
import { Card, KeyValues, Split } from '../../ui/card.tsx'
import { Money, moneyText } from '../../ui/money.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { Period } from '../../ui/time.tsx'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: `Cancel ${data?.booking.ref ?? 'a booking'} · Virel` }]
export const handle = {
  crumbs: (data: unknown) => [{ label: 'Bookings', to: paths.bookings.list() }, { label: refOf(data, 'booking') }],
  live: ['booking', 'payment'],
}

const CAUSES = ['client', 'agency', 'force_majeure'] as const
const KINDS = ['policy', 'full', 'partial', 'waived'] as const

export const loader = screen(async ({ api, params, may }) => {
  const id = idParam(params)
  const [booking, preview] = await Promise.all([api.bookings.get({ id }), api.refunds.cancelPreview({ id })])
  if (!booking.possible.some((step) => step.to === 'cancelled')) throw redirect(paths.bookings.detail(id))
  return { booking, preview, mayName: may('bookings.cancel_cause'), mayDecide: may('payments.refund') }
})

export const action = actions({
  cancel: async (form, { api, params }) => {
    const id = idParam(params)
    const cause = form.pick('cause', CAUSES) ?? 'client'
    const kind = form.pick('kind', KINDS) ?? 'policy'
    const reason = form.requiredText('reason', 'Say why it is cancelled.')
    const currency = form.optional('currency') ?? 'GBP'
    const amount = kind === 'partial' ? form.requiredMoney('amount', currency) : undefined
    form.check()
    // What the person saw of the cause they chose: another amount by now is told first.
    const shown = form.whole(`shown.${cause}`)
    const expected = kind === 'policy' && shown !== undefined ? { amount: shown, currency } : undefined
    const why = form.optional('refundReason')
    const { booking, transition } = await api.bookings.setStatus({
      id,
      newStatus: 'cancelled',
      reason,
      metadata: {
        cause,
        refund: { kind, ...(amount ? { amount } : {}), ...(expected ? { expected } : {}), ...(why ? { reason: why } : {}) },
      },
    })
    return { to: paths.bookings.detail(id), say: nowIs(booking.ref, transition.to) }
  },
})

export default function CancelBooking() {
  const { booking, preview, mayName, mayDecide } = useLoaderData<typeof loader>()
  const client = preview.causes[0]
  return (
    <>
      <PageHeader
        title={`Cancel ${booking.ref}`}
        description={
          <>
            {booking.client.name} with {booking.model.name},{' '}
            <Period from={booking.start} to={booking.end} zone={booking.place.zone} />.{' '}
            <TextLink to={paths.bookings.detail(booking.id)}>Keep it</TextLink>
          </>
        }
      />
      <Split
        main={
          <Card
            title="What cancelling gives back"
            note={`Refund terms version ${preview.policy.version}: ${preview.policy.name}`}
          >
            <KeyValues
              items={[
                ['Received', <Money key="paid" value={preview.paid} />],
                client ? ['Gives back now', <strong key="gives">{moneyText(client.gives)}</strong>] : null,
                client ? ['Is kept', moneyText(client.keeps)] : null,
              ]}
            />
            {preview.paid.amount > 0 ? (
              <div className="mt-4">
                <CancelSlider
                  preview={{
                    mayCancel: true,
                    simulated: false,
                    bookingRef: booking.ref,
                    model: booking.model.name,
                    zone: booking.place.zone,
                    startsAt: preview.startsAt,
                    at: preview.at,
                    paid: preview.paid,
                    steps: preview.steps.map((step) => ({
                      until: step.until,
                      percent: step.basisPoints / 100,
                      gives: step.gives,
                    })),
                  }}
                />
              </div>
            ) : (
              <p className="mt-2 text-sm text-muted">Nothing was received, so nothing goes back.</p>
            )}
          </Card>
        }
        side={<CancelForm preview={preview} mayName={mayName} mayDecide={mayDecide} />}
      />
    </>
  )
}
