import { randomBytes } from 'node:crypto'
import type pg from 'pg'
import type { Logger } from 'pino'
import { v7 as uuidv7 } from 'uuid'
import type { Db } from '#db/client.ts'
import type { Factor, Via } from '#db/tables/index.ts'
import type { Permission } from '#server/auth/permissions.ts'
import type { SecretBox } from '#server/auth/secret-box.ts'
import type { TimeDecision } from '#server/domains/availability/index.ts'
import type { PaymentProvider } from '#server/integrations/stripe/provider.ts'
import type { GuardedFetch } from '#server/outgoing/guarded-fetch.ts'

export interface Clock {
  now(): Date
}
/** A number in [0, 1). */
export type Rng = () => number
export interface Ids {
  /** UUIDv7, growing within a process. */
  next(): string
}

/** Who acts. `id` is null for the system and for strangers. */
export interface Actor {
  kind: 'user' | 'api_key' | 'system' | 'anonymous'
  id: string | null
  name: string
  email?: string
  roles: readonly string[]
  permissions: ReadonlySet<Permission>
  /** Hash of the session or id of the key; scopes idempotency and limits. */
  credential?: string
  /** When this person last proved who they are; sensitive acts ask for a recent one. */
  authenticatedAt?: Date
  /** By what, in this session. */
  factors?: readonly Factor[]
  /** Their role asks for a second factor and this session has shown none: it may only set one up, and has no permissions. */
  mustEnrol?: boolean
  /** Someone signed in as them on a new device, and nobody has said yet that it was them. */
  hasNotice?: boolean
  /** A limit of its own, of an API key that was given one. */
  requestsPerMinute?: number
}

export interface Ctx {
  db: Db
  pool: pg.Pool
  clock: Clock
  rng: Rng
  ids: Ids
  log: Logger
  actor: Actor
  via: Via
  requestId: string
  ip: string | null
  agent: string | null
  /** The domain event this work follows from. */
  causeId: string | null
  /** How many events led here; a loop has a depth. */
  depth: number
  idempotencyKey: string | null
  /** Called after a commit that wrote outbox rows. */
  wakeRelay: () => void
  /** The address people use, e.g. https://ops.example.com; no slash at the end. From settings, never from a request. */
  appUrl: string
  /** Seals what the database keeps but must not be able to read. */
  secrets: SecretBox
  /** The way out to addresses people gave, where it is not the usual guarded one: tests bring their own. */
  outgoing?: GuardedFetch
  /** Who takes money online; undefined when nobody does. Only jobs call it. */
  provider?: PaymentProvider
  /** Set only by tests that must see a safeguard fail when it is switched off. */
  faults?: Faults
}

export interface Faults {
  /** Skip the lock on the model's row. */
  skipModelLock?: boolean
  /** Runs between looking whether a time is free and taking it. */
  beforeTakingTime?: () => Promise<void>
  /** Offer matches without asking whether their time could be held. */
  offerUndecided?: boolean
  /** What the engine says under the lock, changed. */
  tamper?: (decision: TimeDecision) => TimeDecision
  /** Take a time-based code more than once. */
  reuseCodes?: boolean
  /** Let a password stand for its second factor. */
  eitherFactor?: boolean
  /** Show a payment link that has ended. */
  openEndedLinks?: boolean
  /** Ask a provider anew, under another key, for what nobody knows the end of. */
  askBlindly?: boolean
  /** Believe whatever was said last of a payment, however old it is. */
  believeTheLast?: boolean
  /** Acknowledge a webhook before it is stored. */
  acknowledgeFirst?: boolean
  /** Count tries by reading and then writing. */
  countTriesApart?: boolean
  /** Weigh each refund a person decides by itself, and not with those before it. */
  decideApart?: boolean
  /** Give back by the terms as they were when the booking was made, not when it is cancelled. */
  refundAsOfBooking?: boolean
}

export const systemClock: Clock = { now: () => new Date() }

let randomPool = randomBytes(4_096)
let used = 0

/** From a pool: asking the system for sixteen at a time costs more than the rest of an id. Each byte is given out once. */
function sixteenRandomBytes(): Uint8Array {
  if (used === randomPool.length) {
    randomPool = randomBytes(randomPool.length)
    used = 0
  }
  used += 16
  return randomPool.subarray(used - 16, used)
}

/** UUIDv7 from the given clock and chance: the same seed gives the same ids. */
export function idsFrom(clock: Clock, rng?: Rng): Ids {
  let lastMs = 0
  let seq = 0
  return {
    next() {
      const ms = clock.now().getTime()
      seq = ms === lastMs ? seq + 1 : 0
      lastMs = ms
      const random = rng ? Uint8Array.from({ length: 16 }, () => Math.floor(rng() * 256)) : sixteenRandomBytes()
      return uuidv7({ msecs: ms, seq, random })
    },
  }
}

/** mulberry32: small, seedable, good enough for simulations; never for secrets. */
export function seededRng(seed: number): Rng {
  let a = seed >>> 0
  return () => {
    a = (a + 0x6d2b79f5) >>> 0
    let t = a
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

export function may(ctx: Pick<Ctx, 'actor'>, permission: Permission): boolean {
  return ctx.actor.kind === 'system' || ctx.actor.permissions.has(permission)
}

export const anonymous: Actor = { kind: 'anonymous', id: null, name: 'visitor', roles: [], permissions: new Set() }

/** The agency's own hand: jobs and reactions. `name` says which. */
export function systemActor(name: string): Actor {
  return { kind: 'system', id: null, name, roles: [], permissions: new Set() }
}
