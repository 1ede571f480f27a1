import { describe, expect, test } from 'vitest'
import { systemActor } from '#server/context.ts'
import { raiseException } from '#server/domains/exceptions/index.ts'
import { transact } from '#server/transact.ts'
import { callerOf, makeUser, TestClock, testCtx } from '#tests/support/context.ts'
import { testDatabase } from '#tests/support/database.ts'

const database = testDatabase()

async function setting() {
  const db = database()
  const clock = new TestClock()
  const [manager, olivia, oscar] = await Promise.all([
    makeUser(db, 'OPS_MANAGER', 'Mona'),
    makeUser(db, 'OPERATOR', 'Olivia'),
    makeUser(db, 'OPERATOR', 'Oscar'),
  ])
  const as = (actor = manager) => callerOf(db, actor, { clock })
  const raise = (dedupeKey?: string) =>
    transact(testCtx(db, systemActor('watch'), { clock }), (tx) =>
      raiseException(tx, { type: 'mismatch', severity: 'high', summary: 'Two at once', dedupeKey }),
    )
  return { db, clock, manager, olivia, oscar, as, raise }
}

describe('an exception', () => {
  test('that happens again while unresolved is counted, not repeated', async () => {
    const { as, raise } = await setting()
    const raised = await Promise.all(Array.from({ length: 10 }, () => raise('again')))
    expect(new Set(raised.map((one) => one.ref)).size).toBe(1)
    const id = raised[0]?.id ?? ''
    expect(await as().exceptions.get({ id })).toMatchObject({ occurrences: 10, slaDeadlineAt: '2026-11-21T13:00:00.000Z' })
    await as().exceptions.dismiss({ id, reason: 'known' })
    expect((await raise('again')).id).not.toBe(id)
  })

  test('resolved straight from open is looked into and resolved: two steps, both on record', async () => {
    const { db, as, olivia, raise } = await setting()
    const { id } = await raise()
    const done = await as(olivia).exceptions.resolve({ id, resolution: 'Moved the second one' })
    expect(done.transition).toMatchObject({ from: 'open', to: 'resolved', by: 'Olivia' })
    expect(done.exception).toMatchObject({ status: 'resolved', resolution: 'Moved the second one', version: 3, possible: [] })
    expect(done.exception.assignee?.id).toBe(olivia.id)
    const events = await db.db
      .selectFrom('domain_events')
      .select(['type', 'payload'])
      .where('entity_id', '=', id)
      .orderBy('position')
      .execute()
    expect(events.slice(1).map((event) => event.payload.to)).toEqual(['investigating', 'resolved'])
  })

  test('is not resolved without saying how, nor past looking into it', async () => {
    const { as, raise } = await setting()
    const { id } = await raise()
    await expect(as().exceptions.setStatus({ id, newStatus: 'resolved', reason: 'so' })).rejects.toMatchObject({
      cause: { code: 'transition_refused', facts: { rule: 'notInLifecycle', possible: ['investigating'] } },
    })
    await as().exceptions.setStatus({ id, newStatus: 'investigating' })
    await expect(as().exceptions.setStatus({ id, newStatus: 'resolved' })).rejects.toMatchObject({
      cause: { code: 'transition_refused', facts: { rule: 'resolutionGiven' } },
    })
    await expect(as().exceptions.resolve({ id, resolution: '  ' })).rejects.toThrow()
    const done = await as().exceptions.setStatus({ id, newStatus: 'resolved', metadata: { resolution: 'Rebooked' } })
    expect(done.exception.resolution).toBe('Rebooked')
  })

  test('that is someone else’s looks like one that does not exist', async () => {
    const { as, olivia, oscar, raise } = await setting()
    const { id } = await raise()
    await as().exceptions.assign({ id, userId: olivia.id })
    await expect(as(oscar).exceptions.get({ id })).rejects.toMatchObject({ cause: { code: 'not_found' } })
    await expect(as(oscar).exceptions.resolve({ id, resolution: 'mine' })).rejects.toMatchObject({ cause: { code: 'not_found' } })
    await expect(as(oscar).exceptions.assign({ id, userId: oscar.id })).rejects.toMatchObject({
      cause: { code: 'conflict', message: 'Olivia has this already.' },
    })
    expect((await as(oscar).exceptions.list({})).items.map((item) => item.id)).not.toContain(id)
  })
})
