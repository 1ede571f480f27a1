import { paths } from '../../paths.ts'
import type { Refused } from '../../problem.ts'
import { TextLink } from '../../ui/button.tsx'
import { ActionForm, FormProblem, Submit } from '../../ui/form.tsx'

interface Payment {
  id: string
  type: string
  status: string
  provider: string
}

/** What can be done with a payment in the list: give it back, try it again, hand it over. */
export function PaymentActions({
  payment,
  mayRefund,
  mayRetry,
  refused,
}: {
  payment: Payment
  mayRefund: boolean
  mayRetry: boolean
  refused?: Refused
}) {
  const isRefund = payment.type === 'refund'
  if (mayRefund && !isRefund && ['succeeded', 'partly_refunded'].includes(payment.status))
    return <TextLink to={paths.finance.refund(payment.id)}>Give back</TextLink>
  if (mayRefund && isRefund && payment.provider === 'manual' && payment.status === 'pending')
    return <TextLink to={paths.finance.refunds()}>Hand over</TextLink>
  if (!mayRetry || payment.provider !== 'stripe' || payment.status !== 'failed') return null
  return (
    <ActionForm intent="retry" refused={refused} carry={{ of: payment.id }} only={{ name: 'of', value: payment.id }}>
      <Submit small tone="secondary" busy="Trying…">
        Try again
      </Submit>
      <FormProblem className="mt-1" />
    </ActionForm>
  )
}
