import { words } from '../ui/badge.tsx'

type Values = Record<string, unknown> | null

function text(value: unknown): string {
  if (value === null || value === undefined || value === '') return '–'
  if (typeof value === 'string') return value
  return JSON.stringify(value)
}

/** What an audit row changed: field by field, before struck through. */
export function AuditDiff({ before, after, reason }: { before: Values; after: Values; reason: string | null }) {
  const fields = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])]
  const changed = fields.filter((field) => text(before?.[field]) !== text(after?.[field]))
  const [first, ...rest] = changed.sort((a, b) => Number(b === 'status') - Number(a === 'status'))
  return (
    <div className="min-w-0 text-xs">
      {reason ? <p className="text-muted">“{reason}”</p> : null}
      {first === undefined ? null : <Line field={first} before={before} after={after} />}
      {rest.length > 0 ? (
        <details>
          <summary className="link">{rest.length} more</summary>
          {rest.map((field) => (
            <Line key={field} field={field} before={before} after={after} />
          ))}
        </details>
      ) : null}
    </div>
  )
}

function Line({ field, before, after }: { field: string; before: Values; after: Values }) {
  const was = before !== null && field in before
  const is = after !== null && field in after
  return (
    <p className="break-words">
      <span className="text-muted">{words(field)}: </span>
      {was ? <del className="text-muted">{text(before[field])}</del> : null}
      {was && is ? ' → ' : null}
      {is ? <ins className="font-medium no-underline">{text(after[field])}</ins> : null}
    </p>
  )
}
