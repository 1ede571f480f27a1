import { beforeAll, describe, expect, test } from 'vitest'
import type { Actor } from '#server/context.ts'
import type { Caller } from '#server/trpc/router.ts'
import { callerOf, makeUser } from '#tests/support/context.ts'
import { testDatabase } from '#tests/support/database.ts'
import { makeWorld, type World } from '#tests/support/world.ts'

const database = testDatabase()
const START = '2026-12-05T18:00:00Z'
const END = '2026-12-05T19:00:00Z'

let world: World
let owner: Actor & { id: string }
let api: Caller
let it: { client: string; clientRef: string; booking: string; bookingRef: string; inquiry: string; task: string; payment: string }

beforeAll(async () => {
  world = await makeWorld(database())
  owner = await makeUser(database(), 'OWNER')
  api = callerOf(database(), owner)
  const client = await api.clients.create({
    name: 'Zoë Quillfeather',
    email: 'zq.magpie@example.org',
    phone: '+447700900321',
    about: 'Prefers the riverside entrance',
  })
  const booking = await api.bookings.create({
    clientId: client.id,
    modelId: world.models[0]?.id ?? '',
    location: world.location.slug,
    start: START,
    end: END,
  })
  const inquiry = await api.inquiries.receive({
    source: 'phone',
    client: { name: 'Zoë Quillfeather', phone: '+447700900321' },
    subject: 'Harpsichord evening',
    message: 'Somebody who turns pages',
  })
  const task = await api.tasks.create({ subject: 'Order lilies', entityType: 'booking', entityId: booking.id })
  const payment = await api.payments.record({
    id: booking.id,
    type: 'full',
    amount: { amount: 100, currency: 'GBP' },
    method: 'cash',
    reference: 'Marmalade 77',
  })
  it = {
    client: client.id,
    clientRef: client.ref,
    booking: booking.id,
    bookingRef: booking.ref,
    inquiry: inquiry.id,
    task: task.id,
    payment: payment.id,
  }
})

/** Ids found, by kind. */
async function found(q: string, who: Caller = api): Promise<Record<string, string[]>> {
  const { groups } = await who.search.everything({ q })
  return Object.fromEntries(groups.map((group) => [group.kind, group.items.map((item) => item.id)]))
}

