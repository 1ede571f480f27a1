import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '#server/context.ts'
import { type Hub, openStream, startHub } from '#server/realtime/index.ts'
import { callerOf, permissionsOf } from '#tests/support/context.ts'
import { testDatabase } from '#tests/support/database.ts'
import { item, makeDesk } from '#tests/support/desk.ts'
import { silent, until } from '#tests/support/events.ts'

const database = testDatabase()
let hubs: Hub[] = []
beforeAll(async () => {
  // Two web processes.
  const { url, pool } = database()
  hubs = [startHub({ url, pool, log: silent }), startHub({ url, pool, log: silent })]
  await until('both listen', () => hubs.every((hub) => hub.state().listening))
})
afterAll(async () => {
  await Promise.all(hubs.map((hub) => hub.stop()))
})

interface Told {
  kind: string
  id: string
  people: { name: string; mode: string }[]
}

/** A screen on one of the processes: what it was told of who is where. */
function screen(hub: Hub | undefined, viewer: { role: 'OPERATOR' | 'OPS_MANAGER' | 'FINANCE'; userId: string | null }) {
  if (!hub) throw new Error('two processes')
  const abort = new AbortController()
  const { body } = openStream(hub, { permissions: permissionsOf(viewer.role), userId: viewer.userId, signal: abort.signal })
  const told: Told[] = []
  let text = ''
  const read = async () => {
    const reader = body?.getReader()
    const decoder = new TextDecoder()
    for (;;) {
      const part = await reader?.read()
      if (!part || part.done) return
      text += decoder.decode(part.value)
      const frames = text.split('\n\n')
      text = frames.pop() ?? ''
      for (const frame of frames) {
        if (!frame.startsWith('event: presence')) continue
        expect(frame).not.toContain('\nid:')
        told.push(JSON.parse(frame.slice(frame.indexOf('data: ') + 6)))
      }
    }
  }
  void read()
  const last = (id: string) => told.findLast((one) => one.id === id)?.people.map(({ name, mode }) => `${name} ${mode}`)
  return { told, last, close: () => abort.abort() }
}

async function desk() {
  const made = await makeDesk(database())
  const as = (actor = made.manager) => callerOf(database(), actor, { clock: systemClock })
  return { ...made, as }
}

describe('who is with an item', () => {
  test('is told within a second on every process to who may see the item, and to nobody else; and when they are gone', async () => {
    const { as, olivia, oscar, task } = await desk()
    const it = await task({ assigneeId: olivia.id })
    const hers = screen(hubs[0], { role: 'OPERATOR', userId: olivia.id })
    const managers = screen(hubs[1], { role: 'OPS_MANAGER', userId: null })
    const his = screen(hubs[1], { role: 'OPERATOR', userId: oscar.id })
    const finance = screen(hubs[0], { role: 'FINANCE', userId: null })
    const answer = await as(olivia).actionCenter.presence({ ...item(it), mode: 'viewing' })
    expect(answer.presence).toEqual([{ id: olivia.id, name: 'Olivia', mode: 'viewing' }])
    await until('both heard', () => hers.last(it.id) !== undefined && managers.last(it.id) !== undefined, 1_000)
    await as().actionCenter.presence({ ...item(it), mode: 'editing' })
    await until('two are there', () => managers.last(it.id)?.join() === 'Mona editing,Olivia viewing', 1_000)
    expect((await as().actionCenter.item(item(it))).presence).toHaveLength(2)
    expect((await as().actionCenter.list({ limit: 200 })).items.find((one) => one.id === it.id)?.presence).toHaveLength(2)
    const heard = managers.told.length
    await as(olivia).actionCenter.presence({ ...item(it), mode: 'viewing' })
    await as(olivia).actionCenter.presence({ ...item(it), mode: 'gone' })
    await until('she left', () => managers.last(it.id)?.join() === 'Mona editing', 1_000)
    // A beat that changes nothing is told to nobody.
    expect(managers.told.length).toBe(heard + 1)
    const late = screen(hubs[0], { role: 'OPS_MANAGER', userId: null })
    await until('who comes later is told who is there', () => late.last(it.id)?.join() === 'Mona editing', 1_000)
    await database().pool.query("update presence set seen_at = seen_at - interval '31 seconds'")
    await until('who fell silent is gone', () => managers.last(it.id)?.length === 0 && hers.last(it.id)?.length === 0, 5_000)
    expect([his.told, finance.told]).toEqual([[], []])
    for (const one of [hers, managers, his, finance, late]) one.close()
  })

  test('can not be said of what one may not see', async () => {
    const { as, olivia, oscar, task } = await desk()
    const it = await task({ assigneeId: olivia.id })
    await expect(as(oscar).actionCenter.presence({ ...item(it), mode: 'viewing' })).rejects.toMatchObject({
      cause: { code: 'not_found' },
    })
  })
})
