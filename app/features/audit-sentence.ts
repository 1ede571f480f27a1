import { words } from '../ui/badge.tsx'

export interface AuditRow {
  action: string
  actor: { name: string }
  entity: { type: string; ref: string | null }
  before: Record<string, unknown> | null
  after: Record<string, unknown> | null
}

/** What the last part of an action says somebody did; `%` is what it was done to. */
const SAID: Record<string, string> = {
  created: 'made %',
  updated: 'changed %',
  status_changed: 'moved %',
  transition_refused: 'was refused a step of %',
  assigned: 'changed who works %',
  note_added: 'added a note to %',
  services_changed: 'changed the services of %',
  rates_changed: 'changed the rates of %',
  addresses_changed: 'changed the addresses of %',
  client_changed: 'moved % to another client',
  suspended_with_bookings: 'suspended % with bookings to come',
  viewed: 'looked at %',
  revealed: 'uncovered the contact of %',
  merged: 'merged another into %',
  merged_away: 'merged % into another',
  unmerged: 'undid a merge of %',
  erased: 'erased %',
  exported: 'exported %',
  recorded: 'recorded %',
  signed_in: 'signed in',
  signed_out: 'signed out',
  sign_in_failed: 'failed to sign in',
  session_ended: 'ended a session of %',
  password_changed: 'changed the password of %',
  roles_changed: 'changed the roles of %',
  disabled: 'disabled %',
  revoked: 'revoked %',
  retried: 'ran % again',
  deleted: 'deleted %',
}

function statusOf(values: Record<string, unknown> | null): string | undefined {
  const status = values?.status
  return typeof status === 'string' ? words(status).toLowerCase() : undefined
}

/** The words before and after the thing itself, so that it can be a link: "moved", "from pending to confirmed". */
export function sentenceOf(row: AuditRow): { before: string; after: string } {
  const verb = row.action.split('.').at(-1) ?? row.action
  const [before = '', after = ''] = (SAID[verb] ?? `${words(verb).toLowerCase()}: %`).split('%')
  const [from, to] = [statusOf(row.before), statusOf(row.after)]
  const step = verb === 'status_changed' && from && to ? ` from ${from} to ${to}` : ''
  const names = SAID[verb]?.includes('%') ?? true
  return { before: before.trim(), after: names ? `${after}${step}` : '' }
}

/** Whether the sentence speaks of a thing at all: who signs in does it to nothing. */
export function namesThing(action: string): boolean {
  return SAID[action.split('.').at(-1) ?? '']?.includes('%') ?? true
}
