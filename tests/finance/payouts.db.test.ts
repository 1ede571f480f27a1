import fc from 'fast-check'
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { systemActor } from '#server/context.ts'
import { earnBooking, modelPart } from '#server/domains/ledger/index.ts'
import { runExport } from '#server/exports/run-export.ts'
import { transact } from '#server/transact.ts'
import { callerOf, makeUser, TestClock, testCtx } from '#tests/support/context.ts'
import { testDatabase } from '#tests/support/database.ts'
import { csvRows, looksLikeFormula } from '#tests/support/hostile-cells.ts'
import { makeWorld } from '#tests/support/world.ts'

const database = testDatabase()
const gbp = (amount: number) => ({ amount, currency: 'GBP' })
const START = '2026-12-05T19:00:00Z'

async function setting() {
  const db = database()
  const world = await makeWorld(db)
  const owner = await makeUser(db, 'OWNER')
  const finance = await makeUser(db, 'FINANCE')
  const clock = new TestClock()
  const as = (actor = owner) => callerOf(db, actor, { clock })
  const modelId = world.models[0]?.id ?? ''
  const earn = (id: string) => transact(testCtx(db, owner, { clock }), (tx) => earnBooking(tx, id))
  let day = 0
  /** A confirmed booking of £450.00 with that much received. */
  const booked = async (received: number) => {
    const start = new Date(Date.parse(START) + day++ * 86_400_000)
    const { id } = await as().bookings.create({
      clientId: world.client.id,
      modelId,
      location: world.location.slug,
      start: start.toISOString(),
      end: new Date(start.getTime() + 7_200_000).toISOString(),
      confirm: true,
      waiver: { reason: 'A regular' },
    })
    if (received > 0) await as().payments.record({ id, type: 'full', amount: gbp(received), method: 'cash' })
    return { id, start }
  }
  const completed = async (received: number) => {
    const booking = await booked(received)
    clock.set(booking.start)
    await as().bookings.setStatus({ id: booking.id, newStatus: 'in_progress' })
    await as().bookings.setStatus({ id: booking.id, newStatus: 'completed' })
    await earn(booking.id)
    return booking
  }
  const balances = async () => {
    const { rows } = await sql<{ account: string; amount: number }>`
      select e.account, sum(e.amount)::float8 as amount from ledger_entries e join ledger_transactions t on t.id = e.transaction_id
      where t.model_id = ${modelId} or t.booking_id in (select id from bookings where model_id = ${modelId})
      group by 1 having sum(e.amount) <> 0`.execute(db.db)
    return Object.fromEntries(rows.map((row) => [row.account, row.amount]))
  }
  return { db, world, as, owner, finance, clock, modelId, booked, completed, earn, balances }
}

