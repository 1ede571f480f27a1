import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Actor } from '#server/context.ts'
import { Fixtures } from '#tests/support/access-fixtures.ts'
import { openBrowser } from '#tests/support/browser.ts'
import { callerOf, makeUser } from '#tests/support/context.ts'
import { testDatabase } from '#tests/support/database.ts'
import { openScreen, seatOf } from '#tests/support/screens.ts'
import { startWeb, type TestWeb } from '#tests/support/web.ts'

const database = testDatabase()
let web: TestWeb
let browser: Browser
let page: Page
let owner: Actor & { id: string }
let booking: string
beforeAll(async () => {
  web = await startWeb(database(), { screens: true })
  browser = await openBrowser()
  owner = await makeUser(database(), 'OWNER', 'Olive Owner')
  const made = await Fixtures.in(database())
  booking = await made.booking('nobody', owner)
  const api = callerOf(database(), owner)
  const { version } = await api.bookings.get({ id: booking })
  await api.bookings.update({ id: booking, version, internalNotes: 'Asks for the side door' })
  // A person at night: paper is white all the same.
  page = (await seatOf(browser, web, owner, { colorScheme: 'dark' })).page
})
afterAll(async () => {
  await browser?.close()
  await web?.close()
})

const sheet = () => page.getByRole('article', { name: /^Booking B-/ })
const pagesOf = (pdf: Buffer) => [...pdf.toString('latin1').matchAll(/\/Type\s*\/Page\b(?!s)/g)].length

describe('a booking on paper', () => {
  test('is one sheet: who, when, where and how much, and nothing to press', async () => {
    await openScreen(page, web, `/admin/bookings/${booking}`)
    await page.getByRole('link', { name: 'Print' }).click()
    await sheet().waitFor()
    const words = await sheet().innerText()
    for (const part of ['When and where', 'Who', 'Price', 'Total', '£250.00', 'Still to be paid', 'Printed', 'by Olive Owner'])
      expect(words).toContain(part)
    await page.emulateMedia({ media: 'print' })
    const left = await page
      .locator('nav, aside, header.app-header, button, .btn, [role=status]')
      .evaluateAll((all) => all.filter((one) => one.checkVisibility() && one.textContent?.trim()).map((one) => one.outerHTML))
    expect(left).toEqual([])
    const look = await sheet().evaluate((element) => {
      const { color, backgroundColor } = getComputedStyle(element)
      return { color, backgroundColor, page: getComputedStyle(document.body).backgroundColor }
    })
    expect(look).toEqual({ color: 'rgb(21, 33, 30)', backgroundColor: 'rgba(0, 0, 0, 0)', page: 'rgba(0, 0, 0, 0)' })
    expect(pagesOf(await page.pdf({ format: 'A4' }))).toBe(1)
    await page.emulateMedia({ media: null })
  })

  test('shows what is only for the agency when it is asked for, and not before it is sent to the page either', async () => {
    await openScreen(page, web, `/admin/bookings/${booking}/print`)
    expect(await page.content()).not.toContain('Asks for the side door')
    await page.getByRole('link', { name: 'With internal notes' }).click()
    await sheet().getByText('Asks for the side door').waitFor()
    await page.getByRole('link', { name: 'With timeline' }).click()
    await sheet().getByRole('heading', { name: 'Timeline' }).waitFor()
    await page.getByRole('link', { name: 'Without internal notes' }).click()
    await sheet().getByText('Asks for the side door').waitFor({ state: 'detached' })
  })

  test('negative control: the frame is seen on the screen, and a long page has several sheets', async () => {
    await page.emulateMedia({ media: 'screen' })
    await openScreen(page, web, `/admin/bookings/${booking}/print`)
    expect(await page.getByRole('navigation', { name: 'Main' }).isVisible()).toBe(true)
    await sheet().evaluate((element) => {
      element.append(...Array.from({ length: 200 }, () => document.createElement('hr')))
    })
    await page.emulateMedia({ media: 'print' })
    expect(pagesOf(await page.pdf({ format: 'A4' }))).toBeGreaterThan(1)
  })
})
