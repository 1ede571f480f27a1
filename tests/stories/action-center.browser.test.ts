import type { Browser } from 'playwright'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Actor, systemClock } from '#server/context.ts'
import type { Caller } from '#server/trpc/router.ts'
import { openBrowser, startRunners } from '#tests/support/browser.ts'
import { callerOf, makeUser } from '#tests/support/context.ts'
import { testDatabase } from '#tests/support/database.ts'
import { openScreen, rowOf, seatOf, violationsOf } from '#tests/support/screens.ts'
import { startWeb, type TestWeb } from '#tests/support/web.ts'

const database = testDatabase()
let browser: Browser
let web: TestWeb
let runners: { stop(): Promise<void> }
let priya: Actor & { id: string }
let tom: Actor & { id: string }
let api: Caller

beforeAll(async () => {
  web = await startWeb(database(), { screens: true })
  // The critical runner carries events to the screens.
  runners = startRunners(database(), ['critical'])
  browser = await openBrowser()
  priya = await makeUser(database(), 'OPERATOR', 'Priya Shah')
  tom = await makeUser(database(), 'OPERATOR', 'Tom Okafor')
  // The web process's clock: what is made here has its deadline before it.
  api = callerOf(database(), await makeUser(database(), 'OWNER', 'Olivia Ward'), { clock: systemClock })
})
afterAll(async () => {
  await browser?.close()
  await runners?.stop()
  await web?.close()
})

let made = 0
async function makeTask(priority: 'normal' | 'high' | 'critical' = 'normal') {
  return api.tasks.create({ subject: `Ring client number ${++made}`, priority })
}

describe('two operators at once', () => {
  test('what one does leaves the other’s screen within a second, and undo brings it back to both', async () => {
    const task = await makeTask('high')
    const one = await seatOf(browser, web, priya)
    const other = await seatOf(browser, web, tom)
    await Promise.all([openScreen(one.page, web, '/admin/action-center'), openScreen(other.page, web, '/admin/action-center')])
    await rowOf(other.page, task.subject).waitFor()

    const gone = rowOf(other.page, task.subject).waitFor({ state: 'detached', timeout: 5_000 })
    const started = performance.now()
    await rowOf(one.page, task.subject).getByRole('button', { name: 'Done' }).click()
    await rowOf(one.page, task.subject).waitFor({ state: 'detached' })
    await gone
    expect(performance.now() - started).toBeLessThan(2_000)
    await one.page.getByText(`${task.ref} is done`).waitFor()

    await one.page.keyboard.press('z')
    await rowOf(one.page, task.subject).waitFor()
    await rowOf(other.page, task.subject).waitFor()
    expect((await api.tasks.get({ id: task.id })).status).toBe('open')
    await Promise.all([one.context.close(), other.context.close()])
  })

  test('a row keeps its place: mark, focus and scroll stay when others’ work arrives above it', async () => {
    for (let count = 0; count < 25; count++) await makeTask()
    const mine = await makeTask()
    const { page, context } = await seatOf(browser, web, priya)
    await openScreen(page, web, '/admin/action-center')
    await rowOf(page, mine.subject).getByRole('link').focus()
    await rowOf(page, mine.subject).scrollIntoViewIfNeeded()
    const urgent = await makeTask('critical')
    await rowOf(page, urgent.subject).waitFor({ timeout: 15_000 })
    const focused = () => page.evaluate(() => document.activeElement?.closest('[data-item]')?.textContent ?? '')
    expect(await focused()).toContain(mine.subject)
    await expect.poll(() => rowOf(page, mine.subject).getAttribute('data-active')).toBe('')
    await expect.poll(() => page.locator('[data-announcer]').textContent(), { timeout: 15_000 }).toMatch(/new urgent item/)
    await context.close()
  })

  test('a stale step says what changed meanwhile, and can be applied again', async () => {
    const task = await makeTask()
    const { page, context } = await seatOf(browser, web, priya)
    // This screen does not hear of it: as if the change were on its way.
    await page.route('**/api/v1/events/stream*', (route) => route.abort())
    await page.goto(`${web.url}/admin/action-center?item=task:${task.id}`)
    await page.getByRole('heading', { name: task.subject }).waitFor()
    await callerOf(database(), tom, { clock: systemClock }).actionCenter.act({
      kind: 'task',
      id: task.id,
      action: 'edit',
      priority: 'high',
    })
    await page.getByRole('complementary').getByRole('button', { name: 'Done' }).click()
    await page.getByText(`${task.ref} was changed meanwhile by Tom Okafor`).waitFor()
    await page.getByText('Priority is now “High”').waitFor()
    await page.getByRole('button', { name: 'Apply mine again' }).click()
    await page.getByText(`${task.ref} is done`).waitFor()
    expect((await api.tasks.get({ id: task.id })).status).toBe('done')
    await context.close()
  })
})

