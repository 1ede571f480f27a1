import { Link } from '@remix-run/react'
import { classNames } from './class-names.ts'

export interface Tab {
  label: string
  to: string
  current: boolean
  count?: number
}

/** Views of one page, each with its own address. */
export function Tabs({ label, tabs }: { label: string; tabs: readonly Tab[] }) {
  return (
    <nav aria-label={label} className="mb-3 flex gap-1 overflow-x-auto border-b border-line">
      {tabs.map((tab) => (
        <Link
          key={tab.label}
          to={tab.to}
          aria-current={tab.current ? 'page' : undefined}
          className={classNames(
            '-mb-px flex items-center gap-1.5 border-b-2 px-2.5 py-1.5 text-sm whitespace-nowrap',
            tab.current ? 'border-accent font-semibold' : 'border-transparent text-muted hover:text-text',
          )}
        >
          {tab.label}
          {tab.count === undefined ? null : <span className="text-xs text-muted">{tab.count}</span>}
        </Link>
      ))}
    </nav>
  )
}
