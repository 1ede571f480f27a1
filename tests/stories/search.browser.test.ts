import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makePerson, openBrowser, signIn } from '#tests/support/browser.ts'
import { callerOf } from '#tests/support/context.ts'
import { testDatabase } from '#tests/support/database.ts'
import { startWeb, type TestWeb } from '#tests/support/web.ts'
import { makeWorld } from '#tests/support/world.ts'

const database = testDatabase()
let web: TestWeb
let browser: Browser
let operator: Page
let reader: Page
let taskRef: string
let clientRef: string

beforeAll(async () => {
  web = await startWeb(database(), { screens: true })
  browser = await openBrowser()
  await makeWorld(database())
  const person = await makePerson(database(), 'OPERATOR', 'Olive')
  const readOnly = await makePerson(database(), 'READ_ONLY', 'Reed')
  const api = callerOf(database(), person)
  const client = await api.clients.create({ name: 'Peregrine Quillfeather', phone: '+447700900321' })
  const task = await api.tasks.create({ subject: 'Tune the harpsichord', entityType: 'client', entityId: client.id })
  ;[taskRef, clientRef] = [task.ref, client.ref]
  operator = await signIn(await browser.newContext(), web, person.email ?? '')
  reader = await signIn(await browser.newContext(), web, readOnly.email ?? '')
})
afterAll(async () => {
  await browser?.close()
  await web?.close()
})

const box = (page: Page) => page.getByRole('combobox', { name: 'Search everything' })
const options = (page: Page) => page.getByRole('listbox', { name: 'Found' }).getByRole('option')
/** Scripts run: what is typed is listened to. */
async function ready(page: Page, path = '/admin'): Promise<void> {
  await page.goto(`${web.url}${path}`)
  await page.getByText('Live', { exact: true }).waitFor()
}

describe('the search box', () => {
  test('finds as one types, walks by arrows, and Enter opens', async () => {
    await ready(operator)
    await operator.keyboard.press('/')
    await operator.keyboard.type('quillf')
    await options(operator).filter({ hasText: 'Peregrine' }).first().waitFor()
    expect(await box(operator).getAttribute('aria-expanded')).toBe('true')
    expect(await operator.locator('mark').first().textContent()).toBe('Quillf')
    await operator.keyboard.press('ArrowDown')
    const active = await box(operator).getAttribute('aria-activedescendant')
    expect(await operator.locator(`[id="${active}"]`).getAttribute('aria-selected')).toBe('true')
    await operator.keyboard.press('Enter')
    await operator.waitForURL(/\/admin\/clients\/[0-9a-f-]{36}$/)
  })

  test('forgives a slip of the keys and says so; Escape closes; what was searched is offered again', async () => {
    await ready(operator)
    await operator.keyboard.press('/')
    await operator.keyboard.type('harpsicord')
    await operator.getByText('Nothing has “harpsicord”').waitFor()
    await options(operator).filter({ hasText: taskRef }).waitFor()
    await operator.keyboard.press('Enter')
    await operator.waitForURL(/\/admin\/search\?q=harpsicord$/)
    await operator.getByText('Shown is what was found for').waitFor()
    await ready(operator)
    await operator.keyboard.press('/')
    await options(operator).filter({ hasText: 'harpsicord' }).waitFor()
    await operator.keyboard.press('Escape')
    expect(await box(operator).getAttribute('aria-expanded')).toBe('false')
  })

  test('shows who may not see it nothing', async () => {
    await ready(reader)
    await reader.keyboard.press('/')
    await reader.keyboard.type('quillfeather')
    await reader.locator('search').getByText('Nothing found for “quillfeather”.').waitFor()
    await reader.keyboard.press('Escape')
  })

  test('works without scripts', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false, storageState: await operator.context().storageState() })
    const page = await context.newPage()
    await page.goto(`${web.url}/admin`)
    await box(page).fill('peregrine')
    await box(page).press('Enter')
    await page.getByRole('link', { name: 'Peregrine Quillfeather' }).first().waitFor()
    await context.close()
  })
})

