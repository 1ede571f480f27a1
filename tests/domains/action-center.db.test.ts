import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { callerOf, makeUser, TestClock } from '#tests/support/context.ts'
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts'

async function inFreshDatabase(work: (db: TestDatabase, clock: TestClock) => Promise<void>): Promise<void> {
  const db = await createTestDatabase()
  try {
    await work(db, new TestClock())
  } finally {
    await db.drop()
  }
}

const RANK = { critical: 0, high: 1, normal: 2, medium: 2, low: 3 }

describe('the Action Center', () => {
  test('pages through tasks and exceptions in working order, each once, whatever the page size', async () => {
    await inFreshDatabase(async (db, clock) => {
      const manager = await makeUser(db, 'OPS_MANAGER')
      const as = callerOf(db, manager, { clock })
      const levels = fc.sample(fc.integer({ min: 0, max: 3 }), { numRuns: 24, seed: 7 })
      for (const [index, level] of levels.entries()) {
        clock.advance(index * 7)
        if (index % 2 === 0)
          await as.tasks.create({ subject: `t${index}`, priority: (['low', 'normal', 'high', 'critical'] as const)[level] })
        else
          await as.exceptions.create({ summary: `x${index}`, severity: (['low', 'medium', 'high', 'critical'] as const)[level] })
      }
      // One without a deadline comes last of its level.
      await db.db.updateTable('tasks').set({ sla_deadline_at: null }).where('subject', '=', 't0').execute()
      const all = (await as.actionCenter.list({ limit: 200 })).items
      expect(all).toHaveLength(24)
      const order = all.map((item) => [RANK[item.priority], item.slaDeadlineAt ?? '9999', item.createdAt, item.id] as const)
      const sorted = order.toSorted(
        (a, b) => a[0] - b[0] || a[1].localeCompare(b[1]) || a[2].localeCompare(b[2]) || a[3].localeCompare(b[3]),
      )
      expect(order).toEqual(sorted)
      for (const limit of [1, 5, 23]) {
        const paged: string[] = []
        for (let cursor: string | undefined; ; ) {
          const page = await as.actionCenter.list({ limit, cursor })
          paged.push(...page.items.map((item) => item.id))
          if (page.nextCursor === null) break
          cursor = page.nextCursor
        }
        expect(paged).toEqual(all.map((item) => item.id))
      }
    })
  })

  test('groups, counts and filters what this person may see', async () => {
    await inFreshDatabase(async (db, clock) => {
      const [manager, olivia, oscar, reader, finance] = [
        await makeUser(db, 'OPS_MANAGER'),
        await makeUser(db, 'OPERATOR', 'Olivia'),
        await makeUser(db, 'OPERATOR', 'Oscar'),
        await makeUser(db, 'READ_ONLY'),
        await makeUser(db, 'FINANCE'),
      ]
      const as = (actor = manager) => callerOf(db, actor, { clock })
      const hers = await as().tasks.create({ subject: 'Ring Jane', priority: 'critical', assigneeId: olivia.id })
      const free = await as().tasks.create({ subject: 'Free', priority: 'normal' })
      const late = await as().exceptions.create({ summary: 'Late', severity: 'critical' })
      const done = await as().tasks.create({ subject: 'Done' })
      await as().tasks.setStatus({ id: done.id, newStatus: 'cancelled' })
      clock.advance(31)
      const ids = async (actor: typeof manager, filter = {}) =>
        (await as(actor).actionCenter.list(filter)).items.map((item) => item.id)

      expect((await as().actionCenter.list({})).counts).toMatchObject({ urgent: 2, high: 0, normal: 1 })
      expect(await ids(manager, { group: 'urgent' })).toEqual([hers.id, late.id])
      expect(await ids(manager, { group: 'completed' })).toEqual([done.id])
      expect(await ids(manager, { breached: 'true' })).toEqual([hers.id, late.id])
      expect(await ids(manager, { priority: 'medium,low', kind: 'task' })).toEqual([free.id])
      expect(await ids(oscar)).toEqual([late.id, free.id])
      expect((await as(oscar).actionCenter.list({})).counts).toMatchObject({ urgent: 1, high: 0, normal: 1 })
      expect(await ids(olivia, { assignedTo: 'me' })).toEqual([hers.id])
      expect(await ids(olivia, { assignedTo: 'none' })).toEqual([late.id, free.id])

      const [first] = (await as(olivia).actionCenter.list({})).items
      expect(first).toMatchObject({ breached: true, possible: [{ to: 'in_progress' }, { to: 'cancelled' }] })
      const seen = await as(reader).actionCenter.list({})
      expect(JSON.stringify(seen)).not.toContain('Jane')
      expect(seen.items.every((item) => item.possible.length === 0)).toBe(true)
      await expect(as(finance).actionCenter.list({})).rejects.toMatchObject({ cause: { code: 'forbidden' } })
    })
  })

  test('refuses a cursor it did not give out', async () => {
    await inFreshDatabase(async (db, clock) => {
      const as = callerOf(db, await makeUser(db, 'OPS_MANAGER'), { clock })
      for (const cursor of ['x', 'e30', Buffer.from('{"completed":false,"rank":0}').toString('base64url')]) {
        await expect(as.actionCenter.list({ cursor })).rejects.toMatchObject({ cause: { code: 'malformed' } })
      }
    })
  })
})
