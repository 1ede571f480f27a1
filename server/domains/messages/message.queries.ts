import type { Db } from '#db/client.ts'
import { notFound } from '#server/errors.ts'
import { transact } from '#server/transact.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import { pageOf, type SortColumn } from '#server/trpc/page.ts'
import type { ListMessagesInput } from './message.schema.ts'
import { bodyPlace } from './queue-message.ts'

const SORTS: Record<string, SortColumn> = { createdAt: { ref: 'm.created_at', kind: 'time' } }

function selectMessages(db: Db) {
  return db
    .selectFrom('outgoing_messages as m')
    .select(['m.id', 'm.kind', 'm.recipient', 'm.subject', 'm.state', 'm.created_at', 'm.expires_at'])
}

type MessageRow = Awaited<ReturnType<ReturnType<typeof selectMessages>['executeTakeFirstOrThrow']>>

function messageOf(row: MessageRow, now: Date) {
  const state = row.state === 'waiting' && row.expires_at <= now ? ('expired' as const) : row.state
  return {
    id: row.id,
    kind: row.kind,
    recipient: row.recipient,
    subject: row.subject,
    state,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  }
}

/** Messages without their text. */
export async function listMessages(ctx: CallCtx, input: ListMessagesInput) {
  const now = ctx.clock.now()
  let query = selectMessages(ctx.db)
  if (input.kind) query = query.where('m.kind', 'in', input.kind)
  if (input.state === 'withdrawn') query = query.where('m.state', '=', 'withdrawn')
  else if (input.state) {
    query = query.where('m.state', '=', 'waiting').where('m.expires_at', input.state === 'expired' ? '<=' : '>', now)
  }
  const page = await pageOf(query, input, SORTS, 'm.id')
  return { ...page, items: page.items.map((row) => messageOf(row, now)) }
}

/** One message with its text, as long as that is of use. Each opening is audited before the text leaves. */
export async function openMessage(ctx: CallCtx, id: string) {
  const row = await selectMessages(ctx.db).select('m.sealed_body').where('m.id', '=', id).executeTakeFirst()
  if (!row) throw notFound('message')
  const message = messageOf(row, ctx.clock.now())
  if (message.state !== 'waiting' || row.sealed_body === null) return { ...message, body: null }
  const body = ctx.secrets.open(bodyPlace(id), row.sealed_body)
  await transact(ctx, async (tx) =>
    tx.audit({ action: 'message.opened', entityType: 'message', entityId: id, after: { kind: row.kind } }),
  )
  return { ...message, body }
}
