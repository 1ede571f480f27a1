import { describe, expect, test } from 'vitest'
import { systemActor } from '#server/context.ts'
import { queueMessage, withdrawMessages } from '#server/domains/messages/index.ts'
import { transact } from '#server/transact.ts'
import { callerOf, makeUser, TestClock, testCtx } from '#tests/support/context.ts'
import { testDatabase } from '#tests/support/database.ts'

const database = testDatabase()
const LINK = 'http://localhost:3000/join?token=planted-secret'

function queue(clock = new TestClock(), days = 7): Promise<string> {
  const expiresAt = new Date(clock.now().getTime() + days * 86_400_000)
  return transact(testCtx(database(), systemActor('test'), { clock }), async (tx) =>
    queueMessage(tx, { kind: 'invitation', to: { email: 'new@example.com' }, subject: 'Join us', body: LINK, expiresAt }),
  )
}

describe('a message to someone of the agency', () => {
  test('is kept sealed, and opened only by the owner, freshly signed in, and audited', async () => {
    const id = await queue()
    const row = await database().db.selectFrom('outgoing_messages').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
    expect(JSON.stringify(row)).not.toContain('planted-secret')
    const owner = await makeUser(database(), 'OWNER')
    expect((await callerOf(database(), owner).messages.open({ id })).body).toBe(LINK)
    const looks = await database()
      .db.selectFrom('audit_log')
      .select(['action', 'actor_id', 'after'])
      .where('entity_id', '=', id)
      .execute()
    expect(looks).toEqual([{ action: 'message.opened', actor_id: owner.id, after: { kind: 'invitation' } }])
    const stale = { ...owner, authenticatedAt: new Date('2026-11-21T11:00:00Z') }
    await expect(callerOf(database(), stale).messages.open({ id })).rejects.toMatchObject({ cause: { code: 'reauthenticate' } })
    const manager = await makeUser(database(), 'OPS_MANAGER')
    await expect(callerOf(database(), manager).messages.list({})).rejects.toMatchObject({ cause: { code: 'forbidden' } })
    await expect(callerOf(database(), manager).messages.open({ id })).rejects.toMatchObject({ cause: { code: 'forbidden' } })
  })

  test('does not open in the place of another', async () => {
    const [one, other] = [await queue(), await queue()]
    const from = database().db.selectFrom('outgoing_messages').select('sealed_body').where('id', '=', one)
    await database().db.updateTable('outgoing_messages').set({ sealed_body: from }).where('id', '=', other).execute()
    const owner = await makeUser(database(), 'OWNER')
    await expect(callerOf(database(), owner).messages.open({ id: other })).rejects.toThrow()
  })

  test('forgets its text when withdrawn, and shows none when expired', async () => {
    const owner = await makeUser(database(), 'OWNER')
    const clock = new TestClock()
    const [gone, old] = [await queue(clock), await queue(clock, 1)]
    await transact(testCtx(database(), systemActor('test')), async (tx) => withdrawMessages(tx, [gone, null]))
    clock.advance(2 * 24 * 60)
    const api = callerOf(database(), owner, { clock })
    expect(await api.messages.open({ id: gone })).toMatchObject({ state: 'withdrawn', body: null })
    expect(await api.messages.open({ id: old })).toMatchObject({ state: 'expired', body: null })
    const { items } = await api.messages.list({ state: 'expired' })
    expect(items.map((item) => item.id)).toContain(old)
    expect(items.map((item) => item.id)).not.toContain(gone)
  })
})
