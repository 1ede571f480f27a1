import { sql } from 'kysely'
import { notFound } from '#server/errors.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import { pageOf, type SortColumn } from '#server/trpc/page.ts'
import { type InvitationRow, selectInvitations } from './invitation.repository.ts'
import type { ListInvitationsInput } from './invitation.schema.ts'

const SORTS: Record<string, SortColumn> = { createdAt: { ref: 'i.created_at', kind: 'time' } }

function invitationOf(row: InvitationRow, now: Date) {
  return {
    id: row.id,
    status: row.state === 'pending' && row.expires_at <= now ? ('expired' as const) : row.state,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    email: row.email,
    name: row.name,
    roles: row.roles,
    expiresAt: row.expires_at,
    invitedBy: row.invited_by === null ? null : { id: row.invited_by, name: row.inviter ?? '' },
    userId: row.user_id,
  }
}

export async function listInvitations(ctx: CallCtx, input: ListInvitationsInput) {
  const now = ctx.clock.now()
  let query = selectInvitations(ctx.db)
  if (input.state) {
    const state = sql<string>`case when i.state = 'pending' and i.expires_at <= ${now} then 'expired' else i.state end`
    query = query.where(state, 'in', input.state)
  }
  const page = await pageOf(query, input, SORTS, 'i.id')
  return { ...page, items: page.items.map((row) => invitationOf(row, now)) }
}

export async function readInvitation(ctx: CallCtx, id: string) {
  const row = await selectInvitations(ctx.db).where('i.id', '=', id).executeTakeFirst()
  if (!row) throw notFound('invitation')
  return invitationOf(row, ctx.clock.now())
}
