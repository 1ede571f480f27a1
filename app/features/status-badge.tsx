import { Badge, StatusBadge, words } from '../ui/badge.tsx'
import { statusTone, urgencyTone } from './statuses.ts'

export function EntityStatus({ status }: { status: string }) {
  return <StatusBadge tone={statusTone(status)} label={words(status)} />
}

/** Priority or severity; the ordinary one is only text. */
export function Urgency({ level }: { level: string }) {
  if (level === 'normal' || level === 'low') return <span className="text-muted">{words(level)}</span>
  return <Badge tone={urgencyTone(level)}>{words(level)}</Badge>
}
