import { sql } from 'kysely'
import { afterEach, describe, expect, test } from 'vitest'
import type { Faults } from '#server/context.ts'
import { callerOf, makeUser } from '#tests/support/context.ts'
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts'
import { startWeb, type TestWeb } from '#tests/support/web.ts'
import { makeWorld } from '#tests/support/world.ts'

/** How many want the same hour. */
const MANY = process.env.VIREL_FAULTS ? 1_000 : 200

let web: TestWeb | undefined
let database: TestDatabase | undefined
afterEach(async () => {
  await web?.close()
  await database?.drop()
})

interface Outcome {
  confirmed: number
  taken: number
  other: number[]
  slowest: number
}

/** Many bookings of one model for one hour, all confirmed at the same moment over HTTP. */
async function race({
  faults,
  withoutConstraint = false,
  many = MANY,
}: {
  faults?: Faults
  withoutConstraint?: boolean
  many?: number
} = {}) {
  const db = await createTestDatabase({ max: 20 })
  database = db
  if (withoutConstraint) await sql`alter table time_blocks drop constraint time_blocks_no_overlap`.execute(db.db)
  const running = await startWeb(db, { faults })
  web = running
  const world = await makeWorld(db)
  const manager = await makeUser(db, 'OPS_MANAGER')
  const token = await running.signIn(manager)
  const ids: string[] = []
  for (let i = 0; i < many; i++) {
    const booking = await callerOf(db, manager, { clock: { now: () => new Date() } }).bookings.create({
      clientId: world.client.id,
      modelId: world.models[0]?.id ?? '',
      location: world.location.slug,
      start: '2027-03-01T19:00:00Z',
      end: '2027-03-01T20:00:00Z',
    })
    await callerOf(db, manager).bookings.setStatus({ id: booking.id, newStatus: 'pending' })
    ids.push(booking.id)
  }
  const outcome: Outcome = { confirmed: 0, taken: 0, other: [], slowest: 0 }
  await Promise.all(
    ids.map(async (id) => {
      const from = performance.now()
      const answer = await running.rest('POST', `/bookings/${id}/status`, {
        token,
        body: { newStatus: 'confirmed', metadata: { waiver: { reason: 'a race' } } },
      })
      outcome.slowest = Math.max(outcome.slowest, performance.now() - from)
      if (answer.status === 200) outcome.confirmed++
      else if (answer.status === 409 && answer.body.code === 'taken') outcome.taken++
      else outcome.other.push(answer.status)
    }),
  )
  const overlaps = await sql<{ n: number }>`select count(*)::int as n from time_blocks a join time_blocks b
    on a.model_id = b.model_id and a.id < b.id and a.active and b.active and a.block && b.block`.execute(db.db)
  const confirmed = await db.db.selectFrom('bookings').select('id').where('status', '=', 'confirmed').execute()
  return { outcome, overlaps: overlaps.rows[0]?.n, confirmed: confirmed.length }
}

describe('one hour wanted by many at once', () => {
  test('is sold exactly once; every loser is told that it is taken', async () => {
    const { outcome, overlaps, confirmed } = await race()
    expect(outcome).toMatchObject({ confirmed: 1, taken: MANY - 1, other: [] })
    expect({ overlaps, confirmed }).toEqual({ overlaps: 0, confirmed: 1 })
    process.stdout.write(`R4: ${MANY} at once, slowest answer ${Math.round(outcome.slowest)} ms\n`)
  })

  test('is still sold once when the lock is skipped: the constraint has the last word', async () => {
    const { overlaps, confirmed } = await race({ faults: { skipModelLock: true, beforeTakingTime: pause }, many: 30 })
    expect({ overlaps, confirmed }).toEqual({ overlaps: 0, confirmed: 1 })
  })

  test('is still sold once when the constraint is gone: the lock holds', async () => {
    const { overlaps, confirmed } = await race({ withoutConstraint: true, faults: { beforeTakingTime: pause }, many: 30 })
    expect({ overlaps, confirmed }).toEqual({ overlaps: 0, confirmed: 1 })
  })

  test('negative control: without lock and constraint it is oversold', async () => {
    const { confirmed } = await race({
      withoutConstraint: true,
      faults: { skipModelLock: true, beforeTakingTime: pause },
      many: 30,
    })
    expect(confirmed).toBeGreaterThan(1)
  })
})

/** Widens the window between looking and taking. */
function pause(): Promise<void> {
  return new Promise((resolve) => setImmediate(() => setTimeout(resolve, 20)))
}
