import type { ReactNode } from 'react'

/** A part of the system with its name, shown in light and in dark. `show` is called once for each. */
export function Part({
  name,
  says,
  show,
  stacked,
}: {
  name: string
  says: string
  show: (scheme: 'light' | 'dark') => ReactNode
  /** One below the other: for what needs the width. */
  stacked?: boolean
}) {
  const id = `part-${name.toLowerCase().replaceAll(/\W+/g, '-')}`
  return (
    <section aria-labelledby={id} className="scroll-mt-16">
      <h2 id={id} className="text-lg font-semibold">
        {name}
      </h2>
      <p className="mb-2 max-w-3xl text-sm text-muted">{says}</p>
      <div className={stacked ? 'grid gap-3' : 'grid gap-3 lg:grid-cols-2'}>
        {(['light', 'dark'] as const).map((scheme) => (
          <div
            key={scheme}
            data-scheme={scheme}
            className="flex min-w-0 flex-col items-stretch gap-3 rounded-lg border border-line bg-bg p-4 text-text"
          >
            {show(scheme)}
          </div>
        ))}
      </div>
    </section>
  )
}

/** A line of samples with the state they are in. */
export function State({ of, children }: { of: string; children: ReactNode }) {
  return (
    <div className="grid grid-cols-[6.5rem_minmax(0,1fr)] items-center gap-3 text-sm">
      <span className="text-xs text-muted">{of}</span>
      <div className="flex min-w-0 flex-wrap items-center gap-2">{children}</div>
    </div>
  )
}
