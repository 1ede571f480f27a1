import { StatusBadge } from '../ui/badge.tsx'

interface KeyState {
  status: 'active' | 'expired' | 'revoked'
  responsible: { disabled: boolean } | null
}

/** A key whose person is disabled is active on paper and works no more. */
export function KeyStatus({ apiKey }: { apiKey: KeyState }) {
  if (apiKey.status === 'revoked') return <StatusBadge tone="neutral" label="Revoked" />
  if (apiKey.status === 'expired') return <StatusBadge tone="neutral" label="Expired" />
  if (apiKey.responsible?.disabled) return <StatusBadge tone="bad" label="Stopped" />
  return <StatusBadge tone="good" label="Active" />
}