describe('what is earned', () => {
  test('a booking that took place moves what was held to revenue, and the model’s share to her account', async () => {
    const { completed, balances } = await setting()
    await completed(45_000)
    expect(await balances()).toEqual({ cash: 45_000, revenue: -45_000, model_costs: 27_000, model_payable: -27_000 })
  })

  test('told again, and ten times at once, it is earned once', async () => {
    const { completed, earn, balances } = await setting()
    const { id } = await completed(45_000)
    await Promise.all(Array.from({ length: 10 }, () => earn(id)))
    expect(await balances()).toMatchObject({ revenue: -45_000 })
  })

  test('money that comes after is earned when it comes, and what goes back after takes revenue down', async () => {
    const { as, completed, earn, balances } = await setting()
    const { id } = await completed(20_000)
    await as().payments.record({ id, type: 'full', amount: gbp(10_000), method: 'cash' })
    await earn(id)
    expect(await balances()).toEqual({ cash: 30_000, revenue: -30_000, model_costs: 18_000, model_payable: -18_000 })
    await as().payments.record({ id, type: 'refund', amount: gbp(5_000), method: 'cash' })
    await earn(id)
    expect(await balances()).toMatchObject({ cash: 25_000, revenue: -30_000, refunds: 5_000 })
  })

  test('nothing is earned before it is over', async () => {
    const { booked, earn, balances } = await setting()
    const { id } = await booked(20_000)
    await earn(id)
    expect(await balances()).toEqual({ cash: 20_000, client_deposits: -20_000 })
  })

  test('a model’s part and the agency’s make up the whole, and the taxi is hers', () => {
    expect(
      modelPart(
        47_000,
        6_000,
        [
          { kind: 'rate', label: '2 h', amount: 45_000 },
          { kind: 'taxi', label: 'Taxi', amount: 2_000 },
        ],
        true,
      ),
    ).toBe(29_000)
    fc.assert(
      fc.property(
        fc.nat({ max: 10_000_000 }),
        fc.nat({ max: 10_000 }),
        fc.nat({ max: 10_000_000 }),
        fc.nat({ max: 100_000 }),
        fc.boolean(),
        (amount, share, rate, taxi, tookPlace) => {
          const lines = [
            { kind: 'rate' as const, label: 'r', amount: rate },
            { kind: 'taxi' as const, label: 't', amount: taxi },
          ]
          const hers = modelPart(amount, share, lines, tookPlace)
          expect(Number.isInteger(hers) && hers >= 0 && hers <= amount).toBe(true)
        },
      ),
    )
  })
})

describe('payouts', () => {
  test('everything due goes into one payout, once; paid, nothing is owed any more', async () => {
    const { as, finance, completed, modelId, balances } = await setting()
    await completed(45_000)
    await completed(20_001)
    const made = await Promise.allSettled(
      Array.from({ length: 5 }, () => as(finance).payouts.make({ modelId, month: '2026-12' })),
    )
    expect(made.filter((one) => one.status === 'fulfilled')).toHaveLength(1)
    const [payout] = (await as(finance).payouts.list({ modelId })).items
    expect(payout).toMatchObject({ state: 'prepared', amount: gbp(27_000 + 12_001), lines: 2 })
    await as(finance).payouts.pay({ id: payout?.id ?? '', method: 'bank_transfer', reference: 'FPS 1' })
    expect(await balances()).toMatchObject({ cash: 65_001 - 39_001 })
    expect((await balances()).model_payable).toBeUndefined()
    await expect(as(finance).payouts.pay({ id: payout?.id ?? '', method: 'cash' })).rejects.toMatchObject({
      cause: { code: 'conflict' },
    })
  })

  test('one that is withdrawn makes its lines due again', async () => {
    const { as, finance, completed, modelId } = await setting()
    await completed(45_000)
    const first = await as(finance).payouts.make({ modelId, month: '2026-12' })
    await as(finance).payouts.withdraw({ id: first.id, reason: 'Wrong month' })
    expect(await as(finance).payouts.make({ modelId, month: '2026-12' })).toMatchObject({ amount: gbp(27_000) })
  })

  test('a statement tells each line, and its sum is what is due', async () => {
    const { as, finance, completed, modelId, clock } = await setting()
    await as(finance).payouts.setShare({ modelId, basisPoints: 5_000 })
    await completed(45_000)
    await completed(30_000)
    clock.set('2026-12-20T12:00:00Z')
    const { items } = await as(finance).payouts.statement({ modelId, month: '2026-12' })
    expect(items.map(({ gross, share, amount }) => ({ gross, share, amount }))).toEqual([
      { gross: 45_000, share: 5_000, amount: 22_500 },
      { gross: 30_000, share: 5_000, amount: 15_000 },
    ])
    const due = (await as(finance).payouts.due({ month: '2026-12', limit: 200 })).items.find((one) => one.model.id === modelId)
    expect(due).toMatchObject({ due: 37_500, earned: 37_500, opening: 0, paid: 0, closing: 37_500, bookings: 2 })
  })

  test('an operator sees none of it, a manager sees it and changes nothing', async () => {
    const { db, as, modelId } = await setting()
    const operator = await makeUser(db, 'OPERATOR')
    const manager = await makeUser(db, 'OPS_MANAGER')
    await expect(as(operator).payouts.due({ month: '2026-12' })).rejects.toMatchObject({ cause: { code: 'forbidden' } })
    await as(manager).payouts.due({ month: '2026-12' })
    await expect(as(manager).payouts.setShare({ modelId, basisPoints: 1 })).rejects.toMatchObject({
      cause: { code: 'forbidden' },
    })
  })
})

