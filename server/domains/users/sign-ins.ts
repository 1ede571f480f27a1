import { sql } from 'kysely'
import type { Db } from '#db/client.ts'
import { deviceName, placeOf } from '#server/auth/device-name.ts'
import { hashOf } from '#server/auth/sessions.ts'
import { notFound } from '#server/errors.ts'
import { transact } from '#server/transact.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import { pageOf, type SortColumn } from '#server/trpc/page.ts'
import type { ListSignInsInput } from './security.schema.ts'
import { requireManageableUser } from './sessions.ts'
import { requireSession } from './sign-out.ts'

const SORTS: Record<string, SortColumn> = { at: { ref: 'i.at', kind: 'time' } }
const MOST_NOTICES = 5
/** As in session-adapter, which decides whether there is anything to show. */
const NOTICE_DAYS = 30

async function signInsOf(ctx: CallCtx, userId: string, input: ListSignInsInput) {
  let query = ctx.db
    .selectFrom('sign_ins as i')
    .select(['i.id', 'i.at', 'i.result', 'i.factors', 'i.is_new_device', 'i.ip', 'i.agent'])
    .where('i.user_id', '=', userId)
  if (input.result) query = query.where('i.result', '=', input.result)
  if (input.newDevice !== undefined) query = query.where('i.is_new_device', '=', input.newDevice)
  const page = await pageOf(query, input, SORTS, 'i.id')
  return {
    ...page,
    items: page.items.map((row) => ({
      id: row.id,
      at: row.at,
      result: row.result,
      factors: row.factors,
      isNewDevice: row.is_new_device,
      ...whereOf(row),
    })),
  }
}

function whereOf({ ip, agent }: { ip: string | null; agent: string | null }) {
  return { device: deviceName(agent), ip, place: placeOf(ip), agent }
}

export function listOwnSignIns(ctx: CallCtx, input: ListSignInsInput) {
  return signInsOf(ctx, requireSession(ctx).userId, input)
}

export async function listSignInsOf(ctx: CallCtx, { id, ...input }: ListSignInsInput & { id: string }) {
  await requireManageableUser(ctx, id)
  return signInsOf(ctx, id, input)
}

/** Unanswered sign-ins on new devices, of others than the session that asks: it can not vouch for itself. */
function unanswered(db: Db, userId: string, token: string) {
  return db
    .selectFrom('sign_ins as i')
    .where('i.user_id', '=', userId)
    .where('i.is_new_device', '=', true)
    .where('i.answered_at', 'is', null)
    .where(sql<boolean>`i.session_id is distinct from ${hashOf(token)}`)
}

export async function listNewDevices(ctx: CallCtx) {
  const { userId, token } = requireSession(ctx)
  const rows = await unanswered(ctx.db, userId, token)
    .leftJoin('sessions as s', 's.id', 'i.session_id')
    .select(['i.id', 'i.at', 'i.ip', 'i.agent', 's.id as open'])
    .where('i.at', '>', new Date(ctx.clock.now().getTime() - NOTICE_DAYS * 86_400_000))
    .orderBy('i.at', 'desc')
    .limit(MOST_NOTICES)
    .execute()
  return { items: rows.map((row) => ({ id: row.id, at: row.at, isOpen: row.open !== null, ...whereOf(row) })) }
}

/**
 * Says whether a sign-in on a new device was one's own. If not, what was opened there ends and the device is a stranger again.
 * The session in question can't answer for itself: `not_found`, as for someone else's.
 */
export async function answerNewDevice(ctx: CallCtx, input: { id: string; mine: boolean }): Promise<void> {
  const { userId, token } = requireSession(ctx)
  await transact(ctx, async (tx) => {
    const [row] = await tx.run(
      unanswered(tx.db, userId, token).select(['i.id', 'i.session_id', 'i.device_id']).where('i.id', '=', input.id).forUpdate(),
    )
    if (!row) throw notFound('sign-in')
    tx.send(tx.db.updateTable('sign_ins').set({ answered_at: tx.now }).where('id', '=', row.id))
    const entity = { entityType: 'user', entityId: userId }
    tx.audit({ action: input.mine ? 'user.device_accepted' : 'user.device_rejected', ...entity })
    if (input.mine) return
    tx.send(
      tx.db
        .deleteFrom('sessions')
        .where('user_id', '=', userId)
        .where('id', '<>', hashOf(token))
        .where((one) => one.or([one('id', '=', row.session_id ?? ''), one('device_id', '=', row.device_id)])),
    )
    if (row.device_id) tx.send(tx.db.deleteFrom('known_devices').where('id', '=', row.device_id))
    tx.event({ type: 'user.updated', ...entity, payload: { fields: ['sessions'] } })
  })
}
