import { newLinkToken } from '#server/auth/link-token.ts'
import { AppError } from '#server/errors.ts'
import type { Tx } from '#server/transact.ts'
import { type CalendarModel, lockModelOfCalendars, tellOfCalendar } from './lock-model.ts'
import { feedPlace } from './places.ts'

/** Gives a model a feed with an address of its own, or changes how much the feed she has tells. */
export async function setFeed(tx: Tx, input: { id: string; busyOnly: boolean }): Promise<void> {
  const model = await lockModelOfCalendars(tx, input.id)
  const before = await feedOf(tx, model.id)
  if (!before) {
    insertFeed(tx, model, input.busyOnly)
    return
  }
  if (before.busy_only === input.busyOnly) return
  tx.send(
    tx.db
      .updateTable('calendar_feeds')
      .set({ busy_only: input.busyOnly, version: before.version + 1, updated_at: tx.now })
      .where('model_id', '=', model.id),
  )
  tx.audit({
    action: 'calendar_feed.updated',
    ...subject(model),
    before: { busy_only: before.busy_only },
    after: { busy_only: input.busyOnly },
  })
  tellOfCalendar(tx, model)
}

/** A new address; whoever has only the old one finds nothing there from now on. Throws `conflict` without a feed. */
export async function regenerateFeed(tx: Tx, modelId: string): Promise<void> {
  const model = await lockModelOfCalendars(tx, modelId)
  const before = await requireFeed(tx, model)
  const { token, hash } = newLinkToken()
  tx.send(
    tx.db
      .updateTable('calendar_feeds')
      .set({
        token_hash: hash,
        sealed_token: tx.ctx.secrets.seal(feedPlace(model.id), token),
        last_read_at: null,
        version: before.version + 1,
        updated_at: tx.now,
      })
      .where('model_id', '=', model.id),
  )
  tx.audit({ action: 'calendar_feed.regenerated', ...subject(model), after: { version: before.version + 1 } })
  tellOfCalendar(tx, model)
}

/** Takes the feed away. Throws `conflict` without one. */
export async function removeFeed(tx: Tx, modelId: string): Promise<void> {
  const model = await lockModelOfCalendars(tx, modelId)
  const before = await requireFeed(tx, model)
  tx.send(tx.db.deleteFrom('calendar_feeds').where('model_id', '=', model.id))
  tx.audit({ action: 'calendar_feed.removed', ...subject(model), before: { busy_only: before.busy_only } })
  tellOfCalendar(tx, model)
}

function insertFeed(tx: Tx, model: CalendarModel, busyOnly: boolean): void {
  const { token, hash } = newLinkToken()
  tx.send(
    tx.db.insertInto('calendar_feeds').values({
      model_id: model.id,
      token_hash: hash,
      sealed_token: tx.ctx.secrets.seal(feedPlace(model.id), token),
      busy_only: busyOnly,
      created_by: tx.ctx.actor.kind === 'user' ? tx.ctx.actor.id : null,
      created_at: tx.now,
      updated_at: tx.now,
    }),
  )
  tx.audit({ action: 'calendar_feed.created', ...subject(model), after: { busy_only: busyOnly } })
  tellOfCalendar(tx, model)
}

function subject(model: CalendarModel) {
  return { entityType: 'calendar_feed', entityId: model.id, entityRef: model.public_code }
}

async function feedOf(tx: Tx, modelId: string) {
  const [feed] = await tx.run(tx.db.selectFrom('calendar_feeds').select(['busy_only', 'version']).where('model_id', '=', modelId))
  return feed
}

async function requireFeed(tx: Tx, model: CalendarModel) {
  const feed = await feedOf(tx, model.id)
  if (!feed) throw new AppError('conflict', `${model.name} has no calendar address. Make one first.`)
  return feed
}
