import type { ReactNode } from 'react'
import { TimeText } from './time.tsx'

export interface TimelineItem {
  id: string
  at: string
  title: ReactNode
  body?: ReactNode
  by?: string
}

/** What happened, newest first unless the caller ordered it otherwise. */
export function Timeline({ items, zone }: { items: readonly TimelineItem[]; zone?: string }) {
  return (
    <ol className="flex flex-col">
      {items.map((item, at) => (
        <li key={item.id} className="relative flex gap-3 pb-3 last:pb-0">
          <span aria-hidden="true" className="relative flex w-2 flex-none justify-center">
            <span className="mt-1.5 size-2 rounded-full border-2 border-line-strong bg-surface" />
            {at < items.length - 1 ? <span className="absolute top-4 -bottom-2 w-px bg-line" /> : null}
          </span>
          <div className="min-w-0 flex-1 text-sm">
            <p className="font-medium first-letter:uppercase">{item.title}</p>
            {item.body ? <div className="whitespace-pre-wrap">{item.body}</div> : null}
            <p className="text-xs text-muted">
              <TimeText at={item.at} zone={zone} />
              {item.by ? ` · ${item.by}` : ''}
            </p>
          </div>
        </li>
      ))}
    </ol>
  )
}
