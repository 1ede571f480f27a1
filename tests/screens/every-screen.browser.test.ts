import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openBrowser } from '#tests/support/browser.ts'
import { makeUser } from '#tests/support/context.ts'
import { testDatabase } from '#tests/support/database.ts'
import { cutOff, violationsInBothSchemes } from '#tests/support/page-checks.ts'
import { type IdsOfScreens, plantScreens, screenAddresses } from '#tests/support/screen-addresses.ts'
import { seatOf } from '#tests/support/screens.ts'
import { startWeb, type TestWeb } from '#tests/support/web.ts'

const database = testDatabase()
let web: TestWeb
let browser: Browser
let ids: IdsOfScreens
let signedIn: Page
let stranger: Page
beforeAll(async () => {
  web = await startWeb(database(), { screens: true })
  browser = await openBrowser()
  const owner = await makeUser(database(), 'OWNER', 'Olive Owner')
  ;({ ids } = await plantScreens(database(), owner))
  signedIn = (await seatOf(browser, web, owner)).page
  stranger = await (await browser.newContext()).newPage()
})
afterAll(async () => {
  await browser?.close()
  await web?.close()
})

async function open(route: string): Promise<Page> {
  const path = screenAddresses(ids).find((one) => one.route === route)?.path ?? ''
  const admin = path.startsWith('/admin')
  const page = admin ? signedIn : stranger
  await page.setViewportSize({ width: 1280, height: 900 })
  const answer = await page.goto(`${web.url}${path}`)
  expect([path, answer?.status()]).toEqual([path, 200])
  if (admin) await page.getByText('Live', { exact: true }).first().waitFor({ state: 'attached' })
  return page
}

const ROUTES = screenAddresses({}).map(({ route }) => route)

describe('every screen', () => {
  // A screen behind a question for the password is asked for that question: it is a screen too.
  test.each(ROUTES)('%s: axe finds nothing in light or dark, and nothing is cut off at 1280 or 320 px', async (route) => {
    const page = await open(route)
    const axe = await violationsInBothSchemes(page)
    const wide = await cutOff(page)
    await page.setViewportSize({ width: 320, height: 720 })
    expect({ axe, wide, narrow: await cutOff(page) }).toEqual({ axe: [], wide: [], narrow: [] })
  })

  test('negative control: grey words, a wide part and cut words are found', async () => {
    const page = await open('routes/admin._index')
    await page.evaluate(() => {
      const main = document.querySelector('main')
      const grey = document.createElement('p')
      grey.textContent = 'grey words'
      grey.style.color = 'light-dark(#bbb, #333)'
      const wide = document.createElement('p')
      wide.textContent = 'a wide part'
      wide.style.width = '600px'
      const cut = document.createElement('p')
      cut.textContent = 'cut words '.repeat(9)
      cut.style.cssText = 'width: 100px; overflow: hidden; white-space: nowrap'
      main?.append(grey, wide, cut)
    })
    const axe = await violationsInBothSchemes(page)
    expect(axe.map((one) => one.split(':')[0])).toEqual(['light, color-contrast', 'dark, color-contrast'])
    await page.setViewportSize({ width: 320, height: 720 })
    const cut = await cutOff(page)
    expect(cut.some((one) => one.includes('a wide part'))).toBe(true)
    expect(cut.some((one) => one.startsWith('hides') && one.includes('cut words'))).toBe(true)
  })
})
