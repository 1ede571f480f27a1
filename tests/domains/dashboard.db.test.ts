import { sql } from 'kysely'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Actor } from '#server/context.ts'
import * as queries from '#server/domains/dashboard/dashboard.queries.ts'
import { Fixtures } from '#tests/support/access-fixtures.ts'
import { callerOf, makeUser, TestClock, testCtx } from '#tests/support/context.ts'
import { testDatabase } from '#tests/support/database.ts'

const database = testDatabase()
let made: Fixtures
let owner: Actor & { id: string }
let operator: Actor & { id: string }
beforeAll(async () => {
  made = await Fixtures.in(database())
  owner = await makeUser(database(), 'OWNER')
  operator = await makeUser(database(), 'OPERATOR')
})

const read = (actor: Actor, now: string) => callerOf(database(), actor, { clock: new TestClock(now) }).dashboard.read({})

describe('the figures of the first page', () => {
  test('count by the agency’s days, and an operator’s are of what their lists show', async () => {
    // Made by the fixtures at 08:00 on 20 November; bookings start at 18:00 from 1 December on, a day each.
    for (const whose of ['own', 'nobody', 'foreign'] as const) {
      await made.inquiry(whose, operator)
      await made.booking(whose, operator)
      await made.exception(whose, operator)
    }
    const all = await read(owner, '2026-11-21T12:00:00Z')
    expect(all.past.at(-1)).toBe('2026-11-21')
    expect(all.past).toHaveLength(14)
    expect(all.inquiriesReceived?.slice(-3)).toEqual([0, 3, 0])
    expect(all.bookingsMade?.slice(-3)).toEqual([0, 3, 0])
    expect(all.exceptionsOpened?.slice(-3)).toEqual([0, 3, 0])
    expect(all.inquiries?.[0]).toEqual({ status: 'new', count: 3, more: false })
    expect(all.bookings?.[0]).toEqual({ status: 'draft', count: 3, more: false })
    const own = await read(operator, '2026-11-21T12:00:00Z')
    expect(own.inquiriesReceived?.slice(-3)).toEqual([0, 2, 0])
    expect(own.inquiries?.[0]).toEqual({ status: 'new', count: 2, more: false })
    const { items } = await callerOf(database(), operator).inquiries.list({ status: 'new' })
    expect(items).toHaveLength(2)
  })

  test('look ahead from today by the day a booking starts', async () => {
    const { ahead, bookingsAhead } = await read(owner, '2026-11-30T23:59:00Z')
    expect(ahead[0]).toBe('2026-11-30')
    expect(bookingsAhead?.open.slice(0, 5)).toEqual([0, 1, 1, 1, 0])
    expect(bookingsAhead?.sure.slice(0, 5)).toEqual([0, 0, 0, 0, 0])
  })

  test('a day is the agency’s: the night clocks go back has 25 hours, and its last hour is still that day’s', async () => {
    const { db } = database()
    const id = await made.inquiry('nobody', owner)
    await db
      .updateTable('inquiries')
      .set({ created_at: new Date('2026-10-25T23:30:00Z') })
      .where('id', '=', id)
      .execute()
    const { past, inquiriesReceived } = await read(owner, '2026-10-26T12:00:00Z')
    expect(past.slice(-2)).toEqual(['2026-10-25', '2026-10-26'])
    expect(inquiriesReceived?.slice(-2)).toEqual([1, 0])
  })

  test('are not there for who may not read the rows they count', async () => {
    const finance = await read(await makeUser(database(), 'CONTENT_MANAGER'), '2026-11-21T12:00:00Z')
    expect(finance.inquiriesReceived).toBeNull()
    expect(finance.bookingsAhead).toBeNull()
    expect(finance.inquiries).toBeNull()
  })
})

describe('what they cost', () => {
  const BUSY_DAY = 3_000

  test('stops at a number of rows: a day and a state with more are said to have more', async () => {
    const { db } = database()
    await sql`insert into inquiries (id, source, client_id, message, location_id, status, created_at, updated_at)
      select gen_random_uuid(), 'web', ${made.world.client.id}, '', ${made.world.location.id}, 'new', at, at from (
        select '2026-06-10T08:00:00Z'::timestamptz + n * interval '10 seconds' as at from generate_series(1, ${BUSY_DAY}::int) n
      ) times`.execute(db)
    await sql`vacuum analyze inquiries`.execute(db)
    const { inquiries, inquiriesReceived } = await read(owner, '2026-06-10T20:00:00Z')
    expect(inquiriesReceived?.at(-1)).toBe(queries.MOST)
    expect(inquiries?.[0]).toEqual({ status: 'new', count: queries.MOST, more: true })
  })

  test('is walks of indexes: no table is read from end to end', async () => {
    const ctx = testCtx(database(), operator)
    const days = { names: ['2026-06-10'], edges: ['2026-06-09T23:00:00Z', '2026-06-10T23:00:00Z'] }
    const client = await database().pool.connect()
    try {
      await client.query('begin; set local enable_seqscan = on; set local plan_cache_mode = force_generic_plan')
      const plans = async () => {
        const read: string[] = []
        for (const query of [queries.inquiriesReceived(ctx, days), queries.inquiriesUnderWay(ctx)]) {
          const { sql: text, parameters } = query.compile(database().db)
          const { rows } = await client.query<{ 'QUERY PLAN': string }>(`explain ${text}`, [...parameters])
          read.push(rows.map((row) => row['QUERY PLAN']).join('\n'))
        }
        return read
      }
      const [received = '', underWay = ''] = await plans()
      expect(received).toContain('inquiries_created_at_idx')
      expect(underWay).toContain('inquiries_status_idx')
      expect(`${received}${underWay}`).not.toContain('Seq Scan on inquiries')
      // Negative control: without the indexes it would be, and this test would see it.
      await client.query('drop index inquiries_created_at_idx; drop index inquiries_status_idx')
      expect((await plans()).join('')).toContain('Seq Scan on inquiries')
    } finally {
      await client.query('rollback')
      client.release()
    }
  })
})
