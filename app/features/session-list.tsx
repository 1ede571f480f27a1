import type { Refused } from '../problem.ts'
import { Badge } from '../ui/badge.tsx'
import { ActionForm, FormProblem, Submit } from '../ui/form.tsx'
import { TimeText } from '../ui/time.tsx'
import { factorsText, placeText } from './sign-in-words.ts'

export interface SessionItem {
  id: string
  current: boolean
  createdAt: string
  lastSeenAt: string
  endsAt: string
  factors: string[]
  device: string
  ip: string | null
  place: string
}

/** Where someone is signed in, each to be ended but the one that looks. `intent` posts the session's id as `sessionId`. */
export function SessionList({
  sessions,
  intent,
  refused,
}: {
  sessions: readonly SessionItem[]
  intent: string
  refused?: Refused
}) {
  if (sessions.length === 0) return <p className="text-sm text-muted">Nobody is signed in.</p>
  return (
    <ul className="flex flex-col divide-y divide-line">
      {sessions.map((session) => (
        <li key={session.id} className="flex flex-wrap items-center justify-between gap-2 py-2 text-sm first:pt-0 last:pb-0">
          <div className="min-w-0">
            <p className="flex flex-wrap items-center gap-2 font-medium">
              <span className="max-w-md truncate">{session.device}</span>
              {session.current ? <Badge tone="good">This one</Badge> : null}
            </p>
            <p className="text-xs text-muted">
              {placeText(session)} · {factorsText(session.factors)}
            </p>
            <p className="text-xs text-muted">
              Last seen <TimeText at={session.lastSeenAt} />, since <TimeText at={session.createdAt} />, until{' '}
              <TimeText at={session.endsAt} /> at most
            </p>
          </div>
          {session.current ? null : (
            <ActionForm
              intent={intent}
              refused={refused}
              carry={{ sessionId: session.id }}
              only={{ name: 'sessionId', value: session.id }}
            >
              <FormProblem className="mb-2" />
              <Submit tone="secondary" small busy="Ending…" aria-label={`End the session on ${session.device}`}>
                End it
              </Submit>
            </ActionForm>
          )}
        </li>
      ))}
    </ul>
  )
}
