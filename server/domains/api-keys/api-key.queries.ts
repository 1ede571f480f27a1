import { sql } from 'kysely'
import type { Db } from '#db/client.ts'
import { PARTNER_PERMISSIONS } from '#server/auth/api-keys.ts'
import { notFound } from '#server/errors.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import { pageOf, type SortColumn } from '#server/trpc/page.ts'
import type { ApiKeyOut, ListApiKeysInput } from './api-key.schema.ts'

const SORTS: Record<string, SortColumn> = { createdAt: { ref: 'k.created_at', kind: 'time' } }

function selectKeys(db: Db) {
  return db
    .selectFrom('api_keys as k')
    .leftJoin('users as u', 'u.id', 'k.created_by')
    .leftJoin('users as r', 'r.id', 'k.responsible_id')
    .leftJoin('users as e', 'e.id', 'k.revoked_by')
    .select(['k.id', 'k.name', 'k.prefix', 'k.permissions', 'k.expires_at', 'k.revoked_at', 'k.last_used_at', 'k.created_at'])
    .select(['k.requests_per_minute', 'k.allowed_addresses', 'k.rotated_at', 'k.previous_valid_until'])
    .select(['u.id as maker_id', 'u.name as maker_name', 'e.id as ender_id', 'e.name as ender_name'])
    .select(['r.id as responsible_id', 'r.name as responsible_name', 'r.disabled_at as responsible_disabled_at'])
    .select(
      sql<string[]>`case when r.id is null then '{}'::text[] else array(
        select p from unnest(k.permissions) p where p <> all(${[...PARTNER_PERMISSIONS]}::text[]) and not exists (
          select 1 from user_roles ur join role_permissions rp on rp.role_code = ur.role_code
          where ur.user_id = r.id and rp.permission_code = p) order by p) end`.as('suspended'),
    )
}

type Row = Awaited<ReturnType<ReturnType<typeof selectKeys>['execute']>>[number]

const personOf = (id: string | null, name: string | null) => (id === null ? null : { id, name: name ?? '' })

function keyOf(row: Row, now: Date): ApiKeyOut {
  const expired = row.expires_at !== null && row.expires_at <= now
  const overlaps = row.previous_valid_until !== null && row.previous_valid_until > now && row.revoked_at === null
  const responsible = personOf(row.responsible_id, row.responsible_name)
  return {
    id: row.id,
    status: row.revoked_at ? 'revoked' : expired ? 'expired' : 'active',
    name: row.name,
    prefix: row.prefix,
    permissions: row.permissions,
    suspended: row.suspended,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
    revokedBy: personOf(row.ender_id, row.ender_name),
    lastUsedAt: row.last_used_at,
    createdAt: row.created_at,
    createdBy: personOf(row.maker_id, row.maker_name),
    responsible: responsible && { ...responsible, disabled: row.responsible_disabled_at !== null },
    rotatedAt: row.rotated_at,
    previousValidUntil: overlaps ? row.previous_valid_until : null,
    requestsPerMinute: row.requests_per_minute,
    allowedAddresses: row.allowed_addresses,
  }
}

export async function listApiKeys(ctx: CallCtx, input: ListApiKeysInput) {
  const now = ctx.clock.now()
  let query = selectKeys(ctx.db)
  if (input.status === 'revoked') query = query.where('k.revoked_at', 'is not', null)
  else if (input.status) {
    query = query
      .where('k.revoked_at', 'is', null)
      .where(
        input.status === 'expired'
          ? sql<boolean>`k.expires_at <= ${now}`
          : sql<boolean>`(k.expires_at is null or k.expires_at > ${now})`,
      )
  }
  if (input.responsibleId) query = query.where('k.responsible_id', '=', input.responsibleId)
  if (input.q) {
    const part = `%${input.q.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`
    query = query.where(sql<boolean>`(lower(k.name) like ${part} or k.prefix = ${input.q.replace(/^vk_/, '').slice(0, 8)})`)
  }
  const page = await pageOf(query, input, SORTS, 'k.id')
  return { ...page, items: page.items.map((row) => keyOf(row, now)) }
}

/** Throws `not_found`. */
export async function readApiKey(ctx: CallCtx, db: Db, id: string): Promise<ApiKeyOut> {
  const row = await selectKeys(db).where('k.id', '=', id).executeTakeFirst()
  if (!row) throw notFound('API key')
  return keyOf(row, ctx.clock.now())
}
