import pino from 'pino'
import { describe, expect, test } from 'vitest'
import { seedDemo } from '#db/seeds/demo.ts'
import { createTestDatabase } from '#tests/support/database.ts'

const HOUR_MS = 3_600_000
/** Steps of 29½ hours meet every hour of the day; the short form takes one moment of the coming year at random. */
const MOMENTS =
  process.env.VIREL_FAULTS === '1'
    ? Array.from({ length: 48 }, (_, index) => new Date(Date.now() + index * 29.5 * HOUR_MS))
    : [new Date(Math.floor(Date.now() / HOUR_MS + Math.random() * 365 * 24) * HOUR_MS)]

describe('the demonstration', () => {
  test.each(MOMENTS)('can be told at %o', { timeout: 300_000 }, async (now) => {
    const database = await createTestDatabase()
    try {
      const counts = await seedDemo({ db: database.db, pool: database.pool, log: pino({ level: 'silent' }), now })
      expect(counts.bookings).toBeGreaterThan(100)
    } finally {
      await database.drop()
    }
  })
})
