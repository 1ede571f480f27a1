import type { RawBuilder } from 'kysely'
import { kyselyOn } from '#db/client.ts'
import type { CallCtx } from '#server/trpc/init.ts'

// Planning a search takes longer than running it; its statements are written so that one plan is right for all values.
const BEGIN = 'begin read only; set local plan_cache_mode = force_generic_plan'

/** Statements that are sent at once on one connection: one round trip, however many there are, and one snapshot of plans. */
export async function together<T>(ctx: CallCtx, statements: readonly RawBuilder<T>[]): Promise<T[][]> {
  const client = await ctx.pool.connect()
  let broken: Error | undefined
  try {
    const db = kyselyOn(client)
    const begun = client.query(BEGIN)
    const answers = statements.map((statement) => statement.execute(db))
    const ended = client.query('commit')
    const [rows] = await Promise.all([Promise.all(answers), begun, ended])
    return rows.map((answer) => answer.rows)
  } catch (error) {
    await client.query('rollback').catch((failed: Error) => {
      broken = failed
    })
    throw error
  } finally {
    client.release(broken)
  }
}
