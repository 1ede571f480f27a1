import { Link } from '@remix-run/react'
import type { ReactNode } from 'react'

export interface Crumb {
  label: string
  to?: string
}

export function Breadcrumbs({ crumbs }: { crumbs: readonly Crumb[] }) {
  return (
    <nav aria-label="Breadcrumb" className="min-w-0">
      <ol className="flex items-center gap-1.5 text-sm">
        {crumbs.map((crumb, at) => (
          <li key={crumb.label} className="flex min-w-0 items-center gap-1.5">
            {at > 0 ? (
              <span aria-hidden="true" className="text-muted">
                /
              </span>
            ) : null}
            {crumb.to && at < crumbs.length - 1 ? (
              <Link to={crumb.to} className="truncate text-muted hover:text-text">
                {crumb.label}
              </Link>
            ) : (
              <span aria-current={at === crumbs.length - 1 ? 'page' : undefined} className="truncate font-medium">
                {crumb.label}
              </span>
            )}
          </li>
        ))}
      </ol>
    </nav>
  )
}

/** A page's name, what stands beside it, and what one can do. */
export function PageHeader({
  title,
  badges,
  description,
  actions,
}: {
  title: ReactNode
  badges?: ReactNode
  description?: ReactNode
  actions?: ReactNode
}) {
  return (
    <div className="mb-4 flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
      <div className="min-w-0">
        <div className="flex flex-wrap items-center gap-2">
          <h1 className="text-xl font-semibold tracking-tight text-balance">{title}</h1>
          {badges}
        </div>
        {description ? <p className="mt-0.5 max-w-3xl text-sm text-muted">{description}</p> : null}
      </div>
      {actions ? <div className="flex flex-wrap items-center gap-2">{actions}</div> : null}
    </div>
  )
}
