import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Adapter, DatabaseSession, DatabaseUser, Lucia } from 'lucia'
import type { Db } from '#db/client.ts'
import type { Factor } from '#db/tables/index.ts'
import { batcher } from '#server/batch.ts'
import type { Clock } from '#server/context.ts'

/** A session ends after this long in any case. */
const ABSOLUTE_HOURS = 24 * 7
/** A sign-in further back than this is not asked about any more. */
const NOTICE_DAYS = 30

export interface SessionAttributes {
  ip: string | null
  agent: string | null
  authenticatedAt: Date
  factors: Factor[]
  deviceId: string | null
  hasNotice: boolean
}
export interface UserAttributes {
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
    .select(['s.id', 's.user_id', 's.expires_at', 's.ip', 's.agent', 's.authenticated_at', 's.factors', 's.device_id'])
    .select(['u.email', 'u.name'])
    .select((eb) => [
      eb
        .exists(
          eb
            .selectFrom('sign_ins as n')
            .select('n.id')
            .whereRef('n.user_id', '=', 's.user_id')
            .where('n.is_new_device', '=', true)
            .where('n.answered_at', 'is', null)
            .where('n.at', '>', new Date(clock.now().getTime() - NOTICE_DAYS * 86_400_000))
            // Who has just signed in there needs no telling, and is not the one to ask.
            .where((one) => one.or([one('n.session_id', 'is', null), one('n.session_id', '<>', one.ref('s.id'))])),
        )
        .as('has_notice'),
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
          attributes: attributesOf(row, Boolean(row.has_notice)),
        },
        {
          id: row.user_id,
          attributes: { email: row.email, name: row.name, roles: row.roles ?? [], permissions: row.permissions ?? [] },
        },
      ],
    ]),
  )
}

interface SessionRow {
  ip: string | null
  agent: string | null
  authenticated_at: Date
  factors: Factor[]
  device_id: string | null
}

function attributesOf(row: SessionRow, hasNotice: boolean): SessionAttributes {
  const { ip, agent, factors } = row
  return { ip, agent, factors, authenticatedAt: row.authenticated_at, deviceId: row.device_id, hasNotice }
}

/** Lucia asks the machine's clock; what it is given and gives back is moved by how far ours is from that. */
export function clockShift(clock: Clock): { toLucia(at: Date): Date; fromLucia(at: Date): Date } {
  const ahead = () => Date.now() - clock.now().getTime()
  return {
    toLucia: (at) => new Date(at.getTime() + ahead()),
    fromLucia: (at) => new Date(at.getTime() - ahead()),
  }
}

/** Lucia's sessions in our tables, under the hash of their token. */
export function adapterFor(db: Db, clock: Clock): Adapter {
  const find = batcher<string, Found>((hashes) => loadSessions(db, clock, hashes))
  const { toLucia, fromLucia } = clockShift(clock)
  return {
    async getSessionAndUser(sessionId): Promise<[DatabaseSession | null, DatabaseUser | null]> {
      const found = await find(hashOf(sessionId))
      return found ? [{ ...found[0], id: sessionId, expiresAt: toLucia(found[0].expiresAt) }, found[1]] : [null, null]
    },
    async getUserSessions(userId) {
      const rows = await db
        .selectFrom('sessions')
        .select(['id', 'user_id', 'expires_at', 'ip', 'agent', 'authenticated_at', 'factors', 'device_id'])
        .where('user_id', '=', userId)
        .execute()
      return rows.map((row) => ({
        id: row.id,
        userId: row.user_id,
        expiresAt: toLucia(row.expires_at),
        attributes: attributesOf(row, false),
      }))
    },
    async setSession(session) {
      const now = clock.now()
      const absolute = new Date(now.getTime() + ABSOLUTE_HOURS * 3_600_000)
      const idle = fromLucia(session.expiresAt)
      await db
        .insertInto('sessions')
        .values({
          id: hashOf(session.id),
          user_id: session.userId,
          expires_at: idle < absolute ? idle : absolute,
          absolute_expires_at: absolute,
          created_at: now,
          last_seen_at: now,
          authenticated_at: session.attributes.authenticatedAt,
          factors: session.attributes.factors,
          device_id: session.attributes.deviceId,
          ip: session.attributes.ip,
          agent: session.attributes.agent,
        })
        .execute()
    },
    async updateSessionExpiration(sessionId, expiresAt) {
      await db
        .updateTable('sessions')
        .set({ expires_at: sql`least(${fromLucia(expiresAt)}::timestamptz, absolute_expires_at)`, last_seen_at: clock.now() })
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
