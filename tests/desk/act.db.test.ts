import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { makeUser } from '#tests/support/context.ts'
import { testDatabase } from '#tests/support/database.ts'
import { item, makeDesk } from '#tests/support/desk.ts'
import { makeWorld } from '#tests/support/world.ts'

const database = testDatabase()

const desk = () => makeDesk(database())

describe('an action from the Action Center', () => {
  test('finishes a task in one go and is taken back as it was: state, holder, claim, deadline', async () => {
    const { as, olivia, task, audited } = await desk()
    const it = await task({ priority: 'high' })
    await as(olivia).actionCenter.act({ ...item(it), action: 'claim' })
    const before = await as(olivia).actionCenter.item(item(it))
    expect(before.claimedUntil).toBe('2026-11-21T12:15:00.000Z')
    const done = await as(olivia).actionCenter.act({
      ...item(it),
      action: 'move',
      to: 'done',
      through: true,
      version: before.version,
    })
    expect(done).toMatchObject({
      item: { status: 'done', claimedUntil: null },
      text: `${it.ref} is done.`,
      undo: { label: 'Done' },
    })
    expect((await as(olivia).actionCenter.undos({})).items[0]).toEqual(done.undo)
    const undone = await as(olivia).actionCenter.undo({ id: done.undo?.id ?? '' })
    expect(undone.undone).toEqual([{ kind: 'task', id: it.id, ref: it.ref }])
    const after = await as(olivia).actionCenter.item(item(it))
    const same = ({ version, seq, updatedAt, timeline, ...rest }: typeof after) => rest
    expect(same(after)).toEqual(same(before))
    expect(after.version).toBeGreaterThan(before.version)
    expect(await audited(it.id, 'task.undone')).toBe(1)
    await expect(as(olivia).actionCenter.undo({ id: done.undo?.id ?? '' })).rejects.toMatchObject({
      cause: { code: 'conflict', message: 'This is already undone.' },
    })
  })

  test('makes work in one breath, and withdraws it when it was made by mistake, unless someone has begun', async () => {
    const { as, olivia, oscar, audited } = await desk()
    for (const kind of ['task', 'exception'] as const) {
      const made = await as(olivia).actionCenter.create({ kind, subject: 'Ring the venue', priority: 'high', mine: true })
      const id = made.item?.id ?? ''
      expect(made).toMatchObject({ item: { subject: 'Ring the venue', priority: 'high' }, text: `${made.item?.ref} is made.` })
      expect(made.item?.assignee?.id).toBe(kind === 'task' ? olivia.id : undefined)
      await expect(as(oscar).actionCenter.undo({ id: made.undo?.id ?? '' })).rejects.toMatchObject({
        cause: { code: 'not_found' },
      })
      await as(olivia).actionCenter.undo({ id: made.undo?.id ?? '' })
      const after = await as(olivia).actionCenter.item({ kind, id })
      expect(after.status).toBe(kind === 'task' ? 'cancelled' : 'dismissed')
      expect(await audited(id, `${kind}.created`)).toBe(1)

      const begun = await as(olivia).actionCenter.create({ kind, subject: 'Ring them too' })
      const there = { kind, id: begun.item?.id ?? '' }
      await as(oscar).actionCenter.act({ ...there, action: 'claim' })
      await expect(as(olivia).actionCenter.undo({ id: begun.undo?.id ?? '' })).rejects.toMatchObject({
        cause: { code: 'conflict' },
      })
    }
  })

  test('says before what can be undone, and what it needs', async () => {
    const { as, olivia, reader, task, exception } = await desk()
    const it = await exception()
    const { actions } = await as(olivia).actionCenter.item(item(it))
    expect(actions.map(({ action, to, needs, undoable }) => [action, to, needs, undoable])).toEqual([
      ['move', 'resolved', ['resolution'], true],
      ['move', 'dismissed', ['reason'], true],
      ['move', 'investigating', [], true],
      ['claim', undefined, [], true],
      ['snooze', undefined, ['until'], true],
      ['edit', undefined, [], true],
      ['note', undefined, ['body'], true],
    ])
    expect((await as(reader).actionCenter.item(item(it))).actions).toEqual([])
    const hers = await task({ assigneeId: olivia.id })
    const seen = (await as().actionCenter.item(item(hers))).actions.find((one) => one.action === 'claim')
    expect(seen?.refusedBy?.text).toBe('Olivia has this already.')
  })

  test('each kind of it is taken back', async () => {
    const { as, olivia, oscar, task, exception, clock } = await desk()
    const acts = [
      { action: 'move', to: 'in_progress' },
      { action: 'move', to: 'cancelled', reason: 'no need' },
      { action: 'claim' },
      { action: 'assign', userId: oscar.id },
      { action: 'snooze', until: '2026-11-21T13:00:00Z' },
      { action: 'snooze', event: 'note' },
      { action: 'edit', subject: 'Other words', priority: 'critical', type: 'call_back', dueAt: '2026-11-22T12:00:00Z' },
      { action: 'edit', slaDeadlineAt: '2026-11-21T12:30:00Z' },
      { action: 'note', body: 'Rang twice' },
    ] as const
    for (const act of acts) {
      const it = await task()
      const before = await as().actionCenter.item(item(it))
      const { undo } = await as().actionCenter.act({ ...item(it), ...act })
      const changed = await as().actionCenter.item(item(it))
      const same = ({ version, seq, updatedAt, timeline, ...rest }: typeof before) => rest
      expect(same(changed)).not.toEqual(same(before))
      await as().actionCenter.undo({ id: undo?.id ?? '' })
      expect(same(await as().actionCenter.item(item(it)))).toEqual(same(before))
    }
    const odd = await exception()
    for (const act of [
      { to: 'resolved', resolution: 'Rang her' },
      { to: 'dismissed', reason: 'A mistake' },
    ]) {
      const { undo } = await as(olivia).actionCenter.act({ ...item(odd), action: 'move', through: true, ...act })
      await as(olivia).actionCenter.undo({ id: undo?.id ?? '' })
      expect(await as().actionCenter.item(item(odd))).toMatchObject({ status: 'open', statusReason: null, assignee: null })
    }
    clock.advance(1)
  })

  test('can not be undone late, by another, or when someone has moved on; the sentence says which', async () => {
    const { as, clock, olivia, oscar, task } = await desk()
    const it = await task()
    const first = await as(olivia).actionCenter.act({ ...item(it), action: 'edit', priority: 'high' })
    const id = first.undo?.id ?? ''
    await expect(as(oscar).actionCenter.undo({ id })).rejects.toMatchObject({ cause: { code: 'not_found' } })
    await as(oscar).actionCenter.act({ ...item(it), action: 'edit', subject: 'Changed' })
    await expect(as(olivia).actionCenter.undo({ id })).rejects.toMatchObject({
      cause: { code: 'conflict', message: 'Oscar changed it since, so “Edit” can no longer be undone.' },
    })
    const second = await as(olivia).actionCenter.act({ ...item(it), action: 'edit', priority: 'low' })
    clock.advance(5)
    await expect(as(olivia).actionCenter.undo({ id: second.undo?.id ?? '' })).rejects.toMatchObject({
      cause: { code: 'conflict' },
    })
    expect((await as(olivia).actionCenter.undos({})).items).toEqual([])
  })

  test('on what was changed meanwhile is refused with what changed, by whom and when', async () => {
    const { as, clock, olivia, oscar, task } = await desk()
    const it = await task()
    const { version } = await as(olivia).actionCenter.item(item(it))
    await as(oscar).actionCenter.act({ ...item(it), action: 'edit', priority: 'critical' })
    clock.advance(1)
    await as(oscar).actionCenter.act({ ...item(it), action: 'edit', subject: 'Ring her now' })
    await expect(as(olivia).actionCenter.act({ ...item(it), version, action: 'claim' })).rejects.toMatchObject({
      cause: {
        code: 'stale_write',
        facts: {
          currentVersion: version + 2,
          changed: { level: 'critical', subject: 'Ring her now', status: 'open' },
          changedBy: 'Oscar',
          changedAt: '2026-11-21T12:01:00.000Z',
        },
      },
    })
  })

  test('of two who claim at once one gets it and the other is told who; of two undos at once one works', async () => {
    const { as, olivia, oscar, task, db, audited } = await desk()
    for (let round = 0; round < 5; round++) {
      const it = await task()
      const claims = await Promise.allSettled([
        as(olivia).actionCenter.act({ ...item(it), action: 'claim' }),
        as(oscar).actionCenter.act({ ...item(it), action: 'claim' }),
      ])
      expect(claims.map((claim) => claim.status).sort()).toEqual(['fulfilled', 'rejected'])
      const [won, lost] = claims[0]?.status === 'fulfilled' ? [olivia, claims[1]] : [oscar, claims[0]]
      expect(lost).toMatchObject({ reason: { cause: { code: 'conflict', message: `${won.name} has this already.` } } })
      const winner = claims.find((claim) => claim.status === 'fulfilled')
      const id = winner?.status === 'fulfilled' ? (winner.value.undo?.id ?? '') : ''
      const undos = await Promise.allSettled(Array.from({ length: 4 }, () => as(won).actionCenter.undo({ id })))
      expect(undos.filter((undo) => undo.status === 'fulfilled')).toHaveLength(1)
      expect(await audited(it.id, 'task.undone')).toBe(1)
      const row = await db.db
        .selectFrom('tasks')
        .select(['assignee_id', 'version'])
        .where('id', '=', it.id)
        .executeTakeFirstOrThrow()
      expect(row).toEqual({ assignee_id: null, version: 3 })
    }
  })

  test('a step the machine doesn’t have says why and what is possible; in one go it may pass the state between', async () => {
    const { as, task } = await desk()
    const it = await task()
    await expect(as().actionCenter.act({ ...item(it), action: 'move', to: 'done' })).rejects.toMatchObject({
      cause: { code: 'transition_refused', facts: { possible: ['in_progress', 'cancelled'] } },
    })
    await as().actionCenter.act({ ...item(it), action: 'move', to: 'done', through: true })
    await expect(as().actionCenter.act({ ...item(it), action: 'move', to: 'open', through: true })).rejects.toMatchObject({
      cause: { code: 'transition_refused', facts: { possible: [] } },
    })
  })

  test('an undo is no way around the lifecycle: the way back is no step, and a step is no way back', async () => {
    const { db, as, task } = await desk()
    const it = await task()
    await as().actionCenter.act({ ...item(it), action: 'move', to: 'in_progress' })
    const byHand = (door: string, status: string) =>
      db.db
        .transaction()
        .execute(async (trx) => {
          await sql`select set_config('virel.door', ${door}, true)`.execute(trx)
          await sql`update tasks set status = ${status} where id = ${it.id}::uuid`.execute(trx)
          throw new Error('let in')
        })
        .catch((error: Error & { code?: string }) => error.code ?? error.message)
    expect(await byHand('undo', 'done')).toBe('VR001')
    expect(await byHand('undo', 'open')).toBe('let in')
    expect(await byHand('advance', 'done')).toBe('let in')
    expect(await byHand('', 'open')).toBe('VR002')
    await as().actionCenter.act({ ...item(it), action: 'move', to: 'done' })
    expect(await byHand('advance', 'in_progress')).toBe('VR001')
    expect(await byHand('undo', 'in_progress')).toBe('let in')
    expect(await byHand('undo', 'open')).toBe('VR001')
  })
})

