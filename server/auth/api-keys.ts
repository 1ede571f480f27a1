import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { Db } from '#db/client.ts'
import type { Actor, Clock } from '#server/context.ts'
import { hashOf, permissionSet } from './sessions.ts'

/** `vk_<prefix>_<secret>`: the prefix finds the row, the secret proves it. Shown once, stored as a hash. */
const FORM = /^vk_([a-z0-9]{8})_([A-Za-z0-9_-]{43})$/

export function newApiKey(): { key: string; prefix: string; secretHash: string } {
  const prefix = randomBytes(4).toString('hex')
  const secret = randomBytes(32).toString('base64url')
  return { key: `vk_${prefix}_${secret}`, prefix, secretHash: hashOf(secret) }
}

export function looksLikeApiKey(token: string): boolean {
  return token.startsWith('vk_')
}

/** The key's actor, with just the permissions it was made with; undefined when unknown, expired or revoked. */
export async function resolveApiKey(db: Db, clock: Clock, token: string): Promise<Actor | undefined> {
  const [, prefix, secret] = FORM.exec(token) ?? []
  if (!prefix || !secret) return undefined
  const row = await db
    .selectFrom('api_keys')
    .select(['id', 'name', 'secret_hash', 'permissions', 'expires_at', 'last_used_at'])
    .where('prefix', '=', prefix)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  if (!row) return undefined
  if (!timingSafeEqual(Buffer.from(row.secret_hash, 'hex'), Buffer.from(hashOf(secret), 'hex'))) return undefined
  const now = clock.now()
  if (row.expires_at && row.expires_at <= now) return undefined
  if (!row.last_used_at || now.getTime() - row.last_used_at.getTime() > 60_000) {
    await db.updateTable('api_keys').set({ last_used_at: now }).where('id', '=', row.id).execute()
  }
  return {
    kind: 'api_key',
    id: row.id,
    name: row.name,
    roles: [],
    permissions: permissionSet(row.permissions),
    credential: row.id,
  }
}
