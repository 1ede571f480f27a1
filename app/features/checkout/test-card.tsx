import type { Refused } from '../../problem.ts'
import { ActionForm, FormProblem, Submit } from '../../ui/form.tsx'
import { moneyText } from '../../ui/money.tsx'
import type { Checkout } from './types.ts'

const CARDS = [
  { card: 'success', number: '4242 4242 4242 4242', what: 'Paid at once' },
  { card: 'decline', number: '4000 0000 0000 0002', what: 'Declined by the bank' },
  { card: 'authenticate', number: '4000 0000 0000 3155', what: 'The bank asks first (3-D Secure)' },
  { card: 'late', number: '4000 0000 0000 0077', what: 'Accepted, succeeds later' },
] as const

/** In place of Stripe's card form while the simulator stands in: a choice of cards, so that no real number is typed here. */
export function TestCards({ checkout, refused }: { checkout: Checkout; refused?: Refused }) {
  return (
    <ActionForm intent="card" refused={refused} carry={{ sent: checkout.version }} className="flex flex-col gap-4">
      <FormProblem />
      <fieldset>
        <legend className="mb-2 text-sm font-medium">Test card</legend>
        <div className="flex flex-col gap-2">
          {CARDS.map(({ card, number, what }, at) => (
            <label
              key={card}
              className="flex cursor-pointer items-start gap-3 rounded-lg border border-line px-3 py-2.5 has-checked:border-accent has-checked:bg-accent-soft"
            >
              <input type="radio" name="card" value={card} defaultChecked={at === 0} className="check mt-1" />
              <span className="min-w-0">
                <span className="block font-medium tabular-nums">{number}</span>
                <span className="block text-sm text-muted">{what}</span>
              </span>
            </label>
          ))}
        </div>
      </fieldset>
      <Submit busy="Paying…" className="min-h-11! w-full text-base!">
        Pay {moneyText(checkout.amount)}
      </Submit>
    </ActionForm>
  )
}

/** The bank's question, as the simulator asks it. */
export function TestBank({ checkout, refused }: { checkout: Checkout; refused?: Refused }) {
  return (
    <section aria-labelledby="bank" className="rounded-lg border border-line bg-subtle p-4">
      <h2 id="bank" className="text-base font-semibold">
        Your bank asks: is it you?
      </h2>
      <p className="mt-1 text-sm text-muted">
        {moneyText(checkout.amount)} to Virel. With a real card your bank’s own page is shown here.
      </p>
      <div className="mt-4 flex flex-wrap gap-2">
        <BankAnswer checkout={checkout} refused={refused} answer="approve" label="Yes, it is me" />
        <BankAnswer checkout={checkout} refused={refused} answer="refuse" label="No, refuse it" />
      </div>
    </section>
  )
}

function BankAnswer({
  checkout,
  refused,
  answer,
  label,
}: {
  checkout: Checkout
  refused?: Refused
  answer: 'approve' | 'refuse'
  label: string
}) {
  return (
    <ActionForm
      intent="bank"
      refused={refused}
      only={{ name: 'answer', value: answer }}
      carry={{ answer, sent: checkout.version }}
    >
      <FormProblem className="mb-2" />
      <Submit busy="One moment…" tone={answer === 'approve' ? 'primary' : 'secondary'} className="min-h-11! text-base!">
        {label}
      </Submit>
    </ActionForm>
  )
}
