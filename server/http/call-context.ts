import { getConnInfo } from '@hono/node-server/conninfo'
import type { Context } from 'hono'
import { getCookie } from 'hono/cookie'
import type { Via } from '#db/tables/index.ts'
import { looksLikeApiKey, resolveApiKey } from '#server/auth/api-keys.ts'
import { type Actor, anonymous } from '#server/context.ts'
import { AppError } from '#server/errors.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import type { WebDeps } from './app.ts'
import type { AppEnv } from './app-env.ts'
import { clientAddress } from './client-address.ts'
import type { RequestLimits } from './request-limits.ts'

/** The token a request shows: as a bearer before the cookie. */
export function tokenOf(c: Context<AppEnv>, cookieName: string): string | null {
  const bearer = /^Bearer (\S+)$/i.exec(c.req.header('authorization') ?? '')
  if (bearer?.[1]) return bearer[1]
  return getCookie(c, cookieName) ?? null
}

/** Who shows this token; undefined when it is none of ours, or over. */
export async function actorOf(
  deps: Pick<WebDeps, 'db' | 'clock' | 'sessions'>,
  token: string | null,
  ip: string | null,
): Promise<Actor | undefined> {
  if (!token) return undefined
  if (looksLikeApiKey(token)) return resolveApiKey(deps, token, ip)
  return (await deps.sessions.resolve(token))?.actor
}

/**
 * What a procedure is told about the request. Counts it for its caller; throws `rate_limited` when their minute is used up, and
 * `unauthenticated` for a token that is wrong.
 */
export async function callContext(
  c: Context<AppEnv>,
  deps: WebDeps,
  limits: RequestLimits,
  { via, cost, sign }: { via: Via; cost: number; sign: CallCtx['sign'] },
): Promise<CallCtx> {
  const token = c.var.token()
  const ip = clientAddress(socketAddress(c), c.req.header('x-forwarded-for') ?? null, deps.trustedHops)
  const actor = await actorOf(deps, token, ip)
  // A wrong token counts for its sender's address: guessing is limited too.
  if (cost > 0) await limits.count(actor, ip, cost)
  // A token that is wrong is not a stranger: the sender believes to be signed in and must learn otherwise.
  if (!actor && c.req.header('authorization'))
    throw new AppError('unauthenticated', 'This token is unknown or has ended. Sign in again.')
  const idempotencyKey = c.req.header('idempotency-key') ?? null
  return {
    db: deps.db,
    pool: deps.pool,
    clock: deps.clock,
    rng: deps.rng,
    ids: deps.ids,
    log: deps.log.child({ requestId: c.var.requestId }),
    actor: actor ?? anonymous,
    via,
    requestId: c.var.requestId,
    ip,
    agent: c.req.header('user-agent')?.slice(0, 300) ?? null,
    causeId: null,
    depth: 0,
    idempotencyKey,
    sign,
    wakeRelay: deps.wakeRelay,
    appUrl: deps.appUrl,
    secrets: deps.secrets,
    provider: deps.provider,
    sessions: deps.sessions,
    token: actor?.kind === 'user' ? token : null,
    browser: { device: null, step: null },
    answer: {},
    faults: deps.faults,
  }
}

function socketAddress(c: Context<AppEnv>): string | undefined {
  // Absent when the app is called without a socket, as in tests.
  return c.env && typeof c.env === 'object' && 'incoming' in c.env ? getConnInfo(c).remote.address : undefined
}
