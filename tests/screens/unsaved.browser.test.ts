import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Actor } from '#server/context.ts'
import { openBrowser } from '#tests/support/browser.ts'
import { callerOf, makeUser } from '#tests/support/context.ts'
import { testDatabase } from '#tests/support/database.ts'
import { openScreen, seatOf } from '#tests/support/screens.ts'
import { startWeb, type TestWeb } from '#tests/support/web.ts'
import { makeWorld } from '#tests/support/world.ts'

const database = testDatabase()
let web: TestWeb
let browser: Browser
let owner: Actor & { id: string }
let page: Page
let client: string
beforeAll(async () => {
  web = await startWeb(database(), { screens: true })
  browser = await openBrowser()
  await makeWorld(database(), { models: 1 })
  owner = await makeUser(database(), 'OWNER', 'Olive Owner')
})
beforeEach(async () => {
  client = (await callerOf(database(), owner).clients.create({ name: 'Jane Roe', about: 'Likes window seats' })).id
  page = (await seatOf(browser, web, owner)).page
  await openScreen(page, web, `/admin/clients/${client}/edit`)
})
afterAll(async () => {
  await browser?.close()
  await web?.close()
})

const question = () => page.getByRole('dialog', { name: 'Leave without saving?' })
const name = () => page.getByLabel('Name', { exact: false }).first()
const bookings = () => page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Bookings' })
const at = () => new URL(page.url()).pathname

describe('what is typed and not saved', () => {
  test('holds a link back until it is said to be lost on purpose', async () => {
    await name().fill('Jane Roe-Smith')
    await bookings().click()
    await question().waitFor()
    expect(at()).toBe(`/admin/clients/${client}/edit`)
    await page.keyboard.press('Escape')
    await question().waitFor({ state: 'detached' })
    expect(await name().inputValue()).toBe('Jane Roe-Smith')
    await bookings().click()
    await question().getByRole('button', { name: 'Leave without saving' }).click()
    await page.getByRole('heading', { name: 'Bookings', level: 1 }).waitFor()
    expect((await callerOf(database(), owner).clients.get({ id: client })).name).toBe('Jane Roe')
  })

  test('holds back a shortcut, the back button and another form of the frame', async () => {
    await bookings().click()
    await page.getByRole('heading', { name: 'Bookings', level: 1 }).waitFor()
    await page.goBack()
    await name().fill('Jane Roe-Smith')
    await page.getByRole('heading', { level: 1 }).click()
    await page.keyboard.press('g')
    await page.keyboard.press('b')
    await question().getByRole('button', { name: 'Stay here' }).click()
    await page.goForward()
    await question().getByRole('button', { name: 'Stay here' }).click()
    await question().waitFor({ state: 'detached' })
    expect(at()).toBe(`/admin/clients/${client}/edit`)
    await page.getByText('Signed in as').locator('..').click()
    await page.getByRole('button', { name: 'Dark' }).click()
    await question().getByRole('button', { name: 'Stay here' }).click()
    expect(await name().inputValue()).toBe('Jane Roe-Smith')
  })

  test('holds back a tab that is being closed', async () => {
    await name().fill('Jane Roe-Smith')
    const asked = page.waitForEvent('dialog')
    await page.close({ runBeforeUnload: true })
    const dialog = await asked
    expect(dialog.type()).toBe('beforeunload')
    await dialog.dismiss()
    expect(await name().inputValue()).toBe('Jane Roe-Smith')
  })

  test('asks nothing when it was typed back, and nothing when it is saved', async () => {
    await name().fill('Jane Roe-Smith')
    await name().fill('Jane Roe')
    await bookings().click()
    await page.getByRole('heading', { name: 'Bookings', level: 1 }).waitFor()
    await page.goBack()
    await name().fill('Jane Roe-Smith')
    await page.getByRole('button', { name: 'Save the change' }).click()
    await page.getByRole('heading', { name: 'Jane Roe-Smith' }).waitFor()
    expect(await question().count()).toBe(0)
  })

  test('of a refused form is still unsaved', async () => {
    // Somebody else was quicker: this form's version is stale.
    await callerOf(database(), owner).clients.update({ id: client, version: 1, about: 'Likes the aisle' })
    await name().fill('Jane Roe-Smith')
    await page.getByRole('button', { name: 'Save the change' }).click()
    await page.getByRole('alert').first().waitFor()
    await bookings().click()
    await question().waitFor()
  })

  test('is kept when the connection is gone, and sent when it is back', async () => {
    await name().fill('Jane Roe-Smith')
    await page.context().setOffline(true)
    await page.getByText('Offline · last updated').first().waitFor()
    await page.getByRole('button', { name: 'Save the change' }).click()
    await page.getByText('You are offline: nothing was sent.').waitFor()
    expect(await name().inputValue()).toBe('Jane Roe-Smith')
    await page.context().setOffline(false)
    await page.getByRole('button', { name: 'Save the change' }).click()
    await page.getByRole('heading', { name: 'Jane Roe-Smith' }).waitFor()
  })
})
