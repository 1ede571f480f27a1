import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Actor, seededRng, systemClock } from '#server/context.ts'
import type { Caller } from '#server/trpc/router.ts'
import { openBrowser, startRunners } from '#tests/support/browser.ts'
import { callerOf, makeUser } from '#tests/support/context.ts'
import { testDatabase } from '#tests/support/database.ts'
import { openScreen, rowOf, seatOf } from '#tests/support/screens.ts'
import { startWeb, type TestWeb } from '#tests/support/web.ts'

const LONG = process.env.VIREL_FAULTS !== undefined
const ROUNDS = LONG ? 120 : 12
const seed = Number(process.env.VIREL_SEED ?? Date.now() % 1_000_000_000)
process.stdout.write(`screens cut off: ${ROUNDS} times, seed ${seed}\n`)

const database = testDatabase()
let browser: Browser
let web: TestWeb
let runners: { stop(): Promise<void> }
let priya: Actor & { id: string }
let tom: Actor & { id: string }
let api: Caller

beforeAll(async () => {
  web = await startWeb(database(), { screens: true })
  runners = startRunners(database(), ['critical'])
  browser = await openBrowser()
  priya = await makeUser(database(), 'OPERATOR', 'Priya Shah')
  tom = await makeUser(database(), 'OPERATOR', 'Tom Okafor')
  api = callerOf(database(), await makeUser(database(), 'OWNER', 'Olivia Ward'), { clock: systemClock })
})
afterAll(async () => {
  await browser?.close()
  await runners?.stop()
  await web?.close()
})

/** What a screen shows of the working list, by ref and urgency. */
async function shownOn(page: Page): Promise<string[]> {
  return page
    .locator('[data-item]:not([data-leaving])')
    .evaluateAll((rows) => rows.map((row) => row.getAttribute('data-item') ?? '').sort())
}

async function wanted(): Promise<string[]> {
  const { items } = await callerOf(database(), priya, { clock: systemClock }).actionCenter.list({ limit: 200 })
  return items.map((item) => `${item.kind}:${item.id}`).sort()
}

describe('who else is there', () => {
  test('is on the row and on the card while they look and write, and gone when they leave', async () => {
    const task = await api.tasks.create({ subject: 'Both look at this one', priority: 'high' })
    const one = await seatOf(browser, web, priya)
    const other = await seatOf(browser, web, tom)
    await Promise.all([openScreen(one.page, web, '/admin/action-center'), openScreen(other.page, web, '/admin/action-center')])
    await rowOf(other.page, task.subject).getByRole('link').click()
    await other.page.getByRole('heading', { name: task.subject }).waitFor()
    await rowOf(one.page, task.subject).getByRole('img', { name: 'Here now: Tom Okafor', exact: true }).waitFor()
    await other.page.getByLabel('New note').fill('Rang them')
    await rowOf(one.page, task.subject).getByRole('img', { name: 'Here now: Tom Okafor is writing' }).waitFor()
    await rowOf(one.page, task.subject).getByRole('link').click()
    await one.page.getByRole('complementary').getByText('Tom Okafor').first().waitFor()
    await other.context.close()
    // Who falls silent lapses after half a minute: as if that were over.
    await database().pool.query("update presence set seen_at = seen_at - interval '31 seconds' where user_id = $1", [tom.id])
    await one.page
      .getByRole('img', { name: /Tom Okafor/ })
      .first()
      .waitFor({ state: 'detached', timeout: 60_000 })
    await one.context.close()
  })
})

