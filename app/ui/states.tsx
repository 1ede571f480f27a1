import type { ReactNode } from 'react'
import { classNames } from './class-names.ts'

/** Nothing here, why, and what one can do about it. */
export function EmptyState({ title, children, action }: { title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <div className="flex flex-col items-center gap-1 px-6 py-8 text-center">
      <p className="font-semibold">{title}</p>
      {children ? <div className="max-w-prose text-sm text-muted">{children}</div> : null}
      {action ? <div className="mt-3">{action}</div> : null}
    </div>
  )
}

export function ErrorState({
  status,
  title,
  children,
  actions,
}: {
  status?: number
  title: string
  children?: ReactNode
  actions?: ReactNode
}) {
  return (
    <div className="mx-auto flex max-w-lg flex-col gap-2 px-4 py-16">
      {status ? <p className="text-sm font-medium text-muted">{status}</p> : null}
      <h1 className="text-xl font-semibold text-balance">{title}</h1>
      <div className="text-muted">{children}</div>
      {actions ? <div className="mt-3 flex flex-wrap gap-2">{actions}</div> : null}
    </div>
  )
}

export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden="true" className={classNames('skeleton block h-4', className)} />
}

/** A list that is on its way, in the shape it will have. */
export function ListSkeleton({ rows = 6, label = 'Loading' }: { rows?: number; label?: string }) {
  return (
    <div role="status" aria-label={label} className="divide-y divide-line">
      {Array.from({ length: rows }, (_, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: all alike
        <div key={at} className="flex items-center gap-4 px-(--card-x) py-3">
          <Skeleton className="w-1/2" />
          <Skeleton className="ml-auto w-16" />
        </div>
      ))}
    </div>
  )
}

/** What a part of a page says when it could not be read, and how to try again. */
export function PartError({ children, again }: { children: ReactNode; again?: ReactNode }) {
  return (
    <div
      role="alert"
      className="flex flex-wrap items-center justify-between gap-2 rounded-md bg-bad-soft px-3 py-2 text-sm text-bad-ink"
    >
      <p>{children}</p>
      {again}
    </div>
  )
}
