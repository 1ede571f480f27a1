import { useLocation } from '@remix-run/react'
import type { ReactNode } from 'react'
import { type ButtonTone, buttonClass } from './button.tsx'
import { classNames } from './class-names.ts'

/**
 * A button that opens a small form before anything happens: asks for what is missing, or whether one is sure. A
 * `details` element, so it works without scripts.
 */
export function Step({
  label,
  tone = 'secondary',
  small,
  open,
  children,
  className,
  wide,
}: {
  label: ReactNode
  tone?: ButtonTone
  small?: boolean
  open?: boolean
  children: ReactNode
  className?: string
  wide?: boolean
}) {
  const { key } = useLocation()
  return (
    <details key={key} className={classNames('step', className)} open={open}>
      <summary className={buttonClass({ tone, small })}>
        {label}
        <span aria-hidden="true" className="text-[0.6rem] opacity-70">
          <span className="when-closed">▾</span>
          <span className="when-open">▴</span>
        </span>
      </summary>
      <div className={classNames('mt-2 rounded-md border border-line bg-subtle p-3', wide ? '' : 'max-w-md')}>{children}</div>
    </details>
  )
}

/** Asks once more before something that can not be taken back. */
export function ConfirmDialog({
  label,
  question,
  tone = 'danger',
  small,
  open,
  children,
}: {
  label: ReactNode
  question: ReactNode
  tone?: ButtonTone
  small?: boolean
  open?: boolean
  /** The form with its submit button. */
  children: ReactNode
}) {
  return (
    <Step label={label} tone={tone === 'danger' ? 'secondary' : tone} small={small} open={open}>
      <p className="mb-2 text-sm">{question}</p>
      {children}
    </Step>
  )
}
