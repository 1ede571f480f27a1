import { expect, test } from 'vitest'
import { testDatabase } from '#tests/support/database.ts'
import { item, makeDesk } from '#tests/support/desk.ts'

const database = testDatabase()

test('each saved view says how many items it shows its reader now, the same as its list does', async () => {
  const { as, clock, manager, olivia, oscar, task, exception } = await makeDesk(database())
  const queries = [
    '',
    'priority=critical,high',
    'kind=task&assignedTo=none',
    'assignedTo=me',
    'snoozed=true',
    'breached=true',
    'due=hour',
    'due=today&kind=task',
    'group=completed',
    'status=in_progress,investigating',
    'type=manual&priority=low',
  ]
  for (const query of queries) await as().views.create({ screen: 'action-center', name: `view ${query}`, query, isShared: true })
  await as().views.create({ screen: 'action-center', name: 'of an older screen', query: 'group=nonsense', isShared: true })
  const [hers, , late] = [
    await task({ assigneeId: olivia.id }),
    await task({ assigneeId: oscar.id }),
    await task({ priority: 'critical' }),
  ]
  await Promise.all([task({ priority: 'low' }), task({ priority: 'high' }), exception(), exception()])
  await as().actionCenter.act({ ...item(await task({ priority: 'low' })), action: 'snooze', event: 'note' })
  await as().actionCenter.act({ ...item(await task()), action: 'move', to: 'done', through: true })
  await as(olivia).actionCenter.act({ ...item(hers), action: 'move', to: 'in_progress' })
  clock.advance(31)
  for (const who of [manager, olivia, oscar]) {
    const { items } = await as(who).actionCenter.views({})
    expect(items).toHaveLength(queries.length + 1)
    for (const view of items) {
      if (view.name === 'of an older screen') {
        expect(view.count).toBe(0)
        continue
      }
      const shown = await as(who).actionCenter.list({ ...Object.fromEntries(new URLSearchParams(view.query)), limit: 200 })
      expect(`${who.name} ${view.query}: ${view.count}`).toBe(`${who.name} ${view.query}: ${shown.items.length}`)
      expect(view.capped).toBe(false)
    }
  }
  const missed = (await as().actionCenter.views({})).items.find((view) => view.query === 'breached=true')
  expect((await as().actionCenter.list({ breached: 'true' })).items.map((one) => one.id)).toEqual([late.id])
  expect(missed?.count).toBe(1)
})

test('where counting is needed it stops, and says that there are more', async () => {
  const { as, clock, olivia } = await makeDesk(database())
  await as(olivia).views.create({ screen: 'action-center', name: 'late', query: 'breached=true' })
  await database().pool.query(
    `insert into tasks (id, type, subject, status, sla_deadline_at, created_at, updated_at)
     select gen_random_uuid(), 'manual', 'x', 'open', '2026-11-21T10:00:00Z', '2026-11-21T09:00:00Z', '2026-11-21T09:00:00Z' from generate_series(1, 150)`,
  )
  clock.advance(1)
  const late = (await as(olivia).actionCenter.views({})).items.find((view) => view.name === 'late')
  expect(late).toMatchObject({ count: 99, capped: true })
})
