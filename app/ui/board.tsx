import type { CSSProperties, ReactNode, Ref } from 'react'

/** Work by state, one column each. Scrolls sideways by itself where there is no room. */
export function Board({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: without a tab stop a keyboard can not scroll it
    <section aria-label={label} tabIndex={0} className="board">
      {children}
    </section>
  )
}

export function BoardColumn({
  title,
  count,
  latest,
  over,
  note,
  children,
  column,
}: {
  title: ReactNode
  count: number
  /** Only the last ones are here. */
  latest?: boolean
  /** While something is carried above it: whether it may be put down here. */
  over?: 'yes' | 'no'
  note?: ReactNode
  children: ReactNode
  column?: Ref<HTMLDivElement>
}) {
  return (
    <div ref={column} className="board-column" data-over={over}>
      <div className="flex items-center justify-between gap-2 px-2.5 pt-2 pb-1.5 text-sm">
        <h2 className="font-semibold">{title}</h2>
        <span className="text-xs text-muted">{latest ? `latest ${count}` : count}</span>
      </div>
      {note ? <p className="px-2.5 pb-1.5 text-xs text-muted">{note}</p> : null}
      <ul className="flex min-h-16 flex-1 flex-col gap-1.5 px-1.5 pb-1.5">{children}</ul>
    </div>
  )
}

/** What a card looks like; who carries it decides how it is taken. */
export function BoardCard({ children, lifted, style }: { children: ReactNode; lifted?: boolean; style?: CSSProperties }) {
  return (
    <div className="board-card" data-lifted={lifted ? '' : undefined} style={style}>
      {children}
    </div>
  )
}
