import { words } from '../../ui/badge.tsx'
import { classNames } from '../../ui/class-names.ts'

const BARS: Record<string, number> = { low: 1, normal: 2, medium: 2, high: 3 }

/** Priority or severity as rising bars; the most urgent as a filled sign. Read out as its word. */
export function PrioritySign({ level }: { level: string }) {
  const label = words(level)
  if (level === 'critical') {
    return (
      <svg role="img" aria-label={label} viewBox="0 0 16 16" className="size-4 flex-none text-bad-ink">
        <rect x="1" y="1" width="14" height="14" rx="3" fill="currentColor" />
        <path d="M8 4v5" className="stroke-surface" strokeWidth="2" strokeLinecap="round" />
        <circle cx="8" cy="12" r="1.1" className="fill-surface" />
      </svg>
    )
  }
  const filled = BARS[level] ?? 2
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox="0 0 16 16"
      className={classNames('size-4 flex-none', level === 'high' ? 'text-warn-ink' : 'text-muted')}
    >
      {[0, 1, 2].map((bar) => (
        <rect
          key={bar}
          x={2 + bar * 4.5}
          y={10 - bar * 3.5}
          width="3"
          height={4 + bar * 3.5}
          rx="1"
          fill="currentColor"
          opacity={bar < filled ? 1 : 0.25}
        />
      ))}
    </svg>
  )
}
