import { Check, Clock, LoaderCircle, RotateCcw, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { classNames } from '../../ui/class-names.ts'

const SIGN = { good: Check, wait: LoaderCircle, back: RotateCcw, over: Clock, bad: TriangleAlert }
const LOOK = {
  good: 'bg-good-soft text-good-ink',
  wait: 'bg-info-soft text-info-ink',
  back: 'bg-plum-soft text-plum-ink',
  over: 'bg-neutral-soft text-neutral-ink',
  bad: 'bg-bad-soft text-bad-ink',
}

/** Where things stand, in one sentence that nobody can miss, and what it means. Read out when it changes. */
export function StatePanel({ look, title, children }: { look: keyof typeof SIGN; title: string; children?: ReactNode }) {
  const Sign = SIGN[look]
  return (
    <div role="status" className="rounded-xl border border-line bg-surface p-6 shadow-card">
      <span className={classNames('inline-flex size-11 items-center justify-center rounded-full', LOOK[look])}>
        <Sign
          aria-hidden="true"
          strokeWidth={2.25}
          className={classNames('size-5', look === 'wait' && 'motion-safe:animate-spin')}
        />
      </span>
      <h1 className="mt-4 text-2xl font-semibold tracking-tight text-balance">{title}</h1>
      {children ? <div className="mt-2 flex flex-col gap-3 text-lg text-muted">{children}</div> : null}
    </div>
  )
}