describe('one box finds', () => {
  test.each(['#B-N', 'B-N', 'b-n', '#bN', 'b n', 'N'])('a ref written as %s', async (spelling) => {
    const number = it.bookingRef.slice(2)
    const { booking } = await found(spelling.replace(/n$/i, number))
    expect(booking).toContain(it.booking)
  })

  test('what a ref is named in: the task and the payment of a booking', async () => {
    expect(await found(it.bookingRef)).toEqual({ booking: [it.booking], task: [it.task], payment: [it.payment] })
  })

  test('words, in any order, by their beginnings, without accents and capitals', async () => {
    for (const q of ['Zoë Quillfeather', 'quillfeather zoe', 'quill zo', 'ZOE', 'quillf']) {
      expect(Object.keys(await found(q)), q).toEqual(['booking', 'inquiry', 'client', 'task', 'payment'])
    }
    expect(await found('harpsi turn')).toEqual({ inquiry: [it.inquiry] })
    expect(await found('lilies')).toEqual({ task: [it.task] })
    expect(await found('marmalade')).toEqual({ payment: [it.payment] })
    expect(await found('riverside entrance')).toEqual({ client: [it.client] })
    expect(await found('quillfeather harpsichord')).toEqual({ inquiry: [it.inquiry] })
    expect(await found('quillfeather saxophone')).toEqual({})
  })

  test.each([
    '07700 900321',
    '+44 7700 900321',
    '0044 7700 900 321',
    '(07700) 900-321',
    '447700900321',
    '900321',
    '0321',
    '77009003',
  ])('a number written as %s', async (spelling) => {
    const { client, booking, inquiry } = await found(spelling)
    expect([client, booking, inquiry]).toEqual([[it.client], [it.booking], [it.inquiry]])
  })

  test.each(['zq.magpie@example.org', 'ZQ.MAGPIE@EXAMPLE.ORG', 'zq.magpie', 'magpie@exam'])('an address by %s', async (q) => {
    expect((await found(q)).client).toEqual([it.client])
  })

  test.each([
    ['quilfeather', ['quillfeather']],
    ['qiullfeather', ['quillfeather']],
    ['harpsicord evning', ['harpsichord', 'evening']],
    ['lilis', ['lilies']],
  ])('%s, as what was meant, and says so', async (q, corrected) => {
    const answer = await api.search.everything({ q })
    expect(answer.corrected).toEqual(corrected)
    expect(answer.groups.length).toBeGreaterThan(0)
  })

  test('nothing for what nobody has, is too short, or only looks like a query', async () => {
    for (const q of ['xylophonist', 'z', '!!!', "'", '\\', '%', '()|&!:*', "o'); drop", '🦆', ''])
      expect(await found(q), q).toEqual({})
  })

  test('the newest first, counts, and the rest page by page', async () => {
    for (let n = 0; n < 12; n++) await api.tasks.create({ subject: `Water the orchids ${n}` })
    const { groups } = await api.search.everything({ q: 'orchids', limit: 5 })
    expect(groups.map(({ kind, total, more, isCapped }) => ({ kind, total, more, isCapped }))).toEqual([
      { kind: 'task', total: 12, more: true, isCapped: false },
    ])
    expect(groups[0]?.items[0]?.subject).toBe('Water the orchids 11')
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await api.search.kind({ q: 'orchids', kind: 'task', limit: 5, cursor })
      seen.push(...page.items.map((item) => item.subject ?? ''))
      cursor = page.nextCursor ?? undefined
    } while (cursor)
    expect(seen).toEqual(Array.from({ length: 12 }, (_, n) => `Water the orchids ${11 - n}`))
    expect((await api.search.kind({ q: 'orchids', kind: 'task', assignedTo: 'me' })).items).toEqual([])
  })
})

describe('search follows what is written', () => {
  test('a new name is found at once wherever it stands, the old one no more', async () => {
    const client = await api.clients.create({ name: 'Ottoline Before' })
    const task = await api.tasks.create({ subject: 'Ring', entityType: 'client', entityId: client.id })
    await api.clients.update({ id: client.id, name: 'Ottoline Afterwards' })
    expect(await found('ottoline before')).toEqual({})
    expect(await found('ottoline afterwards')).toEqual({ client: [client.id], task: [task.id] })
  })

  test('what was merged away is found as its survivor, and again as itself when that is undone', async () => {
    const [survivor, merged] = [
      await api.clients.create({ name: 'Peregrine One' }),
      await api.clients.create({ name: 'Peregrine Two' }),
    ]
    await api.clients.merge({ id: survivor.id, mergedIds: [merged.id] })
    expect(await found('peregrine')).toEqual({ client: [survivor.id] })
    await api.clients.unmerge({ id: survivor.id, mergedId: merged.id })
    expect((await found('peregrine')).client?.sort()).toEqual([survivor.id, merged.id].sort())
  })

  test('what is deleted or erased is found no more, by no word, and its words leave the dictionary', async () => {
    const client = await api.clients.create({ name: 'Wilhelmina Vanishing', phone: '+447700900654', about: 'Collects bassoons' })
    const { db } = database()
    await db
      .updateTable('clients')
      .set({ name: 'Erased', email: null, phone: null, notes: '', deleted_at: new Date() })
      .where('id', '=', client.id)
      .execute()
    for (const q of ['wilhelmina', 'vanishing', 'bassoons', '07700900654']) expect(await found(q), q).toEqual({})
    const left = await db
      .selectFrom('search_terms')
      .select('term')
      .where('term', 'in', ['wilhelmina', 'vanishing', 'bassoons'])
      .execute()
    expect(left).toEqual([])
  })
})

