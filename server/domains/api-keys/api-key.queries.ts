import type { Db } from '#db/client.ts'
import { notFound } from '#server/errors.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import { pageOf, type SortColumn } from '#server/trpc/page.ts'
import type { ApiKeyOut, ListApiKeysInput } from './api-key.schema.ts'

const SORTS: Record<string, SortColumn> = { createdAt: { ref: 'k.created_at', kind: 'time' } }

function selectKeys(db: Db) {
  return db
    .selectFrom('api_keys as k')
    .leftJoin('users as u', 'u.id', 'k.created_by')
    .select(['k.id', 'k.name', 'k.prefix', 'k.permissions', 'k.expires_at', 'k.revoked_at', 'k.last_used_at', 'k.created_at'])
    .select(['u.id as maker_id', 'u.name as maker_name'])
}

type Row = Awaited<ReturnType<ReturnType<typeof selectKeys>['execute']>>[number]

function keyOf(row: Row, now: Date): ApiKeyOut {
  const expired = row.expires_at !== null && row.expires_at <= now
  return {
    id: row.id,
    status: row.revoked_at ? 'revoked' : expired ? 'expired' : 'active',
    name: row.name,
    prefix: row.prefix,
    permissions: row.permissions,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
    lastUsedAt: row.last_used_at,
    createdAt: row.created_at,
    createdBy: row.maker_id ? { id: row.maker_id, name: row.maker_name ?? '' } : null,
  }
}

export async function listApiKeys(ctx: CallCtx, input: ListApiKeysInput) {
  const page = await pageOf(selectKeys(ctx.db), input, SORTS, 'k.id')
  const now = ctx.clock.now()
  return { ...page, items: page.items.map((row) => keyOf(row, now)) }
}

export async function readApiKey(ctx: CallCtx, db: Db, id: string): Promise<ApiKeyOut> {
  const row = await selectKeys(db).where('k.id', '=', id).executeTakeFirst()
  if (!row) throw notFound('API key')
  return keyOf(row, ctx.clock.now())
}
