import { type ReactNode, useId } from 'react'
import { classNames } from './class-names.ts'

/** A titled part of a page. `flush` lets a table reach the edges. */
export function Card({
  title,
  actions,
  children,
  flush,
  className,
  note,
}: {
  title?: ReactNode
  actions?: ReactNode
  children: ReactNode
  flush?: boolean
  className?: string
  note?: ReactNode
}) {
  const id = useId()
  return (
    <section
      aria-labelledby={title ? id : undefined}
      className={classNames('min-w-0 rounded-lg border border-line bg-surface shadow-card', className)}
    >
      {title ? (
        <header
          className={classNames('flex min-h-10 flex-wrap items-center justify-between gap-2 px-4 pt-2.5', flush ? 'pb-2' : '')}
        >
          <div>
            <h2 id={id} className="text-base font-semibold">
              {title}
            </h2>
            {note ? <p className="text-xs text-muted">{note}</p> : null}
          </div>
          {actions}
        </header>
      ) : null}
      <div className={flush ? '' : title ? 'px-4 pt-2 pb-4' : 'p-4'}>{children}</div>
    </section>
  )
}

export function KeyValues({
  items,
  columns = 1,
}: {
  items: readonly (readonly [ReactNode, ReactNode] | null | false)[]
  columns?: 1 | 2
}) {
  return (
    <dl className={classNames('grid gap-x-6 gap-y-1.5 text-sm', columns === 2 && 'lg:grid-cols-2')}>
      {items.map((item, at) =>
        item ? (
          // The list is fixed per page: its order is its identity.
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          <div key={at} className="grid grid-cols-[6rem_minmax(0,1fr)] gap-3">
            <dt className="text-muted">{item[0]}</dt>
            <dd className="min-w-0 wrap-anywhere">{item[1]}</dd>
          </div>
        ) : null,
      )}
    </dl>
  )
}

export function Stack({ children, className }: { children: ReactNode; className?: string }) {
  return <div className={classNames('flex flex-col gap-4', className)}>{children}</div>
}

/** What the page is about on the left, what goes with it on the right. */
export function Split({ main, side }: { main: ReactNode; side: ReactNode }) {
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-4 lg:grid-cols-[minmax(0,1fr)_22rem]">
      <Stack>{main}</Stack>
      <Stack>{side}</Stack>
    </div>
  )
}

/** What is wider than the screen scrolls by itself; reachable by keyboard. */
export function ScrollArea({ label, children }: { label: string; children: ReactNode }) {
  return (
    // Positioned, so that what is for screen readers alone scrolls with it and widens no page.
    // biome-ignore lint/a11y/noNoninteractiveTabindex lint/a11y/useSemanticElements: a tab stop to scroll it by keyboard, and no landmark
    <div role="group" aria-label={label} tabIndex={0} className="relative overflow-x-auto">
      {children}
    </div>
  )
}