describe('a screen that is cut off', () => {
  test('again and again while others work shows in the end what the list says: nothing missing, nothing twice', async () => {
    const rng = seededRng(seed)
    const { page, context } = await seatOf(browser, web, priya)
    const tasks = await Promise.all(Array.from({ length: 20 }, (_, at) => api.tasks.create({ subject: `Under load ${at}` })))
    await openScreen(page, web, '/admin/action-center?limit=200')
    const toms = callerOf(database(), tom, { clock: systemClock })
    const acts = [
      { action: 'claim' },
      { action: 'release' },
      { action: 'edit', priority: 'high' },
      { action: 'edit', priority: 'low' },
      { action: 'move', to: 'done', through: true },
    ] as const
    for (let round = 0; round < ROUNDS; round++) {
      await context.setOffline(true)
      for (let act = 0; act < 6; act++) {
        if (rng() < 0.3) tasks.push(await api.tasks.create({ subject: `Under load ${tasks.length}` }))
        const id = tasks[Math.floor(rng() * tasks.length)]?.id ?? ''
        const order = acts[Math.floor(rng() * acts.length)] ?? acts[0]
        // Half of them are refused by the machine: those change nothing, and that is what is to be shown.
        await toms.actionCenter.act({ kind: 'task', id, ...order }).catch(() => undefined)
        if (act === 3) await context.setOffline(false)
      }
    }
    await context.setOffline(false)
    const truth = await wanted()
    await expect.poll(() => shownOn(page), { timeout: 30_000 }).toEqual(truth)
    expect(new Set(await shownOn(page)).size).toBe(truth.length)
    await context.close()
  })

  test('by a server that was started again says so, keeps its place, and catches up', async () => {
    const port = 20_000 + Math.floor(Math.random() * 20_000)
    let own = await startWeb(database(), { screens: true, port })
    const task = await api.tasks.create({ subject: 'Here before the restart', priority: 'high' })
    const { page, context } = await seatOf(browser, own, priya)
    await openScreen(page, own, `/admin/action-center?item=task:${task.id}`)
    await page.getByRole('heading', { name: task.subject }).waitFor()
    await own.close()
    await page
      .getByText(/last updated \d\d:\d\d:\d\d/)
      .first()
      .waitFor()
    const later = await api.tasks.create({ subject: 'Made while it was down', priority: 'critical' })
    own = await startWeb(database(), { screens: true, port })
    await rowOf(page, later.subject).waitFor({ timeout: 60_000 })
    await page.getByText('Live', { exact: true }).first().waitFor()
    expect(await page.getByRole('heading', { name: task.subject }).count()).toBe(1)
    await context.close()
    await own.close()
  })
})

test('a long list grows where it is, past what one answer holds, and stays whole when something changes', async () => {
  const { page, context } = await seatOf(browser, web, priya)
  for (let made = 0; made < 260; made += 20) {
    await Promise.all(
      Array.from({ length: 20 }, (_, at) => api.tasks.create({ subject: `Long list ${made + at}`, priority: 'low' })),
    )
  }
  await openScreen(page, web, '/admin/action-center?limit=200')
  await expect.poll(async () => (await shownOn(page)).length).toBe(200)
  await page.getByRole('link', { name: 'Show more' }).click()
  await expect.poll(async () => (await shownOn(page)).length, { timeout: 15_000 }).toBeGreaterThan(240)
  const urgent = await api.tasks.create({ subject: 'Arrives on the long list', priority: 'critical' })
  await rowOf(page, urgent.subject).waitFor({ timeout: 15_000 })
  const shown = await shownOn(page)
  expect(new Set(shown).size).toBe(shown.length)
  expect(shown.length).toBeGreaterThan(240)
  await context.close()
})

test('a saved view is renamed in place, and one of what is due counts as its list does', async () => {
  const { page, context } = await seatOf(browser, web, priya)
  await callerOf(database(), priya, { clock: systemClock }).views.create({
    screen: 'action-center',
    name: 'Soon',
    query: 'due=today&priority=critical',
  })
  await api.tasks.create({ subject: 'Due within the hour', priority: 'critical' })
  const { items } = await callerOf(database(), priya, { clock: systemClock }).actionCenter.list({
    due: 'today',
    priority: 'critical',
    limit: 200,
  })
  await openScreen(page, web, '/admin/action-center?due=today&priority=critical')
  await page.getByRole('link', { name: `Soon ${items.length}` }).waitFor()
  await page.getByRole('button', { name: 'Change the view Soon' }).click()
  await page.getByLabel('Name of the view').fill('Before midnight')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText('The view is “Before midnight” now.').waitFor()
  await page.getByRole('link', { name: /^Before midnight/ }).waitFor()
  const [view] = (await callerOf(database(), priya).views.list({ screen: 'action-center' })).items
  expect(view?.name).toBe('Before midnight')
  await context.close()
})
