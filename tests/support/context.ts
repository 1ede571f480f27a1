import pino from 'pino'
import type { Database } from '#db/client.ts'
import { type Permission, SYSTEM_ROLES } from '#server/auth/permissions.ts'
import { createSecretBox } from '#server/auth/secret-box.ts'
import { createSessions } from '#server/auth/sessions.ts'
import { type Actor, anonymous, type Clock, idsFrom, seededRng } from '#server/context.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import { type Caller, createCaller } from '#server/trpc/router.ts'

/** SECRET_KEY of every test. */
export const TEST_SECRET = 'a secret of the tests, long enough'

/** A clock that stands until it is moved. */
export class TestClock implements Clock {
  #now: Date
  constructor(now: Date | string = '2026-11-21T12:00:00Z') {
    this.#now = new Date(now)
  }
  now(): Date {
    return new Date(this.#now)
  }
  set(now: Date | string): void {
    this.#now = new Date(now)
  }
  advance(minutes: number): void {
    this.#now = new Date(this.#now.getTime() + minutes * 60_000)
  }
}

export type RoleCode = 'OWNER' | 'OPS_MANAGER' | 'OPERATOR' | 'CONTENT_MANAGER' | 'FINANCE' | 'INTEGRATIONS_ADMIN' | 'READ_ONLY'

export function permissionsOf(role: RoleCode): ReadonlySet<Permission> {
  const definition = SYSTEM_ROLES.find((candidate) => candidate.code === role)
  if (!definition) throw new Error(`no role ${role}`)
  return new Set(definition.permissions)
}

const rng = seededRng(1)

/** A context as the HTTP layer makes one, for an actor; a person has just signed in unless the actor says otherwise. */
export function testCtx(database: Database, actor: Actor = anonymous, more: Partial<CallCtx> = {}): CallCtx {
  const clock = more.clock ?? new TestClock()
  return {
    db: database.db,
    pool: database.pool,
    clock,
    rng,
    // Real chance and time: ids must differ between tests that share a seed and a standing clock.
    ids: idsFrom({ now: () => new Date() }),
    log: pino({ level: 'silent' }),
    actor: actor.kind === 'user' ? { authenticatedAt: clock.now(), ...actor } : actor,
    via: 'trpc',
    requestId: 'test',
    ip: '127.0.0.1',
    agent: 'vitest',
    causeId: null,
    depth: 0,
    idempotencyKey: null,
    sign: (purpose, text) => `${purpose}:${text}`.length.toString(36),
    wakeRelay: () => {},
    appUrl: 'http://localhost:3000',
    secrets: createSecretBox([TEST_SECRET]),
    sessions: createSessions(database.db, clock),
    token: null,
    browser: { device: null, step: null },
    answer: {},
    ...more,
  }
}

/** Makes a user with a role and answers its actor. */
export async function makeUser(database: Database, role: RoleCode, name: string = role): Promise<Actor & { id: string }> {
  const ids = idsFrom({ now: () => new Date() })
  const id = ids.next()
  const now = new Date()
  const email = `${name.toLowerCase().replace(/\W+/g, '.')}.${id.slice(-8)}@example.com`
  await database.db
    .insertInto('users')
    .values({ id, email, name, password_hash: 'none', created_at: now, updated_at: now })
    .execute()
  await database.db.insertInto('user_roles').values({ user_id: id, role_code: role, granted_at: now }).execute()
  return { kind: 'user', id, name, email, roles: [role], permissions: permissionsOf(role) }
}

/** The in-process caller of an actor; each call of this function is a request of its own. */
export function callerOf(database: Database, actor: Actor, more: Partial<CallCtx> = {}): Caller {
  return createCaller(testCtx(database, actor, more))
}