describe('a bulk action', () => {
  test('does each item for itself, reports what failed, is safe to send again, and is one undo', async () => {
    const { as, olivia, oscar, task, exception, audited } = await desk()
    const mine = await Promise.all(Array.from({ length: 6 }, () => task()))
    const his = await task({ assigneeId: oscar.id })
    const wrong = await exception()
    const key = randomUUID()
    const items = [...mine, his, wrong].map(item)
    const call = (chunk: typeof items) =>
      as(olivia).actionCenter.bulk({ key, items: chunk, action: 'move', to: 'done', through: true })
    const [one, two] = [await call(items.slice(0, 4)), await call(items.slice(4))]
    expect(one).toMatchObject({ done: 4 })
    expect(two.results.map((result) => [result.outcome, result.code])).toEqual([
      ['done', undefined],
      ['done', undefined],
      ['refused', 'not_found'],
      ['refused', 'transition_refused'],
    ])
    expect(one.undo?.id).toBe(two.undo?.id)
    const again = await Promise.all([call(items), call(items)])
    expect(again.map((answer) => answer.done)).toEqual([6, 6])
    for (const it of mine) expect(await audited(it.id, 'task.status_changed')).toBe(2)
    await as().actionCenter.act({ ...item(his), action: 'note', body: 'x' })
    const undone = await as(olivia).actionCenter.undo({ id: one.undo?.id ?? '' })
    expect(undone.undone).toHaveLength(6)
    for (const it of mine) expect((await as().actionCenter.item(item(it))).status).toBe('open')
  })

  test('sent many times at once works each item once', async () => {
    const { as, olivia, task, audited } = await desk()
    const mine = await Promise.all(Array.from({ length: 5 }, () => task()))
    const key = randomUUID()
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => as(olivia).actionCenter.bulk({ key, items: mine.map(item), action: 'note', body: 'Rang' })),
    )
    for (const answer of answers) expect(answer.results.map((result) => result.outcome)).toEqual(Array(5).fill('done'))
    for (const it of mine) expect(await audited(it.id, 'task.note_added')).toBe(1)
  })

  test('an undo takes back what nobody moved on and says what it could not', async () => {
    const { as, olivia, oscar, task } = await desk()
    const mine = await Promise.all(Array.from({ length: 3 }, () => task()))
    const { undo } = await as(olivia).actionCenter.bulk({
      key: randomUUID(),
      items: mine.map(item),
      action: 'edit',
      priority: 'high',
    })
    const moved = mine[1]
    if (!moved) throw new Error('three')
    await as(oscar).actionCenter.act({ ...item(moved), action: 'claim' })
    const answer = await as(olivia).actionCenter.undo({ id: undo?.id ?? '' })
    expect(answer.undone).toHaveLength(2)
    expect(answer.refused).toMatchObject([
      { id: moved.id, text: 'Oscar changed it since, so “Edit for several” can no longer be undone.' },
    ])
  })
})

