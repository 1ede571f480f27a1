import type { Actor } from '#server/context.ts'
import type { Tx } from '#server/transact.ts'
import type { Permission } from './permissions.ts'

/**
 * The same person, reaching further for a part of one operation: who works an inquiry works its own booking too, also
 * when that is assigned to somebody else. What is done stays done in their name.
 */
export function reaching(tx: Tx, ...permissions: readonly Permission[]): Tx {
  const actor: Actor = { ...tx.ctx.actor, permissions: new Set([...tx.ctx.actor.permissions, ...permissions]) }
  return tx.as(actor)
}
