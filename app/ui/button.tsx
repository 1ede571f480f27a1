import { Link, type LinkProps } from '@remix-run/react'
import { type ButtonHTMLAttributes, forwardRef, type ReactNode } from 'react'
import { classNames } from './class-names.ts'

export type ButtonTone = 'primary' | 'secondary' | 'danger' | 'quiet' | 'quiet-danger'
interface Look {
  tone?: ButtonTone
  small?: boolean
  icon?: ReactNode
}

export function buttonClass({ tone = 'secondary', small }: Look, extra?: string): string {
  return classNames('btn', `btn-${tone}`, small && 'btn-sm', extra)
}

export const Button = forwardRef<HTMLButtonElement, Look & ButtonHTMLAttributes<HTMLButtonElement>>(function Button(
  { tone, small, icon, className, children, ...rest },
  ref,
) {
  return (
    <button ref={ref} type="button" {...rest} className={buttonClass({ tone, small }, className)}>
      {icon}
      {children}
    </button>
  )
})

/** A button that is only a sign; its label is read out and shown on hover. */
export const IconButton = forwardRef<
  HTMLButtonElement,
  { label: string } & Omit<Look, 'icon'> & ButtonHTMLAttributes<HTMLButtonElement>
>(function IconButton({ label, tone = 'quiet', small, className, children, ...rest }, ref) {
  return (
    <button
      ref={ref}
      type="button"
      aria-label={label}
      title={label}
      {...rest}
      className={buttonClass({ tone, small }, classNames('btn-icon', className))}
    >
      {children}
    </button>
  )
})

export function LinkButton({ tone, small, icon, className, children, ...rest }: Look & LinkProps) {
  return (
    <Link {...rest} className={buttonClass({ tone, small }, className)}>
      {icon}
      {children}
    </Link>
  )
}

export function TextLink({ className, ...rest }: LinkProps) {
  return <Link {...rest} className={classNames('link', className)} />
}
