import { words } from '../ui/badge.tsx'
import { EntityRef } from './entity-ref.tsx'

type Values = Record<string, unknown> | null

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A value in words: lists by commas, an object as its `key: value` pairs. */
export function text(value: unknown): string {
  if (value === null || value === undefined || value === '') return '–'
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return value.map(text).join(', ') || '–'
  if (!isRecord(value)) return String(value)
  const pairs = Object.entries(value).map(([key, one]) => `${key}: ${isRecord(one) ? `(${text(one)})` : text(one)}`)
  return pairs.join(', ') || '–'
}

/** Tells values apart; what is empty is the same as what is missing. */
function identity(value: unknown): string {
  return JSON.stringify(value === undefined || value === '' ? null : value)
}

/** What somebody looked at, as `client.viewed` records it. */
function openedOf(after: Values): { type: string; id: string; ref: string } | null {
  const opened = after?.opened
  if (!isRecord(opened)) return null
  const { entityType: type, entityId: id, entityRef: ref } = opened
  return typeof type === 'string' && typeof id === 'string' && typeof ref === 'string' ? { type, id, ref } : null
}

/** What an audit row changed: field by field, before struck through. */
export function AuditDiff({ before, after, reason }: { before: Values; after: Values; reason: string | null }) {
  const opened = openedOf(after)
  if (opened) {
    return (
      <p className="text-xs">
        Opened <EntityRef entity={opened} />
      </p>
    )
  }
  const fields = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])]
  const changed = fields.filter((field) => identity(before?.[field]) !== identity(after?.[field]))
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
