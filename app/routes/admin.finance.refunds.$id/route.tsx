import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { FinanceTabs } from '../../features/finance/finance-tabs.tsx'
import { useRefused } from '../../features/use-refused.ts'
import { paths } from '../../paths.ts'
import { actions, idParam, screen } from '../../screen.server.ts'
import { words } from '../../ui/badge.tsx'
import { Callout } from '../../ui/callout.tsx'
import { Card, KeyValues, Split } from '../../ui/card.tsx'
import { ActionForm, Field, FormProblem, MoneyInput, Submit, Textarea } from '../../ui/form.tsx'
import { Money, moneyInput, moneyText } from '../../ui/money.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { RowLink } from '../../ui/table.tsx'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: `Refund ${data?.options.paymentRef ?? ''} · Virel` }]
export const handle = {
  crumbs: () => [
    { label: 'Finance', to: paths.finance.overview() },
    { label: 'Refunds', to: paths.finance.refunds() },
    { label: 'Give back' },
  ],
  live: ['payment'],
}

export const loader = screen(async ({ api, params, may }) => ({
  options: await api.refunds.options({ id: idParam(params) }),
  seesBookings: may('bookings.read'),
}))

export const action = actions({
  refund: async (form, { api, params }) => {
    const amount = form.requiredMoney('amount', form.optional('currency'))
    const reason = form.requiredText('reason', 'Say why.')
    form.check()
    const { refundId, amount: given } = await api.refunds.request({ id: idParam(params), amount, reason })
    return refundId
      ? { to: paths.finance.refunds(), say: `${moneyText(given)} is on its way back.` }
      : {
          to: paths.finance.refunds(),
          say: `${moneyText(given)} waits for a second person to approve it.`,
          tone: 'info' as const,
        }
  },
})

export default function RefundPayment() {
  const { options, seesBookings } = useLoaderData<typeof loader>()
  const refused = useRefused()
  const { left, alone } = options
  return (
    <>
      <PageHeader
        title={`Give back ${options.paymentRef}`}
        description="What is given back by a person’s decision, beside the terms."
      />
      <FinanceTabs current="refunds" />
      <Split
        main={
          <Card title="The payment">
            <KeyValues
              items={[
                [
                  'Booking',
                  seesBookings ? (
                    <RowLink key="booking" to={paths.bookings.detail(options.bookingId)}>
                      {options.bookingRef}
                    </RowLink>
                  ) : (
                    options.bookingRef
                  ),
                ],
                ['It is', words(options.bookingStatus)],
                ['Received', <Money key="amount" value={options.amount} />],
                ['Left of it', <Money key="left" value={left} />],
                [
                  'By the terms',
                  `${moneyText(options.byPolicy)} were the client to cancel now (version ${options.policyVersion})`,
                ],
                ['Goes back', options.provider === 'stripe' ? 'to the card it came from' : 'by hand: it waits to be handed over'],
              ]}
            />
          </Card>
        }
        side={
          <Card title="Give back">
            {options.waiting ? (
              <Callout tone="warn" title={`${options.waiting} waits for a second person`}>
                Decide that one first.
              </Callout>
            ) : left.amount === 0 ? (
              <p className="text-sm text-muted">Nothing is left to give back, or it is on its way.</p>
            ) : (
              <ActionForm intent="refund" refused={refused} carry={{ currency: left.currency }} className="flex flex-col gap-3">
                <FormProblem own={['amount', 'reason']} />
                <Field
                  name="amount"
                  label="Amount"
                  required
                  hint={`One person may decide up to ${moneyText(alone)} more for this booking.`}
                >
                  <MoneyInput currency={left.currency} defaultValue={moneyInput(left)} />
                </Field>
                <Field name="reason" label="Why" required>
                  <Textarea rows={2} maxLength={500} />
                </Field>
                <Submit tone="danger" className="self-start" busy="Giving back…">
                  Give it back
                </Submit>
              </ActionForm>
            )}
          </Card>
        }
      />
    </>
  )
}
