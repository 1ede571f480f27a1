import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { consumeInOrder, consumeOnce } from '#server/outbox/consume.ts'
import { transact } from '#server/transact.ts'
import { testCtx } from '#tests/support/context.ts'
import { testDatabase } from '#tests/support/database.ts'
import { relayAll, writeEvent } from '#tests/support/events.ts'

const database = testDatabase()
const consumer = 'event-react'

/** A history of one entity, relayed; answers the events' ids in order. */
async function history(length: number): Promise<string[]> {
  const entityId = randomUUID()
  const ids: string[] = []
  for (let n = 0; n < length; n++) ids.push(await writeEvent(database(), { entityId }))
  await relayAll(database())
  return ids
}

test('an event delivered three times at once has its effect once; without the mark it has it three times', async () => {
  const [eventId = ''] = await history(1)
  const ctx = testCtx(database())
  let effects = 0
  let careless = 0
  await Promise.all(
    [1, 2, 3].map(() =>
      transact(ctx, async (tx) => {
        careless += 1
        if (await consumeOnce(tx, 'test', eventId)) effects += 1
      }),
    ),
  )
  expect(effects).toBe(1)
  expect(careless).toBe(3)
})

test('an effect that fails leaves no mark: the next try has it', async () => {
  const [eventId = ''] = await history(1)
  const ctx = testCtx(database())
  const failing = transact(ctx, (tx) =>
    consumeInOrder(tx, consumer, eventId, async () => {
      throw new Error('provider away')
    }),
  )
  await expect(failing).rejects.toThrow('provider away')
  expect(await transact(ctx, (tx) => consumeInOrder(tx, consumer, eventId, async () => {}))).toBe(1)
  expect(await transact(ctx, (tx) => consumeInOrder(tx, consumer, eventId, async () => {}))).toBe(0)
})

test("an entity's events are handled in order and once each, in whatever order their jobs run", async () => {
  const ids = await history(20)
  const ctx = testCtx(database())
  const handled: string[] = []
  const careless: string[] = []
  const jobs = [...ids, ...ids].reverse()
  await Promise.all(
    jobs.map((eventId) =>
      transact(ctx, async (tx) => {
        careless.push(eventId)
        await consumeInOrder(tx, consumer, eventId, async (event) => {
          handled.push(event.id)
        })
      }),
    ),
  )
  expect(handled).toEqual(ids)
  expect(careless).not.toEqual(ids)
})

test('an earlier event that was given up does not hold up the later ones', async () => {
  const [first = '', second = ''] = await history(2)
  const ctx = testCtx(database())
  const { rows } = await database().pool.query<{ id: number }>('select id from graphile_worker.jobs where key = $1', [
    `event:${consumer}:${first}`,
  ])
  await database().pool.query(`select graphile_worker.permanently_fail_jobs(array[$1::bigint], 'gave up')`, [rows[0]?.id])
  const handled: string[] = []
  const handle = (eventId: string) =>
    transact(ctx, (tx) =>
      consumeInOrder(tx, consumer, eventId, async (event) => {
        handled.push(event.id)
      }),
    )
  await handle(second)
  expect(handled).toEqual([second])
  // Retried by hand, it is handled after all.
  await handle(first)
  expect(handled).toEqual([second, first])
})
