import type { Db } from '#db/client.ts'
import type { Env } from '#server/env.ts'
import type { FactorPolicy } from './factors.ts'

/** Addresses of the demonstration's accounts end so; nobody can have a real one there. */
const DEMO_ADDRESSES = '%@demo.virel.test'

/**
 * REQUIRE_SECOND_FACTOR as it was set; else on in production, unless there is demo data whose accounts can sign in: that is
 * there to be looked at, and their password is printed at the start anyway. Asked once, when a web process starts.
 */
export async function factorPolicy(db: Db, env: Pick<Env, 'NODE_ENV' | 'REQUIRE_SECOND_FACTOR'>): Promise<FactorPolicy> {
  if (env.REQUIRE_SECOND_FACTOR !== undefined) return { requireSecondFactor: env.REQUIRE_SECOND_FACTOR }
  if (env.NODE_ENV !== 'production') return { requireSecondFactor: false }
  const demo = await db
    .selectFrom('users')
    .select('id')
    .where('email', 'like', DEMO_ADDRESSES)
    .where('disabled_at', 'is', null)
    .limit(1)
    .executeTakeFirst()
  return { requireSecondFactor: demo === undefined }
}
