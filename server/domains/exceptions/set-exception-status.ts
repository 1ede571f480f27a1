import { lockWork, requireFreshWork } from '#server/domains/work/index.ts'
import { advance, type Transition, type TransitionRequest } from '#server/lifecycle/advance.ts'
import type { Tx } from '#server/transact.ts'
import { exceptionLiving } from './exception.lifecycle.ts'
import { type ExceptionRow, lockException } from './exception.repository.ts'

/** Moves an exception along its lifecycle. Throws `not_found`, `transition_refused`, `stale_write`. */
export async function setExceptionStatus(tx: Tx, id: string, request: TransitionRequest): Promise<Transition> {
  const row = await lockFresh(tx, id, request.expectedVersion)
  const { transition } = await advance(tx, exceptionLiving, row, request)
  return transition
}

async function lockFresh(tx: Tx, id: string, expected: number | undefined): Promise<ExceptionRow> {
  const row = await lockException(tx, id)
  if (expected !== undefined && expected !== row.version)
    await requireFreshWork(tx, await lockWork(tx, 'exception', id), expected)
  return row
}

export interface Closing {
  id: string
  version?: number
  newStatus: 'resolved' | 'dismissed'
  words: string
}

/** Closes an exception with the words that explain it; one nobody has looked into yet is first taken by the actor. */
export async function closeException(tx: Tx, { id, version, newStatus, words }: Closing): Promise<Transition> {
  const row = await lockFresh(tx, id, version)
  const looked = row.status === 'open' ? (await advance(tx, exceptionLiving, row, { newStatus: 'investigating' })).row : row
  const { transition } = await advance(tx, exceptionLiving, looked, {
    newStatus,
    reason: newStatus === 'dismissed' ? words : undefined,
    metadata: { resolution: words },
  })
  return { ...transition, from: row.status }
}
