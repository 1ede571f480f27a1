import { paths } from '../../paths.ts'
import { Segments } from '../../ui/segments.tsx'

/** What is owed, and what was prepared and paid. */
export function PayoutViews({ current }: { current: 'due' | 'made' }) {
  return (
    <div className="mb-3">
      <Segments
        label="Payouts"
        value={current}
        segments={[
          { value: 'due', label: 'Owed', to: paths.finance.payouts() },
          { value: 'made', label: 'Payouts made', to: paths.finance.paidOut() },
        ]}
      />
    </div>
  )
}
