import { randomBytes, timingSafeEqual } from 'node:crypto'
import { sql } from 'kysely'
import type { Db } from '#db/client.ts'
import type { Actor, Clock } from '#server/context.ts'
import { addressAllowed } from './key-addresses.ts'
import type { Permission } from './permissions.ts'
import { hashOf, permissionSet } from './sessions.ts'

/** `vk_<prefix>_<secret>`: the prefix finds the row, the secret proves it. Shown once, stored as a hash. */
const FORM = /^vk_([a-z0-9]{8})_([A-Za-z0-9_-]{43})$/

/** What a partner's key may do; whoever manages keys may grant it without having it. */
export const PARTNER_PERMISSIONS: readonly Permission[] = ['inquiries.write', 'inquiries.read', 'bookings.read']

export function newApiKey(): { key: string; prefix: string; secretHash: string } {
  const prefix = randomBytes(4).toString('hex')
  return { ...newSecret(prefix), prefix }
}

/** Another secret for a key that keeps its prefix. */
export function newSecret(prefix: string): { key: string; secretHash: string } {
  const secret = randomBytes(32).toString('base64url')
  return { key: `vk_${prefix}_${secret}`, secretHash: hashOf(secret) }
}

export function looksLikeApiKey(token: string): boolean {
  return token.startsWith('vk_')
}

function sameHash(stored: string | null, given: string): boolean {
  return stored !== null && timingSafeEqual(Buffer.from(stored, 'hex'), Buffer.from(given, 'hex'))
}

interface KeyRow {
  id: string
  name: string
  secret_hash: string
  previous_secret_hash: string | null
  previous_valid_until: Date | null
  permissions: string[]
  /** Of the person who answers for it; null when nobody does (made by set-up, not by a person). */
  person_permissions: string[] | null
  requests_per_minute: number | null
  allowed_addresses: string[]
  expires_at: Date | null
  last_used_at: Date | null
}

async function findKey(db: Db, prefix: string): Promise<KeyRow | undefined> {
  // A key whose person was disabled is not found.
  const { rows } = await sql<KeyRow>`
    select k.id, k.name, k.secret_hash, k.previous_secret_hash, k.previous_valid_until, k.permissions, k.requests_per_minute,
      k.allowed_addresses, k.expires_at, k.last_used_at,
      case when k.responsible_id is not null then array(
        select distinct rp.permission_code from user_roles ur join role_permissions rp on rp.role_code = ur.role_code
        where ur.user_id = k.responsible_id) end as person_permissions
    from api_keys k left join users u on u.id = k.responsible_id
    where k.prefix = ${prefix} and k.revoked_at is null and u.disabled_at is null`.execute(db)
  return rows[0]
}

/** What the key was given, less what its person can not do (any more). */
function effective({ permissions, person_permissions: theirs }: KeyRow): ReadonlySet<Permission> {
  if (theirs === null) return permissionSet(permissions)
  const partner: readonly string[] = PARTNER_PERMISSIONS
  return permissionSet(permissions.filter((permission) => theirs.includes(permission) || partner.includes(permission)))
}

/**
 * The key's actor: with the permissions it was given, as far as the person who answers for it has them now. Undefined when
 * it is unknown, expired or revoked, its person is disabled, or `ip` is not among its addresses.
 */
export async function resolveApiKey(on: { db: Db; clock: Clock }, token: string, ip: string | null): Promise<Actor | undefined> {
  const [, prefix, secret] = FORM.exec(token) ?? []
  if (!prefix || !secret) return undefined
  const row = await findKey(on.db, prefix)
  if (!row) return undefined
  const now = on.clock.now()
  const given = hashOf(secret)
  const overlaps = row.previous_valid_until !== null && row.previous_valid_until > now
  const proven = sameHash(row.secret_hash, given) || (overlaps && sameHash(row.previous_secret_hash, given))
  if (!proven || (row.expires_at && row.expires_at <= now) || !addressAllowed(row.allowed_addresses, ip)) return undefined
  if (!row.last_used_at || now.getTime() - row.last_used_at.getTime() > 60_000) {
    await on.db.updateTable('api_keys').set({ last_used_at: now, last_used_ip: ip }).where('id', '=', row.id).execute()
  }
  return {
    kind: 'api_key',
    id: row.id,
    name: row.name,
    roles: [],
    permissions: effective(row),
    credential: row.id,
    ...(row.requests_per_minute === null ? {} : { requestsPerMinute: row.requests_per_minute }),
  }
}
