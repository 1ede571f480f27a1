import { sql } from 'kysely'
import { requireAccess } from '#server/auth/require-access.ts'
import { AppError } from '#server/errors.ts'
import type { Tx } from '#server/transact.ts'
import { READS } from './export.columns.ts'
import type { MakeExportInput } from './export.schema.ts'

/** How long a file can be fetched. */
const KEPT_HOURS = 24
/** Exports of one person that wait or run at the same time. */
const AT_ONCE = 3

/** Throws `forbidden` for API keys: a file is fetched by the person who asked for it. */
export function requireMaker({ ctx: { actor } }: Pick<Tx, 'ctx'>): string {
  if (actor.kind !== 'user' || !actor.id) throw new AppError('forbidden', 'Files are made for people. Keys read the lists.')
  return actor.id
}

/**
 * Asks for a file of a list, with its filters; a job makes it with what this person may see then. Throws `forbidden` when
 * they may not read that list, `conflict` when three of theirs are under way.
 */
export async function makeExport(tx: Tx, { kind, format, filters }: MakeExportInput): Promise<string> {
  const maker = requireMaker(tx)
  requireAccess(tx.ctx, READS[kind])
  // Of two at once the second counts the first.
  tx.send(sql`select 1 from users where id = ${maker}::uuid for no key update`)
  const [under] = await tx.run(
    sql<{ way: number }>`select count(*) as way from export_files
      where maker_id = ${maker}::uuid and state in ('waiting', 'running') and expires_at > ${tx.now}`,
  )
  if (under && under.way >= AT_ONCE) throw new AppError('conflict', 'Three of your exports are under way. Wait for one of them.')
  const id = tx.ctx.ids.next()
  tx.send(
    tx.db.insertInto('export_files').values({
      id,
      maker_id: maker,
      kind,
      format,
      filters: JSON.stringify(filters),
      state: 'waiting',
      created_at: tx.now,
      expires_at: new Date(tx.now.getTime() + KEPT_HOURS * 3_600_000),
    }),
  )
  const entity = { entityType: 'export', entityId: id }
  tx.audit({ action: 'export.requested', ...entity, after: { kind, format, filters } })
  const timer = { key: `export:${id}`, task: 'export-make', runAt: tx.now.toISOString(), payload: { exportId: id } }
  tx.event({ type: 'export.requested', ...entity, timers: [timer] })
  return id
}
