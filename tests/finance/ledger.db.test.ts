import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { type LedgerPosting, postLedger } from '#server/domains/ledger/index.ts'
import { transact } from '#server/transact.ts'
import { callerOf, makeUser, TestClock, testCtx } from '#tests/support/context.ts'
import { testDatabase } from '#tests/support/database.ts'
import { makeWorld } from '#tests/support/world.ts'

const database = testDatabase()
const gbp = (amount: number) => ({ amount, currency: 'GBP' })

async function setting() {
  const db = database()
  const world = await makeWorld(db)
  const owner = await makeUser(db, 'OWNER')
  const clock = new TestClock()
  const api = callerOf(db, owner, { clock })
  const post = (posting: LedgerPosting) => transact(testCtx(db, owner, { clock }), async (tx) => postLedger(tx, posting))
  return { db, world, owner, api, clock, post }
}

const fact = (key: string, ...amounts: number[]): LedgerPosting => ({
  key,
  kind: 'adjustment',
  currency: 'GBP',
  entries: amounts.map((amount, index) => ({ account: index === 0 ? 'cash' : 'revenue', amount })),
})

describe('the books', () => {
  test('a payment and a refund by hand are there, and everything sums to zero', async () => {
    const { db, world, api } = await setting()
    const { id } = await api.bookings.create({
      clientId: world.client.id,
      modelId: world.models[0]?.id ?? '',
      location: world.location.slug,
      start: '2026-12-25T19:00:00Z',
      end: '2026-12-25T21:00:00Z',
    })
    await api.payments.record({ id, type: 'full', amount: gbp(45_000), method: 'cash' })
    await api.payments.record({ id, type: 'refund', amount: gbp(5_000), method: 'cash' })
    const { rows } = await sql<{ account: string; amount: number }>`
      select e.account, sum(e.amount)::bigint as amount from ledger_entries e join ledger_transactions t on t.id = e.transaction_id
      where t.booking_id = ${id} group by 1 order by 1`.execute(db.db)
    expect(rows).toEqual([
      { account: 'cash', amount: 40_000 },
      { account: 'client_deposits', amount: -40_000 },
    ])
  })

  test('a fact told twice is written once', async () => {
    const { db, post } = await setting()
    await Promise.all([post(fact('twice', 100, -100)), post(fact('twice', 100, -100)), post(fact('twice', 100, -100))])
    const written = await db.db.selectFrom('ledger_transactions').select('id').where('key', '=', 'twice').execute()
    expect(written).toHaveLength(1)
  })

  test('what does not sum to zero is refused by the code, and by the database when the code is gone around', async () => {
    const { db, post } = await setting()
    await expect(post(fact('crooked', 100, -99))).rejects.toThrow('does not balance')
    await post(fact('straight', 100, -100))
    const { id } = await db.db
      .selectFrom('ledger_transactions')
      .select('id')
      .where('key', '=', 'straight')
      .executeTakeFirstOrThrow()
    const beside = sql`insert into ledger_entries (transaction_id, line, account, amount, month, currency)
      select ${id}::uuid, 3, 'cash', 1, month, currency from ledger_transactions where id = ${id}`
    await expect(beside.execute(db.db)).rejects.toMatchObject({ code: 'VR005' })
    const alone = sql`insert into ledger_transactions (id, key, kind, currency, month, posted_at)
      values (gen_random_uuid(), 'alone', 'adjustment', 'GBP', '2026-11-01', now())`
    await expect(alone.execute(db.db)).rejects.toMatchObject({ code: 'VR005' })
  })

  test('what was written stays as it is; only words may be taken out of a memo', async () => {
    const { db, post } = await setting()
    await post({ ...fact('kept', 100, -100), memo: 'for Jane' })
    const change = (what: string) => sql.raw(what).execute(db.db)
    for (const statement of [
      'update ledger_entries set amount = amount * 2',
      'delete from ledger_entries',
      "update ledger_transactions set kind = 'payment'",
      'truncate ledger_entries cascade',
    ]) {
      await expect(change(statement), statement).rejects.toMatchObject({ code: 'VR006' })
    }
    await change("update ledger_transactions set memo = 'for someone' where key = 'kept'")
  })

  test('a closed month takes nothing more, and the next one does', async () => {
    const { db, owner, post, clock } = await setting()
    clock.set('2026-10-31T23:59:00Z')
    await post(fact('october', 100, -100))
    await db.db
      .insertInto('finance_months')
      .values({ month: '2026-10-01', closed_at: clock.now(), closed_by: owner.id, balances: '{}' })
      .execute()
    await expect(post(fact('late', 100, -100))).rejects.toMatchObject({ code: 'conflict' })
    clock.set('2026-11-01T00:01:00Z')
    await post(fact('november', 100, -100))
  })

  test('a month is one of the agency’s zone: in summer London’s August begins before UTC’s', async () => {
    const { db, post, clock } = await setting()
    clock.set('2026-07-31T22:30:00Z')
    await post(fact('london', 100, -100))
    clock.set('2026-07-31T23:30:00Z')
    await post(fact('london later', 100, -100))
    const { rows } = await sql<{ key: string; month: string }>`
      select key, month::text from ledger_transactions where key like 'london%' order by key`.execute(db.db)
    expect(rows).toEqual([
      { key: 'london', month: '2026-07-01' },
      { key: 'london later', month: '2026-08-01' },
    ])
  })
})
