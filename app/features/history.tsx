import { words } from '../ui/badge.tsx'
import { Card } from '../ui/card.tsx'
import { Timeline } from '../ui/timeline.tsx'
import { HistoryLink } from './history-link.tsx'

export interface HistoryEntry {
  id: string
  at: string
  action: string
  actor: { name: string }
  via: string
  before: Record<string, unknown> | null
  after: Record<string, unknown> | null
  reason: string | null
}

/** What was done to one entity, from the audit log. */
export function History({
  entityType,
  entityId,
  entries,
}: {
  entityType: string
  entityId: string
  entries: readonly HistoryEntry[]
}) {
  return (
    <Card title="History" note="From the audit log, newest first.">
      {entries.length === 0 ? (
        <p className="text-sm text-muted">Nothing has been recorded yet.</p>
      ) : (
        <Timeline
          items={entries.map((entry) => ({
            id: entry.id,
            at: entry.at,
            title: headline(entry),
            body: entry.reason ? <p className="text-muted">{entry.reason}</p> : undefined,
            by: `${entry.actor.name}, ${entry.via}`,
          }))}
        />
      )}
      <div className="mt-3">
        <HistoryLink type={entityType} id={entityId} />
      </div>
    </Card>
  )
}

function headline(entry: HistoryEntry): string {
  const action = words(entry.action.split('.').at(-1) ?? entry.action)
  const from = entry.before?.status
  const to = entry.after?.status
  return typeof from === 'string' && typeof to === 'string' && from !== to
    ? `${action}: ${words(from).toLowerCase()} → ${words(to).toLowerCase()}`
    : action
}
