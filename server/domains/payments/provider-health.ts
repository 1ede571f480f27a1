import { sql } from 'kysely'
import type { ProviderMode } from '#db/tables/index.ts'
import type { Ctx } from '#server/context.ts'
import type { ProviderHealth } from '#server/integrations/stripe/index.ts'

/** Writes down how the provider answers, for the system page; what can't be written is said in the log and lost. */
export async function recordHealth(ctx: Pick<Ctx, 'db' | 'log'>, health: ProviderHealth): Promise<void> {
  const failedAt = health.ok ? null : health.at
  const okAt = health.ok ? health.at : null
  await sql`
    insert into provider_health as h (provider, state, since_at, last_ok_at, last_failure_at, last_error, failures)
    values ('stripe', ${health.state}, ${health.at}, ${okAt}, ${failedAt}, ${health.lastError}, ${health.failures})
    on conflict (provider) do update set state = excluded.state,
      since_at = case when h.state = excluded.state then h.since_at else excluded.since_at end,
      last_ok_at = coalesce(excluded.last_ok_at, h.last_ok_at),
      last_failure_at = coalesce(excluded.last_failure_at, h.last_failure_at),
      last_error = excluded.last_error, failures = excluded.failures`
    .execute(ctx.db)
    .catch((err: unknown) => ctx.log.warn({ err }, 'how the provider answers could not be written down'))
  if (!health.ok)
    ctx.log.warn({ state: health.state, failures: health.failures, error: health.lastError }, 'the payment provider')
}

/** How payments online are doing. */
export interface ProviderState {
  /** Null: nobody takes money online here. */
  mode: ProviderMode | null
  simulatorUrl: string | null
  state: 'closed' | 'open' | 'half_open'
  since: Date | null
  lastOkAt: Date | null
  lastError: string | null
  /** Events stored and not yet done. */
  eventsWaiting: number
  oldestEventSeconds: number
  /** Asked for and not yet done; of these, nobody knows whether they were. */
  effectsOpen: number
  effectsUnknown: number
}

export async function readProvider(ctx: Pick<Ctx, 'db' | 'provider'>): Promise<ProviderState> {
  const { rows } = await sql<{
    state: ProviderState['state'] | null
    since_at: Date | null
    last_ok_at: Date | null
    last_error: string | null
    waiting: number
    oldest: number | null
    open: number
    unknown: number
  }>`
    select h.state, h.since_at, h.last_ok_at, h.last_error, e.waiting, e.oldest, f.open, f.unknown
    from (select count(*)::float8 as waiting, extract(epoch from clock_timestamp() - min(received_at))::float8 as oldest
          from provider_events where state = 'waiting') e
    cross join (select count(*)::float8 as open, count(*) filter (where state = 'unknown')::float8 as unknown
          from effects where state in ('pending', 'unknown')) f
    left join provider_health h on h.provider = 'stripe'`.execute(ctx.db)
  const row = rows[0]
  return {
    mode: ctx.provider?.mode ?? null,
    simulatorUrl: ctx.provider?.simulatorUrl ?? null,
    state: row?.state ?? 'closed',
    since: row?.since_at ?? null,
    lastOkAt: row?.last_ok_at ?? null,
    lastError: row?.last_error ?? null,
    eventsWaiting: row?.waiting ?? 0,
    oldestEventSeconds: Math.max(0, row?.oldest ?? 0),
    effectsOpen: row?.open ?? 0,
    effectsUnknown: row?.unknown ?? 0,
  }
}