describe('statements as files', () => {
  test('hold what the screen shows, and no text of them is a formula (S10)', async () => {
    const { db, as, finance, completed, modelId, clock } = await setting()
    await db.db.updateTable('models').set({ name: '=HYPERLINK("x")' }).where('id', '=', modelId).execute()
    await completed(45_000)
    clock.set('2026-12-20T12:00:00Z')
    const file = async (kind: 'statement' | 'ledger', format: 'csv' | 'xlsx') => {
      const filters = kind === 'statement' ? { modelId, month: '2026-12' } : { modelId }
      const { id } = await as(finance).exports.make({ kind, format, filters } as Parameters<
        ReturnType<typeof as>['exports']['make']
      >[0])
      await runExport(testCtx(db, systemActor('export-make'), { clock, via: 'job' }), id, new AbortController().signal)
      return Buffer.from((await as(finance).exports.file({ id })).base64, 'base64')
    }
    const [head, line] = csvRows((await file('statement', 'csv')).toString())
    expect(head).toContain('On her account')
    expect(line?.slice(6, 10)).toEqual(['450', '60', '270', 'GBP'])
    const ledger = csvRows((await file('ledger', 'csv')).toString())
    expect(ledger.length).toBeGreaterThan(1)
    expect(ledger.flat().filter(looksLikeFormula)).toEqual([])
    expect((await file('statement', 'xlsx')).subarray(0, 2).toString()).toBe('PK')
  })
})

// Last: what it closes stays closed for the others.
describe('closing a month', () => {
  test('in order, once, not before it is over, and then it takes nothing more', async () => {
    const { db, as, finance, clock, completed } = await setting()
    const months = async () => (await as(finance).financeMonths.list({})).items
    await completed(45_000)
    clock.set('2026-12-31T23:00:00Z')
    await expect(as(finance).financeMonths.close({ month: '2026-12' })).rejects.toMatchObject({ cause: { code: 'invalid' } })
    clock.set('2027-01-02T12:00:00Z')
    for (const { month } of (await months()).filter((one) => one.month < '2026-12').reverse()) {
      await expect(as(finance).financeMonths.close({ month: '2026-12' })).rejects.toMatchObject({ cause: { code: 'conflict' } })
      await as(finance).financeMonths.close({ month })
    }
    await as(finance).financeMonths.close({ month: '2026-12' })
    expect((await months()).find((one) => one.month === '2026-12')).toMatchObject({ closedBy: { id: finance.id } })
    await expect(as(finance).financeMonths.close({ month: '2026-12' })).rejects.toMatchObject({ cause: { code: 'conflict' } })
    clock.set('2026-12-30T12:00:00Z')
    await expect(
      as(finance).ledger.adjust({ debit: 'fees', credit: 'cash', amount: gbp(1), memo: 'Late charge' }),
    ).rejects.toMatchObject({ cause: { code: 'conflict' } })
    const { sum } = await as(finance).ledger.balances({})
    expect(sum).toBe(0)
    const kept = await db.db
      .selectFrom('finance_months')
      .select('balances')
      .where(sql<boolean>`month = '2026-12-01'`)
      .executeTakeFirstOrThrow()
    expect(Object.values(kept.balances.GBP ?? {}).reduce((total, amount) => total + amount, 0)).toBe(0)
  })
})
