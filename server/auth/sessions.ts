import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { type Adapter, type DatabaseSession, type DatabaseUser, Lucia, TimeSpan } from 'lucia'
import type { Db } from '#db/client.ts'
import { batcher } from '#server/batch.ts'
import type { Actor, Clock } from '#server/context.ts'
import { ALL_PERMISSIONS, isPermission, type Permission } from './permissions.ts'

/** A session ends after this long without use … */
const IDLE_HOURS = 12
/** … and after this long in any case. */
const ABSOLUTE_HOURS = 24 * 7

interface SessionAttributes {
  ip: string | null
  agent: string | null
  authenticatedAt: Date
}
interface UserAttributes {
  email: string
  name: string
  roles: string[]
  permissions: string[]
}

declare module 'lucia' {
  interface Register {
    Lucia: Lucia<SessionAttributes, UserAttributes>
    DatabaseSessionAttributes: SessionAttributes
    DatabaseUserAttributes: UserAttributes
  }
}

/** Only this leaves the browser's id behind in the database. */
export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

type Found = [DatabaseSession, DatabaseUser]

/** The sessions of these hashes with their users, roles and permissions; ended ones and disabled users are missing. */
async function loadSessions(db: Db, clock: Clock, hashes: readonly string[]): Promise<Map<string, Found>> {
  const rows = await db
    .selectFrom('sessions as s')
    .innerJoin('users as u', 'u.id', 's.user_id')
    .select(['s.id', 's.user_id', 's.expires_at', 's.ip', 's.agent', 's.authenticated_at', 'u.email', 'u.name'])
    .select((eb) => [
      eb
        .selectFrom('user_roles as ur')
        .select(sql<string[]>`coalesce(array_agg(ur.role_code order by ur.role_code), '{}')`.as('roles'))
        .whereRef('ur.user_id', '=', 'u.id')
        .as('roles'),
      eb
        .selectFrom('user_roles as ur')
        .innerJoin('role_permissions as rp', 'rp.role_code', 'ur.role_code')
        .select(sql<string[]>`coalesce(array_agg(distinct rp.permission_code), '{}')`.as('permissions'))
        .whereRef('ur.user_id', '=', 'u.id')
        .as('permissions'),
    ])
    .where(sql<boolean>`s.id = any(${hashes}::text[])`)
    .where('s.absolute_expires_at', '>', clock.now())
    .where('u.disabled_at', 'is', null)
    .execute()
  return new Map(
    rows.map((row): [string, Found] => [
      row.id,
      [
        {
          id: row.id,
          userId: row.user_id,
          expiresAt: row.expires_at,
          attributes: { ip: row.ip, agent: row.agent, authenticatedAt: row.authenticated_at },
        },
        {
          id: row.user_id,
          attributes: { email: row.email, name: row.name, roles: row.roles ?? [], permissions: row.permissions ?? [] },
        },
      ],
    ]),
  )
}

function adapterFor(db: Db, clock: Clock): Adapter {
  const find = batcher<string, Found>((hashes) => loadSessions(db, clock, hashes))
  return {
    async getSessionAndUser(sessionId): Promise<[DatabaseSession | null, DatabaseUser | null]> {
      const found = await find(hashOf(sessionId))
      return found ? [{ ...found[0], id: sessionId }, found[1]] : [null, null]
    },
    async getUserSessions(userId) {
      const rows = await db
        .selectFrom('sessions')
        .select(['id', 'user_id', 'expires_at', 'ip', 'agent', 'authenticated_at'])
        .where('user_id', '=', userId)
        .execute()
      return rows.map((row) => ({
        id: row.id,
        userId: row.user_id,
        expiresAt: row.expires_at,
        attributes: { ip: row.ip, agent: row.agent, authenticatedAt: row.authenticated_at },
      }))
    },
    async setSession(session) {
      const now = clock.now()
      const absolute = new Date(now.getTime() + ABSOLUTE_HOURS * 3_600_000)
      await db
        .insertInto('sessions')
        .values({
          id: hashOf(session.id),
          user_id: session.userId,
          expires_at: session.expiresAt < absolute ? session.expiresAt : absolute,
          absolute_expires_at: absolute,
          created_at: now,
          last_seen_at: now,
          authenticated_at: session.attributes.authenticatedAt,
          ip: session.attributes.ip,
          agent: session.attributes.agent,
        })
        .execute()
    },
    async updateSessionExpiration(sessionId, expiresAt) {
      await db
        .updateTable('sessions')
        .set({ expires_at: sql`least(${expiresAt}::timestamptz, absolute_expires_at)`, last_seen_at: clock.now() })
        .where('id', '=', hashOf(sessionId))
        .execute()
    },
    async deleteSession(sessionId) {
      await db.deleteFrom('sessions').where('id', '=', hashOf(sessionId)).execute()
    },
    async deleteUserSessions(userId) {
      await db.deleteFrom('sessions').where('user_id', '=', userId).execute()
    },
    async deleteExpiredSessions() {
      await db.deleteFrom('sessions').where('expires_at', '<=', clock.now()).execute()
    },
  }
}

export interface Sessions {
  /** Starts a session; the returned token is shown once and only its hash is stored. */
  start(userId: string, from: Omit<SessionAttributes, 'authenticatedAt'>): Promise<{ token: string; expiresAt: Date }>
  /** The user behind a token, or undefined when it is unknown, ended, or the user is disabled. */
  resolve(token: string): Promise<{ actor: Actor; expiresAt: Date } | undefined>
  end(token: string): Promise<void>
}

/** The one file that knows Lucia: sessions by a token of 200 random bits, of which the database holds the hash. */
export function createSessions(db: Db, clock: Clock): Sessions {
  const lucia = new Lucia(adapterFor(db, clock), {
    sessionExpiresIn: new TimeSpan(IDLE_HOURS, 'h'),
    getSessionAttributes: (attributes: SessionAttributes) => attributes,
    getUserAttributes: (attributes: UserAttributes) => attributes,
  })
  return {
    async start(userId, from) {
      const session = await lucia.createSession(userId, { ...from, authenticatedAt: clock.now() })
      return { token: session.id, expiresAt: session.expiresAt }
    },
    async resolve(token) {
      if (token.length < 20 || token.length > 200) return undefined
      const { user, session } = await lucia.validateSession(token)
      if (!user) return undefined
      return {
        actor: {
          kind: 'user',
          id: user.id,
          name: user.name,
          email: user.email,
          roles: user.roles,
          permissions: permissionSet(user.permissions),
          credential: hashOf(token),
          authenticatedAt: session.authenticatedAt,
        },
        expiresAt: session.expiresAt,
      }
    },
    async end(token) {
      await lucia.invalidateSession(token)
    },
  }
}

const sets = new Map<string, ReadonlySet<Permission>>()

/** Few distinct sets exist; sharing them spares a Set per request. */
export function permissionSet(codes: readonly string[]): ReadonlySet<Permission> {
  const known = codes.filter(isPermission)
  if (known.length === ALL_PERMISSIONS.length) known.sort()
  const key = [...known].sort().join()
  let set = sets.get(key)
  if (!set) {
    if (sets.size > 500) sets.clear()
    set = new Set(known)
    sets.set(key, set)
  }
  return set
}
