import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { systemClock } from '#server/context.ts'
import { applyEvents, receiveEvent } from '#server/domains/payments/index.ts'
import { createTestDatabase } from '#tests/support/database.ts'
import { until } from '#tests/support/events.ts'
import {
  deliver,
  differencesOf,
  liveThrough,
  prepareStorm,
  type Storm,
  shuffledDeliveries,
  waitingOf,
} from '#tests/support/payment-storm.ts'
import { startStandIn } from '#tests/support/stripe.ts'
import { startWeb } from '#tests/support/web.ts'

const LONG = process.env.VIREL_FAULTS === '1'
const PAYMENTS = LONG ? 2_000 : 24
const KILL_EVERY_MS = LONG ? 2_000 : 700
const PORTIONS = LONG ? 1 : 2
const seed = Number(process.env.VIREL_SEED ?? Date.now() % 1_000_000)

/** A runner that is killed every so often and started again, until it is stopped. */
function runUnderFire(url: string) {
  let kills = 0
  let over = false
  let child: ChildProcess | undefined
  const launch = async () => {
    child = fork(join(import.meta.dirname, 'payment-runner.ts'), [url], { execArgv: [] })
    await once(child, 'message')
  }
  const running = (async () => {
    for (;;) {
      await launch()
      if (over) break
      await wait(KILL_EVERY_MS)
      if (over) break
      child?.kill('SIGKILL')
      if (child) await once(child, 'exit')
      kills += 1
    }
  })()
  return {
    kills: () => kills,
    /** No more kills; the last one goes on. */
    async calm() {
      over = true
      await running
      return kills
    },
    async stop() {
      child?.kill('SIGTERM')
      if (child) await once(child, 'exit')
    },
  }
}

// R1
test(
  'a storm of webhooks ends as the provider has it: each once to five times, in any order, workers killed under it',
  async () => {
    const database = await createTestDatabase()
    try {
      const standIn = await startStandIn()
      standIn.simulator.courier.mood.held = true
      const storm = await prepareStorm(database, standIn, PAYMENTS, { clock: systemClock })
      liveThrough(storm, standIn, seed)
      const deliveries = shuffledDeliveries(standIn, seed)
      const web = await startWeb(database, { provider: standIn.provider })
      const fire = runUnderFire(database.url)
      const refused: unknown[] = []
      const portion = Math.ceil(deliveries.length / PORTIONS)
      for (let n = 0; n < PORTIONS; n++) {
        refused.push(...(await deliver(web.url, standIn, deliveries.slice(n * portion, (n + 1) * portion))))
        if (!LONG) await until('a runner was killed under it', () => fire.kills() > n, 30_000)
      }
      const kills = await fire.calm()
      await until('every event is done', async () => (await waitingOf(database)) === 0, LONG ? 300_000 : 60_000)
      await fire.stop()
      await web.close()
      const events = standIn.simulator.store.list('event').length
      console.info(
        `R1: ${deliveries.length} deliveries of ${events} events for ${PAYMENTS} payments, ${kills} kills, seed ${seed}`,
      )
      expect(refused).toEqual([])
      const stored = await database.db.selectFrom('provider_events').select('id').execute()
      expect(stored).toHaveLength(events)
      expect(await differencesOf(storm, database, standIn)).toEqual([])
    } finally {
      await database.drop()
    }
  },
  LONG ? 1_800_000 : 180_000,
)

/** The same without processes: each delivery is stored and done before the next one comes. */
async function oneByOne(faults: { believeTheLast?: boolean }): Promise<string[]> {
  const database = await createTestDatabase()
  try {
    const standIn = await startStandIn()
    standIn.simulator.courier.mood.held = true
    const storm: Storm = await prepareStorm(database, standIn, 16, { clock: systemClock })
    // Each refund comes back: told the other way round it looks as if it had gone through.
    liveThrough(storm, standIn, seed, 1)
    const ctx = { ...storm.ctx, faults }
    for (const event of shuffledDeliveries(standIn, seed)) {
      const body = JSON.stringify(event)
      await receiveEvent(ctx, Buffer.from(body), standIn.simulator.courier.sign(body, Math.floor(Date.now() / 1_000)))
      const object = event.data.object as { id: string; payment_intent?: string }
      await applyEvents(ctx, object.payment_intent ?? object.id).catch(() => {})
    }
    return await differencesOf(storm, database, standIn)
  } finally {
    await database.drop()
  }
}

test('what is done one by one ends the same, and believing whatever came last does not', async () => {
  expect(await oneByOne({})).toEqual([])
  expect((await oneByOne({ believeTheLast: true })).length, 'the planted bug was not seen').toBeGreaterThan(0)
}, 120_000)
