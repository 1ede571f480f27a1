import { Link, type LinkProps } from '@remix-run/react'
import type { ButtonHTMLAttributes, ReactNode } from 'react'
import { classNames } from './class-names.ts'

export type ButtonTone = 'primary' | 'secondary' | 'danger' | 'quiet'
interface Look {
  tone?: ButtonTone
  small?: boolean
  icon?: ReactNode
}

export function buttonClass({ tone = 'secondary', small }: Look, extra?: string): string {
  return classNames('btn', `btn-${tone}`, small && 'btn-sm', extra)
}

export function Button({ tone, small, icon, className, children, ...rest }: Look & ButtonHTMLAttributes<HTMLButtonElement>) {
  return (
    <button type="button" {...rest} className={buttonClass({ tone, small }, className)}>
      {icon}
      {children}
    </button>
  )
}

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
