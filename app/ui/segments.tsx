import { Link } from '@remix-run/react'
import { X } from 'lucide-react'
import type { ReactNode } from 'react'

export interface Segment {
  value: string
  label: ReactNode
  /** With an address the choice is a link and works without scripts. */
  to?: string
}

/** A choice among few, all of them in sight. */
export function Segments({
  label,
  segments,
  value,
  onChoose,
}: {
  label: string
  segments: readonly Segment[]
  value: string
  onChoose?: (value: string) => void
}) {
  return (
    <fieldset aria-label={label} className="segments">
      {segments.map((segment) =>
        segment.to ? (
          <Link
            key={segment.value}
            to={segment.to}
            className="segment"
            aria-current={segment.value === value ? 'page' : undefined}
            preventScrollReset
          >
            {segment.label}
          </Link>
        ) : (
          <button
            key={segment.value}
            type="button"
            className="segment"
            aria-pressed={segment.value === value}
            onClick={() => onChoose?.(segment.value)}
          >
            {segment.label}
          </button>
        ),
      )}
    </fieldset>
  )
}

/** A filter in force, with what takes it off. */
export function FilterChip({ name, value, without }: { name: string; value: ReactNode; without: string }) {
  return (
    <span className="chip pr-0.5!" data-on>
      <span className="font-normal">{name}:</span> {value}
      <Link
        to={without}
        preventScrollReset
        aria-label={`Remove the filter ${name}`}
        className="flex size-5 items-center justify-center rounded-full hover:bg-surface"
      >
        <X aria-hidden="true" className="size-3" />
      </Link>
    </span>
  )
}
