import { requireVisibleEntity } from '#server/auth/visible-entity.ts'
import type { Tx } from '#server/transact.ts'
import type { CreateExceptionInput } from './exception.schema.ts'
import { raiseException } from './raise-exception.ts'

/** An exception a person raises, about something they may see. */
export async function createManualException(tx: Tx, input: CreateExceptionInput): Promise<{ id: string; ref: string }> {
  const { entityType, entityId, details, ...exception } = input
  const about = entityType && entityId ? await requireVisibleEntity(tx, entityType, entityId) : undefined
  return raiseException(tx, {
    ...exception,
    details: details ? { text: details } : {},
    entityType,
    entityId,
    entityRef: about?.ref,
    clientId: about?.clientId,
  })
}