describe('nobody finds what they may not see', () => {
  test('an operator finds their own and nobody’s, not another’s', async () => {
    const [operator, other] = [await makeUser(database(), 'OPERATOR'), await makeUser(database(), 'OPERATOR')]
    const make = async (assigneeId: string | null) => {
      const task = await api.tasks.create({ subject: 'Tune the theremin' })
      if (assigneeId) await api.tasks.assign({ id: task.id, userId: assigneeId })
      return task.id
    }
    const [own, nobodys, foreign] = [await make(operator.id), await make(null), await make(other.id)]
    const me = callerOf(database(), operator)
    expect((await found('theremin', me)).task?.sort()).toEqual([own, nobodys].sort())
    expect((await me.search.everything({ q: 'theremin' })).groups[0]?.total).toBe(2)
    expect((await found('theremin')).task).toContain(foreign)
    await api.tasks.assign({ id: nobodys, userId: other.id })
    expect((await found('theremin', me)).task).toEqual([own])
    const ref = (await api.tasks.get({ id: foreign })).ref
    expect(await found(ref, me)).toEqual({})
  })

  test('an operator finds a client by the whole number or address, not by a part of it, and sees them masked', async () => {
    const me = callerOf(database(), await makeUser(database(), 'OPERATOR'))
    for (const q of ['900321', '0321', '+44 7700 90032', 'zq.magpie', 'magpie@example', 'example.org']) {
      expect((await found(q, me)).client, q).toBeUndefined()
    }
    for (const q of ['07700 900321', 'zq.magpie@example.org']) {
      const { groups } = await me.search.everything({ q })
      const [client] = groups.find((group) => group.kind === 'client')?.items ?? []
      expect([client?.id, client?.phone, client?.email], q).toEqual([it.client, '+447700***321', 'zq***@example.org'])
    }
  })

  test('who reads no personal data finds by no name, number, address or sentence, and is not corrected to one', async () => {
    const me = callerOf(database(), await makeUser(database(), 'READ_ONLY'))
    for (const q of [
      'zoe',
      'quillfeather',
      'quilfeather',
      '07700900321',
      'zq.magpie@example.org',
      'harpsichord',
      'lilies',
      'marmalade',
    ]) {
      expect(await me.search.everything({ q }), q).toEqual({ corrected: null, groups: [] })
    }
    const { groups } = await me.search.everything({ q: it.bookingRef })
    expect(groups.map((group) => group.kind)).toEqual(['booking', 'task', 'payment'])
    expect(JSON.stringify(groups)).not.toMatch(/quill|lilies|marmalade/i)
  })

  test('each role finds its kinds', async () => {
    const kinds = async (role: 'FINANCE' | 'CONTENT_MANAGER' | 'INTEGRATIONS_ADMIN', q: string) =>
      Object.keys(await found(q, callerOf(database(), await makeUser(database(), role))))
    expect(await kinds('FINANCE', 'quillfeather')).toEqual(['payment'])
    expect(await kinds('CONTENT_MANAGER', 'model mayfair')).toEqual(['model'])
    expect(await kinds('CONTENT_MANAGER', 'quillfeather')).toEqual([])
    expect(await kinds('INTEGRATIONS_ADMIN', 'mayfair')).toEqual([])
    const content = callerOf(database(), await makeUser(database(), 'CONTENT_MANAGER'))
    await expect(content.search.kind({ q: 'quill', kind: 'client' })).rejects.toThrow('Your role does not include')
  })

  test('nobody searches more than 300 times a minute', async () => {
    const operator = await makeUser(database(), 'OPERATOR')
    const me = callerOf(database(), operator)
    await me.search.everything({ q: 'zz' })
    await database().db.updateTable('rate_limits').set({ points: 300 }).where('key', 'like', `%${operator.id}`).execute()
    await expect(me.search.everything({ q: 'zz' })).rejects.toMatchObject({ cause: { code: 'rate_limited' } })
    await callerOf(database(), owner).search.everything({ q: 'zz' })
  })
})