describe('the search page', () => {
  test('saves a search under a name, which the commands then know', async () => {
    await ready(operator, '/admin/search?q=peregrine')
    await operator.getByText('Save this search').click()
    await operator.getByRole('textbox', { name: /^Name/ }).fill('My birds')
    await operator.getByRole('button', { name: 'Save', exact: true }).click()
    await operator.getByRole('link', { name: 'My birds' }).waitFor()
    await ready(operator)
    await operator.keyboard.press('Control+k')
    await operator.keyboard.type('my birds')
    await operator.getByRole('option', { name: /My birds/ }).waitFor()
    await operator.keyboard.press('Enter')
    await operator.waitForURL(/\/admin\/search\?q=peregrine$/)
    await operator.getByRole('button', { name: 'Delete My birds' }).click()
    await operator.getByText('None yet.').waitFor()
  })
})

describe('the commands', () => {
  test('go, find and do by keyboard alone', async () => {
    await ready(operator)
    await operator.keyboard.press('Control+k')
    await operator.keyboard.type('book')
    await operator.getByRole('option', { name: /^Bookings/ }).waitFor()
    await operator.keyboard.press('Escape')
    await operator.keyboard.press('Control+k')
    await operator.keyboard.type(taskRef.toLowerCase().replace('-', ''))
    await operator.getByRole('option', { name: /Tune the harpsichord/ }).waitFor()
    await operator.keyboard.press('Enter')
    await operator.waitForURL(/\/admin\/tasks\/[0-9a-f-]{36}$/)
    await operator.keyboard.press('Control+k')
    await operator.keyboard.type('assign')
    await operator.getByRole('option', { name: /Assign to me/ }).waitFor()
    await operator.keyboard.press('Enter')
    await operator.getByText('You are working on it.').waitFor()
  })

  test('offer only what this person may do', async () => {
    await ready(reader)
    await reader.keyboard.press('Control+k')
    await reader.getByRole('option', { name: /^Bookings/ }).waitFor()
    expect(await reader.getByRole('option', { name: 'New task' }).count()).toBe(0)
    await reader.keyboard.press('Escape')
  })
})

describe('shortcuts', () => {
  test('are one list: what the sheet shows is obeyed, in sequence, and never while one types', async () => {
    await ready(operator)
    await operator.keyboard.press('?')
    await operator.getByRole('dialog', { name: 'Keyboard shortcuts' }).getByText('Action Center').waitFor()
    await operator.keyboard.press('Escape')
    await operator.keyboard.press('g')
    await operator.getByText('then', { exact: true }).waitFor()
    await operator.keyboard.press('i')
    await operator.waitForURL(/\/admin\/inquiries$/)
    await box(operator).click()
    await operator.keyboard.type('g b')
    expect(new URL(operator.url()).pathname).toBe('/admin/inquiries')
    expect(await box(operator).inputValue()).toBe('g b')
  })

  test('can be switched off, and on again by the commands', async () => {
    await ready(operator)
    // Each try begins with them on, whatever one before it left.
    await operator.evaluate(() => localStorage.clear())
    await ready(operator)
    await operator.keyboard.press('?')
    await operator.getByLabel(/Single keys are commands/).uncheck()
    await operator.keyboard.press('Escape')
    await operator.keyboard.press('g')
    await operator.keyboard.press('i')
    await operator.keyboard.press('Control+k')
    await operator.keyboard.type('shortcuts on')
    await operator.getByRole('option', { name: 'Switch single-key shortcuts on' }).waitFor()
    expect(new URL(operator.url()).pathname).toBe('/admin')
    await operator.keyboard.press('Enter')
    await operator.getByRole('dialog').waitFor({ state: 'detached' })
    await operator.keyboard.press('g')
    await operator.keyboard.press('i')
    await operator.waitForURL(/\/admin\/inquiries$/)
  })
})

describe('for everyone', () => {
  test('axe finds nothing in the box, the page and the commands; nothing is cut off at 390 px', async () => {
    const problems = async () => {
      const { violations } = await new AxeBuilder({ page: operator }).analyze()
      return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`)
    }
    await ready(operator, '/admin/search?q=peregrine')
    expect(await problems()).toEqual([])
    await operator.keyboard.press('/')
    await operator.keyboard.type('quillf')
    await options(operator).first().waitFor()
    expect(await problems()).toEqual([])
    await operator.keyboard.press('Escape')
    await operator.keyboard.press('Control+k')
    await operator.getByRole('dialog').waitFor()
    await operator.keyboard.type(clientRef)
    await operator
      .getByRole('option', { name: /Peregrine/ })
      .first()
      .waitFor()
    expect(await problems()).toEqual([])
    await operator.keyboard.press('Escape')
    await operator.setViewportSize({ width: 390, height: 800 })
    expect(await operator.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
    await operator.setViewportSize({ width: 1280, height: 800 })
  })
})