describe('a screen that was away', () => {
  test('says how old it is, and catches up with what happened: nothing missing, nothing twice', async () => {
    const { page, context } = await seatOf(browser, web, priya)
    await openScreen(page, web, '/admin/action-center')
    await context.setOffline(true)
    await page
      .getByText(/Offline · last updated \d\d:\d\d:\d\d/)
      .first()
      .waitFor()
    const while_away = [await makeTask('high'), await makeTask('critical'), await makeTask()]
    await context.setOffline(false)
    for (const task of while_away) await rowOf(page, new RegExp(`${task.subject}(?!\\d)`)).waitFor({ timeout: 15_000 })
    for (const task of while_away) expect(await rowOf(page, new RegExp(`${task.subject}(?!\\d)`)).count()).toBe(1)
    await page.getByText('Live', { exact: true }).first().waitFor()
    await context.close()
  })

  test('does not show an error where the work is when the server answers 503 for a while', async () => {
    const task = await makeTask()
    const { page, context } = await seatOf(browser, web, priya)
    await openScreen(page, web, '/admin/action-center')
    await rowOf(page, task.subject).waitFor()
    let down = true
    await page.route(/events\/stream|api\/trpc/, (route) =>
      down ? route.fulfill({ status: 503, body: '{}' }) : route.continue(),
    )
    // A broken line makes it look again, and what it does meanwhile is taken back with a sentence.
    await rowOf(page, task.subject).getByRole('button', { name: 'Done' }).click()
    await page.getByText(/could not be reached/).waitFor()
    await rowOf(page, task.subject).waitFor()
    down = false
    await rowOf(page, task.subject).getByRole('button', { name: 'Done' }).click()
    await page.getByText(`${task.ref} is done`).waitFor()
    await context.close()
  })
})

test('without scripts the work is listed and done by forms', async () => {
  const task = await makeTask('critical')
  const { page, context } = await seatOf(browser, web, priya, { javaScriptEnabled: false })
  await page.goto(`${web.url}/admin/action-center`)
  await rowOf(page, task.subject).getByRole('link').click()
  await page.getByRole('heading', { name: task.subject }).waitFor()
  await page.getByLabel('New note').fill('Rang twice, no answer')
  await page.getByRole('button', { name: 'Add note' }).click()
  await page.getByText('Rang twice, no answer').first().waitFor()
  await page.getByRole('complementary').getByRole('button', { name: 'Done', exact: true }).click()
  expect((await api.tasks.get({ id: task.id })).status).toBe('done')
  await context.close()
})

test.each(['light', 'dark'] as const)('list, card, menu, board and phone are accessible in %s', async (colorScheme) => {
  const task = await makeTask('critical')
  const { page, context } = await seatOf(browser, web, priya, { colorScheme, reducedMotion: 'reduce' })
  await openScreen(page, web, '/admin/action-center')
  expect(await violationsOf(page)).toEqual([])
  await rowOf(page, task.subject).getByRole('link').click()
  await page.getByRole('heading', { name: 'What happened' }).waitFor()
  expect(await violationsOf(page)).toEqual([])
  await page.keyboard.press('s')
  await page.getByRole('menu').waitFor()
  expect(await violationsOf(page)).toEqual([])
  await page.goto(`${web.url}/admin/action-center/board`)
  await page.getByText(task.subject).first().waitFor()
  expect(await violationsOf(page)).toEqual([])
  await page.setViewportSize({ width: 320, height: 640 })
  await openScreen(page, web, `/admin/action-center?item=task:${task.id}`)
  await page.getByRole('heading', { name: task.subject }).waitFor()
  expect(await violationsOf(page)).toEqual([])
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0)
  await context.close()
})
