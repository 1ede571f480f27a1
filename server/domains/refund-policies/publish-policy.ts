import { sql } from 'kysely'
import { AppError } from '#server/errors.ts'
import type { Tx } from '#server/transact.ts'
import type { PublishPolicyInput } from './refund-policy.schema.ts'

/** Any number nothing else locks: two new versions at once follow each other. */
const PUBLISH_LOCK = 8_473_020

/**
 * Makes a new version of the refund policy, in force for bookings made from now on; those made before keep theirs.
 * Throws `stale_write` when somebody published another one meanwhile. Answers its number.
 */
export async function publishPolicy(tx: Tx, input: PublishPolicyInput): Promise<number> {
  tx.send(sql`select pg_advisory_xact_lock(${PUBLISH_LOCK}::bigint)`)
  const [newest] = await tx.run(
    tx.db
      .selectFrom('refund_policies')
      .select(['version', 'name', 'tiers', 'agency_basis_points', 'force_majeure_basis_points'])
      .orderBy('version', 'desc')
      .limit(1),
  )
  if (!newest) throw new Error('the first version of the refund policy comes with its table')
  if (newest.version !== input.basedOn) {
    throw new AppError('stale_write', `Version ${newest.version} was published meanwhile. Look at it, then change that one.`, {
      currentVersion: newest.version,
      changed: { version: newest.version },
    })
  }
  const version = newest.version + 1
  const id = tx.ctx.ids.next()
  const terms = {
    name: input.name,
    tiers: JSON.stringify(input.tiers),
    agency_basis_points: input.agency,
    force_majeure_basis_points: input.forceMajeure,
  }
  tx.send(
    tx.db.insertInto('refund_policies').values({
      id,
      version,
      ...terms,
      note: input.note,
      created_by: tx.ctx.actor.kind === 'user' ? tx.ctx.actor.id : null,
      created_at: tx.now,
    }),
  )
  tx.audit({
    action: 'refund_policy.published',
    entityType: 'refund_policy',
    entityId: id,
    entityRef: `v${version}`,
    before: { ...newest },
    after: { ...terms, version, tiers: input.tiers },
    reason: input.note || null,
  })
  return version
}
