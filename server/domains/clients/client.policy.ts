import { sql } from 'kysely'
import { type Ctx, may } from '#server/context.ts'

/**
 * Which clients (alias `c`) may be read: all that are not deleted, for who may read clients at all. What of them is
 * shown is the masking's matter.
 */
export function readableClients(ctx: Pick<Ctx, 'actor'>) {
  return may(ctx, 'clients.read') ? sql<boolean>`c.deleted_at is null` : sql<boolean>`false`
}

/** How far a search may reach: finding by a part of what is masked would read it out letter by letter. */
export function searchReach(ctx: Pick<Ctx, 'actor'>) {
  return {
    partOfName: may(ctx, 'pii.names') || may(ctx, 'pii.read'),
    partOfContact: may(ctx, 'pii.read'),
    wholeContact: may(ctx, 'pii.read') || may(ctx, 'pii.read_own'),
  }
}
