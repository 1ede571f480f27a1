import type { Browser, Page, Route } from 'playwright'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openBrowser } from '#tests/support/browser.ts'
import { makeUser } from '#tests/support/context.ts'
import { testDatabase } from '#tests/support/database.ts'
import { openScreen, seatOf } from '#tests/support/screens.ts'
import { startWeb, type TestWeb } from '#tests/support/web.ts'

const database = testDatabase()
let web: TestWeb
let browser: Browser
let page: Page
let owner: Awaited<ReturnType<typeof makeUser>>
beforeAll(async () => {
  web = await startWeb(database(), { screens: true })
  browser = await openBrowser()
  owner = await makeUser(database(), 'OWNER', 'Olive Owner')
})
beforeEach(async () => {
  page = (await seatOf(browser, web, owner)).page
  await openScreen(page, web, '/admin')
})
afterEach(async () => {
  await page.context().close()
})
afterAll(async () => {
  await browser?.close()
  await web?.close()
})

const link = (name: string) => page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name })
const heading = (name: string) => page.getByRole('heading', { name, level: 1 })
const skeleton = () => page.locator('[data-page-skeleton]')
const isData = (url: URL, path: string) => url.pathname === path && url.searchParams.has('_data')

/** Holds the data of a page back until it is let go. */
async function holdBack(path: string): Promise<() => Promise<void>> {
  const held: Route[] = []
  await page.route(
    (url) => isData(url, path),
    (route) => {
      held.push(route)
    },
  )
  return async () => {
    await page.unroute((url) => isData(url, path))
    await Promise.all(held.map((route) => route.continue()))
  }
}

describe('a page that is slow in coming', () => {
  test('shows its shape in the meantime, says so, and keeps the page that is left usable again when it is not wanted', async () => {
    const letGo = await holdBack('/admin/bookings')
    await link('Bookings').click()
    await skeleton().waitFor()
    await page.getByRole('status').filter({ hasText: 'The page is being opened' }).waitFor({ state: 'attached' })
    expect(await heading('Good to see you, Olive').isVisible()).toBe(false)
    // Something else is wanted after all.
    await link('Dashboard').click()
    await heading('Good to see you, Olive').waitFor()
    await skeleton().waitFor({ state: 'detached' })
    await link('Bookings').click()
    await skeleton().waitFor()
    await letGo()
    await heading('Bookings').waitFor()
    expect(await skeleton().count()).toBe(0)
  })

  test('shows no skeleton for a filter of the same list', async () => {
    await link('Bookings').click()
    await heading('Bookings').waitFor()
    const letGo = await holdBack('/admin/bookings')
    await page.getByLabel('Status', { exact: true }).selectOption('confirmed')
    await page.locator('.progress').waitFor({ state: 'attached' })
    expect(await heading('Bookings').isVisible()).toBe(true)
    await letGo()
    await page.waitForURL(/status=confirmed/)
    expect(await skeleton().count()).toBe(0)
  })
})

describe('a page that can’t be shown', () => {
  test('says so in its own place: the frame stays, its feed goes on, and the next page opens', async () => {
    let streams = 0
    page.on('request', (request) => {
      if (request.url().includes('/events/stream')) streams++
    })
    await page.route(
      (url) => isData(url, '/admin/bookings'),
      (route) => route.fulfill({ status: 500, body: 'broken' }),
    )
    await link('Bookings').click()
    await heading('Something went wrong on our side').waitFor()
    expect(await link('Clients').isVisible()).toBe(true)
    await link('Clients').click()
    await heading('Clients').waitFor()
    expect(streams).toBe(0)
  })

  test('for want of a server opens by itself when it answers', async () => {
    let away = true
    await page.route(
      (url) => away && (isData(url, '/admin/bookings') || url.pathname === '/health/ready'),
      (route) => route.abort(),
    )
    await link('Bookings').click()
    await heading('The server can’t be reached').waitFor()
    expect(await link('Clients').isVisible()).toBe(true)
    away = false
    await heading('Bookings').waitFor({ timeout: 20_000 })
  })
})

describe('without a connection', () => {
  test('a page stays as it is and says how old it is; another is not opened, and is when it is back', async () => {
    await page.context().setOffline(true)
    await page.getByRole('alert').filter({ hasText: 'Offline · last updated' }).waitFor()
    await link('Lifecycles').click()
    await page.getByText('You are offline: that page can’t be opened now.').waitFor()
    expect(await heading('Good to see you, Olive').isVisible()).toBe(true)
    await page.context().setOffline(false)
    await page.getByRole('alert').filter({ hasText: 'Offline · last updated' }).waitFor({ state: 'detached', timeout: 30_000 })
    await link('Lifecycles').click()
    await heading('Lifecycles').waitFor()
  })
})

test('nothing moves for who asked for less motion; for others some things do', async () => {
  /** How many parts of the page, drawn ones before and after included, would take time to move. */
  const moving = () =>
    page.evaluate(() => {
      const seconds = (text: string) =>
        Math.max(...text.split(', ').map((one) => Number.parseFloat(one) * (one.endsWith('ms') ? 0.001 : 1)))
      return [...document.querySelectorAll('*')].filter((element) =>
        ['', '::before', '::after'].some((part) => {
          const style = getComputedStyle(element, part)
          const animated = style.animationName !== 'none' && seconds(style.animationDuration) > 0.001
          return animated || seconds(style.transitionDuration) > 0.001
        }),
      ).length
    })
  await openScreen(page, web, '/admin/design')
  expect(await moving()).toBeGreaterThan(20)
  await page.emulateMedia({ reducedMotion: 'reduce' })
  expect(await moving()).toBe(0)
})
