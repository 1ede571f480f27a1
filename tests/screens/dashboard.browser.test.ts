import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Actor, systemClock } from '#server/context.ts'
import { openBrowser } from '#tests/support/browser.ts'
import { callerOf, makeUser } from '#tests/support/context.ts'
import { testDatabase } from '#tests/support/database.ts'
import { openScreen, seatOf } from '#tests/support/screens.ts'
import { startWeb, type TestWeb } from '#tests/support/web.ts'
import { makeWorld } from '#tests/support/world.ts'

const database = testDatabase()
let web: TestWeb
let browser: Browser
let page: Page
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)
beforeAll(async () => {
  web = await startWeb(database(), { screens: true })
  browser = await openBrowser()
  const owner: Actor & { id: string } = await makeUser(database(), 'OWNER', 'Olive Owner')
  const world = await makeWorld(database(), { models: 2 })
  const api = callerOf(database(), owner, { clock: systemClock })
  for (const name of ['Ann', 'Bo', 'Cleo']) {
    const client = { name, email: `${name.toLowerCase()}@example.com` }
    await api.inquiries.receive({ source: 'phone', client, message: 'Dinner for two' })
  }
  for (const [at, model] of world.models.entries()) {
    const day = inDays(3)
    await api.bookings.create({
      clientId: world.client.id,
      modelId: model.id,
      location: world.location.slug,
      start: `${day}T1${at + 4}:00:00Z`,
      end: `${day}T1${at + 5}:00:00Z`,
    })
  }
  page = (await seatOf(browser, web, owner)).page
})
afterAll(async () => {
  await browser?.close()
  await web?.close()
})

const rows = () => page.getByRole('main').locator('tbody tr')

/** Opens a number of the first page and says how many rows its list has. */
async function rowsBehind(name: RegExp): Promise<number> {
  await openScreen(page, web, '/admin')
  await page.getByRole('main').getByRole('link', { name }).click()
  await page.waitForURL((url) => url.pathname !== '/admin')
  await rows().first().waitFor()
  return rows().count()
}

test('each number of the first page opens just the rows it counted', async () => {
  expect(await rowsBehind(/^Inquiries today\s*3/)).toBe(3)
  expect(new URL(page.url()).pathname).toBe('/admin/inquiries')
  expect(await rowsBehind(/^Bookings made today\s*2/)).toBe(2)
  expect(await rowsBehind(/^New\s*3$/)).toBe(3)
  expect(await rowsBehind(/^Draft\s*2$/)).toBe(2)
  expect(await rowsBehind(/: 0 confirmed, 2 not confirmed yet$/)).toBe(2)
  expect(new URL(page.url()).searchParams.get('from')).toBe(inDays(3))
})

test('the way things went is said in words too', async () => {
  await openScreen(page, web, '/admin')
  const words = await page.getByRole('img', { name: /^Inquiries, last fourteen days: (0, ){13}3$/ }).count()
  expect(words).toBe(1)
})
