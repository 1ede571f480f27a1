import { describe, expect, test } from 'vitest'
import { callerOf, makeUser } from '#tests/support/context.ts'
import { testDatabase } from '#tests/support/database.ts'

const database = testDatabase()
const refused = (code: string) => expect.objectContaining({ cause: expect.objectContaining({ code }) })

describe('a saved view', () => {
  test('is kept under a name, renamed, and deleted by its owner', async () => {
    const me = callerOf(database(), await makeUser(database(), 'OPERATOR'))
    const view = await me.views.create({ screen: 'bookings', name: 'Tonight', query: '?status=confirmed&cursor=abc' })
    expect(view).toMatchObject({ query: 'status=confirmed', isOwn: true, mayChange: true, isShared: false, version: 1 })
    expect((await me.views.list({ screen: 'bookings' })).items.map((item) => item.name)).toEqual(['Tonight'])
    expect((await me.views.list({ screen: 'tasks' })).items).toEqual([])
    expect(await me.views.update({ id: view.id, version: 1, name: 'This evening' })).toMatchObject({
      name: 'This evening',
      version: 2,
    })
    await expect(me.views.update({ id: view.id, version: 1, name: 'Late' })).rejects.toEqual(refused('stale_write'))
    await expect(me.views.create({ screen: 'bookings', name: 'THIS EVENING', query: '' })).rejects.toEqual(refused('conflict'))
    expect(await me.views.delete({ id: view.id })).toMatchObject({ name: 'This evening' })
    await expect(me.views.delete({ id: view.id })).rejects.toEqual(refused('not_found'))
  })

  test('is nobody else’s, unless it is shared by who may share', async () => {
    const [one, other] = [await makeUser(database(), 'OPERATOR'), await makeUser(database(), 'OPERATOR')]
    const manager = callerOf(database(), await makeUser(database(), 'OPS_MANAGER'))
    const [mine, theirs] = [callerOf(database(), one), callerOf(database(), other)]
    const view = await mine.views.create({ screen: 'tasks', name: 'My own', query: 'priority=high' })
    await expect(theirs.views.update({ id: view.id, name: 'x' })).rejects.toEqual(refused('not_found'))
    await expect(mine.views.update({ id: view.id, isShared: true })).rejects.toEqual(refused('forbidden'))
    const shared = await manager.views.create({ screen: 'tasks', name: 'Ours', query: 'priority=high', isShared: true })
    expect((await theirs.views.list({})).items.map((item) => [item.name, item.mayChange])).toEqual([['Ours', false]])
    await expect(theirs.views.delete({ id: shared.id })).rejects.toEqual(refused('forbidden'))
    const audit = await database().db.selectFrom('audit_log').select('action').where('entity_id', '=', shared.id).execute()
    expect(audit.map((row) => row.action)).toEqual(['view.shared'])
  })

  test('shared with what somebody typed in it is not shown to who reads no personal data, nor of a screen they may not open', async () => {
    const manager = callerOf(database(), await makeUser(database(), 'OPS_MANAGER'))
    const reader = callerOf(database(), await makeUser(database(), 'READ_ONLY'))
    const content = callerOf(database(), await makeUser(database(), 'CONTENT_MANAGER'))
    await manager.views.create({ screen: 'clients', name: 'A client', query: 'q=Jane+Doe', isShared: true })
    await manager.views.create({ screen: 'clients', name: 'Important', query: 'tag=vip', isShared: true })
    const names = async (who: typeof manager) => (await who.views.list({ screen: 'clients' })).items.map((item) => item.name)
    expect(await names(manager)).toEqual(['A client', 'Important'])
    expect(await names(reader)).toEqual(['Important'])
    expect(await names(content)).toEqual([])
  })
})
