import { advance, requireVersion, type Transition, type TransitionRequest } from '#server/lifecycle/advance.ts'
import type { Tx } from '#server/transact.ts'
import { exceptionLiving } from './exception.lifecycle.ts'
import { lockException } from './exception.repository.ts'

/** Moves an exception along its lifecycle. Throws `not_found`, `transition_refused`, `stale_write`. */
export async function setExceptionStatus(tx: Tx, id: string, request: TransitionRequest): Promise<Transition> {
  const { transition } = await advance(tx, exceptionLiving, await lockException(tx, id), request)
  return transition
}

export interface Closing {
  id: string
  version?: number
  newStatus: 'resolved' | 'dismissed'
  words: string
}

/** Closes an exception with the words that explain it; one nobody has looked into yet is first taken by the actor. */
export async function closeException(tx: Tx, { id, version, newStatus, words }: Closing): Promise<Transition> {
  const row = await lockException(tx, id)
  requireVersion(row, version)
  const looked = row.status === 'open' ? (await advance(tx, exceptionLiving, row, { newStatus: 'investigating' })).row : row
  const { transition } = await advance(tx, exceptionLiving, looked, {
    newStatus,
    reason: newStatus === 'dismissed' ? words : undefined,
    metadata: { resolution: words },
  })
  return { ...transition, from: row.status }
}
