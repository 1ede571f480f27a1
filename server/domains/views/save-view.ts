import { may } from '#server/context.ts'
import { AppError, notFound } from '#server/errors.ts'
import type { Tx } from '#server/transact.ts'
import { mayChangeView, visibleViews } from './view.policy.ts'
import type { CreateViewInput, UpdateViewInput } from './view.schema.ts'

const MOST_KEPT = 200

/** The person a view belongs to; throws `forbidden` for keys. */
function requirePerson(tx: Tx): string {
  const { actor } = tx.ctx
  if (actor.kind !== 'user' || actor.id === null) throw new AppError('forbidden', 'Views belong to people who sign in.')
  return actor.id
}

function requireMayShare(tx: Tx): void {
  if (!may(tx.ctx, 'views.share')) throw new AppError('forbidden', 'Your role may keep views for itself, not share them.')
}

/** Keeps what a screen shows under a name. Throws `conflict` for a name one has already, or after 200 views. */
export async function createView(tx: Tx, input: CreateViewInput): Promise<string> {
  const ownerId = requirePerson(tx)
  if (input.isShared) requireMayShare(tx)
  const own = await tx.db
    .selectFrom('saved_views')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('owner_id', '=', ownerId)
    .executeTakeFirstOrThrow()
  if (own.count >= MOST_KEPT) throw new AppError('conflict', `You keep ${MOST_KEPT} views already. Delete one first.`)
  const id = tx.ctx.ids.next()
  const { screen, name, query, isShared } = input
  const moment = { created_at: tx.now, updated_at: tx.now }
  // Awaited: a name one has already is answered by the insert, not by the read after it.
  await tx.run(
    tx.db.insertInto('saved_views').values({ id, screen, name, query, owner_id: ownerId, is_shared: isShared, ...moment }),
  )
  if (isShared) tx.audit({ action: 'view.shared', entityType: 'view', entityId: id, after: { screen, name } })
  return id
}

async function lockView(tx: Tx, id: string) {
  const view = await tx.db
    .selectFrom('saved_views as v')
    .selectAll('v')
    .where('v.id', '=', id)
    .where(visibleViews(tx.ctx))
    .forUpdate()
    .executeTakeFirst()
  if (!view) throw notFound('view')
  if (!mayChangeView(tx.ctx, view))
    throw new AppError('forbidden', 'This view is shared by someone else. Save your own copy of it.')
  return view
}

/** Renames, changes or shares a view. Throws `not_found`, `forbidden`, `stale_write`, `conflict` for a name one has. */
export async function updateView(tx: Tx, input: UpdateViewInput): Promise<void> {
  const view = await lockView(tx, input.id)
  if (input.version !== undefined && input.version !== view.version) {
    throw new AppError('stale_write', 'Someone changed this view meanwhile. Look at it and try again.', {
      currentVersion: view.version,
      changed: { name: view.name, query: view.query, isShared: view.is_shared },
    })
  }
  const change = { name: input.name ?? view.name, query: input.query ?? view.query, is_shared: input.isShared ?? view.is_shared }
  if (change.is_shared && !view.is_shared) requireMayShare(tx)
  await tx.run(
    tx.db
      .updateTable('saved_views')
      .set({ ...change, version: view.version + 1, updated_at: tx.now })
      .where('id', '=', view.id),
  )
  if (view.is_shared || change.is_shared) {
    const before = { name: view.name, shared: view.is_shared }
    tx.audit({
      action: 'view.updated',
      entityType: 'view',
      entityId: view.id,
      before,
      after: { name: change.name, shared: change.is_shared },
    })
  }
}

/** Throws `not_found`, or `forbidden` for what someone else shares. */
export async function deleteView(tx: Tx, id: string): Promise<{ id: string; name: string }> {
  const view = await lockView(tx, id)
  tx.send(tx.db.deleteFrom('saved_views').where('id', '=', id))
  if (view.is_shared)
    tx.audit({ action: 'view.deleted', entityType: 'view', entityId: id, before: { name: view.name, screen: view.screen } })
  return { id, name: view.name }
}
