import { sql } from 'kysely'
import { generateIdFromEntropySize, Lucia, TimeSpan } from 'lucia'
import type { Db } from '#db/client.ts'
import type { Factor } from '#db/tables/index.ts'
import type { Actor, Clock } from '#server/context.ts'
import { type FactorPolicy, needsTwoFactors, provesTwoFactors } from './factors.ts'
import { ALL_PERMISSIONS, isPermission, type Permission } from './permissions.ts'
import { adapterFor, clockShift, hashOf, type SessionAttributes, type UserAttributes } from './session-adapter.ts'

export { hashOf } from './session-adapter.ts'

/** A session ends after this long without use. */
const IDLE_HOURS = 12
/** Random bytes of a token: 200 bits. */
const TOKEN_BYTES = 25

export interface SessionStart {
  ip: string | null
  agent: string | null
  /** What was shown; a password alone unless named. */
  factors?: readonly Factor[]
  deviceId?: string | null
}

export interface Sessions {
  /** Starts a session; the returned token is shown once and only its hash is stored. */
  start(userId: string, from: SessionStart): Promise<{ token: string; expiresAt: Date }>
  /** The user behind a token, or undefined when it is unknown, ended, or the user is disabled. */
  resolve(token: string): Promise<{ actor: Actor; expiresAt: Date } | undefined>
  /**
   * Gives a running session a new token, and the old one opens nothing any more. `proven`: its person has just shown these
   * factors. Its ends stay. Undefined when the session has ended.
   */
  renew(token: string, proven?: readonly Factor[]): Promise<string | undefined>
  end(token: string): Promise<void>
  /** Whether this person's roles ask for two factors. */
  needsTwoFactors(userId: string): Promise<boolean>
}

/** Sessions by a token of 200 random bits, of which the database holds the hash. */
export function createSessions(db: Db, clock: Clock, policy: FactorPolicy = { requireSecondFactor: false }): Sessions {
  const lucia = new Lucia(adapterFor(db, clock), {
    sessionExpiresIn: new TimeSpan(IDLE_HOURS, 'h'),
    getSessionAttributes: (attributes: SessionAttributes) => attributes,
    getUserAttributes: (attributes: UserAttributes) => attributes,
  })
  const { fromLucia } = clockShift(clock)
  return {
    async start(userId, { ip, agent, factors = ['password'], deviceId = null }) {
      const session = await lucia.createSession(userId, {
        ip,
        agent,
        factors: [...factors],
        deviceId,
        authenticatedAt: clock.now(),
        hasNotice: false,
      })
      return { token: session.id, expiresAt: fromLucia(session.expiresAt) }
    },
    async resolve(token) {
      if (token.length < 20 || token.length > 200) return undefined
      const { user, session } = await lucia.validateSession(token)
      if (!user) return undefined
      const { factors } = session
      const mustEnrol = !provesTwoFactors(factors) && needsTwoFactors(policy, user.roles, user.permissions)
      return {
        actor: {
          kind: 'user',
          id: user.id,
          name: user.name,
          email: user.email,
          roles: user.roles,
          permissions: permissionSet(mustEnrol ? [] : user.permissions),
          credential: hashOf(token),
          authenticatedAt: session.authenticatedAt,
          factors,
          mustEnrol,
          hasNotice: session.hasNotice,
        },
        expiresAt: fromLucia(session.expiresAt),
      }
    },
    async renew(token, proven) {
      const next = generateIdFromEntropySize(TOKEN_BYTES)
      return (await renewSession(db, clock, { old: hashOf(token), next: hashOf(next) }, proven)) ? next : undefined
    },
    async end(token) {
      await lucia.invalidateSession(token)
    },
    async needsTwoFactors(userId) {
      if (!policy.requireSecondFactor) return false
      const rows = await db
        .selectFrom('user_roles as ur')
        .leftJoin('role_permissions as rp', 'rp.role_code', 'ur.role_code')
        .select(['ur.role_code', 'rp.permission_code'])
        .where('ur.user_id', '=', userId)
        .execute()
      return needsTwoFactors(
        policy,
        rows.map((row) => row.role_code),
        rows.flatMap((row) => row.permission_code ?? []),
      )
    },
  }
}

async function renewSession(
  db: Db,
  clock: Clock,
  { old, next }: { old: string; next: string },
  proven: readonly Factor[] | undefined,
): Promise<boolean> {
  const now = clock.now()
  const { rows } = await sql`
    with renewed as (
      update sessions set id = ${next}, last_seen_at = ${now},
        authenticated_at = ${proven === undefined ? sql`authenticated_at` : sql`${now}`},
        factors = (select array_agg(distinct f) from unnest(factors || ${[...(proven ?? [])]}::text[]) as f)
      where id = ${old} and expires_at > ${now}
      returning user_id
    ), noted as (
      update sign_ins i set session_id = ${next} from renewed r where i.user_id = r.user_id and i.session_id = ${old}
    )
    select user_id from renewed`.execute(db)
  return rows.length > 0
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