describe('the panel of an item', () => {
  test('shows what it is about as far as its reader may see that, and the contact only of one’s own', async () => {
    const { db, as, olivia, reader, clock } = await desk()
    const world = await makeWorld(db)
    const booking = await as().bookings.create({
      clientId: world.client.id,
      modelId: world.models[0]?.id ?? '',
      location: world.location.slug,
      start: '2026-12-25T19:00:00Z',
      end: '2026-12-25T21:00:00Z',
    })
    const { id } = await as().tasks.create({ subject: 'Ask', entityType: 'booking', entityId: booking.id })
    const one = { kind: 'task' as const, id }
    const free = await as(olivia).actionCenter.item(one)
    expect(free).toMatchObject({
      when: { start: '2026-12-25T19:00:00.000Z' },
      entity: { ref: booking.ref, label: 'Model 1, Mayfair' },
      about: { type: 'booking', status: 'draft' },
      contact: { access: { state: 'masked' } },
    })
    expect(free.about?.possible.every((step) => step.undoable === false && step.why.length > 10)).toBe(true)
    expect(free.contact?.email).toMatch(/\*\*\*/)
    await as(olivia).actionCenter.act({ ...one, action: 'claim' })
    const own = await as(olivia).actionCenter.item(one)
    expect(own.contact).toMatchObject({ access: { state: 'full' } })
    expect(own.contact?.email).not.toMatch(/\*/)
    await as().bookings.assign({ id: booking.id, userId: (await makeUser(db, 'OPERATOR')).id })
    clock.advance(1)
    const hidden = await as(olivia).actionCenter.item(one)
    expect([hidden.about, hidden.when, hidden.entity?.label]).toEqual([null, null, null])
    expect(JSON.stringify(await as(reader).actionCenter.item(one))).not.toContain('Jane')
  })
})
