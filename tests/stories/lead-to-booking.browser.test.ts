import AxeBuilder from '@axe-core/playwright'
import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makePerson, openBrowser, signIn, startRunners } from '#tests/support/browser.ts'
import { testDatabase } from '#tests/support/database.ts'
import { startWeb, type TestWeb } from '#tests/support/web.ts'
import { makeWorld, type World } from '#tests/support/world.ts'

const database = testDatabase()
let browser: Browser
let web: TestWeb
let world: World
let runners: { stop(): Promise<void> }
/** The web process's clock runs ahead by this: a person takes longer over a form than this test. */
let ahead = 0

beforeAll(async () => {
  world = await makeWorld(database())
  web = await startWeb(database(), { screens: true, clock: { now: () => new Date(Date.now() + ahead) } })
  runners = startRunners(database())
  browser = await openBrowser()
})
afterAll(async () => {
  await browser?.close()
  await runners?.stop()
  await web?.close()
})

async function violations(page: Page): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page }).analyze()
  return found.map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.target.join(' ')).join(', ')}`)
}

/** The public form, as someone without scripts fills it in. */
async function sendInquiry(name: string, phone: string): Promise<string> {
  const visitor = await browser.newContext({ javaScriptEnabled: false })
  const page = await visitor.newPage()
  await page.goto(`${web.url}/inquiry`)
  await page.getByLabel('Name').fill(name)
  await page.getByLabel('Phone').fill(phone)
  await page.getByLabel('What are you planning?').fill('Dinner for two <b>tonight</b>')
  await page.getByLabel('Place').selectOption(world.location.slug)
  await page.getByLabel('Wished from').fill('2027-02-01T19:00')
  await page.getByLabel('Wished to').fill('2027-02-01T21:00')
  ahead += 30_000
  await page.getByRole('button', { name: 'Send the inquiry' }).click()
  const ref = /Q-\d+/.exec((await page.locator('main').textContent()) ?? '')?.[0]
  await visitor.close()
  if (!ref) throw new Error('the thank-you page names no ref')
  return ref
}

test('a lead becomes a confirmed booking: public form, live task, match, proposal, deposit, confirmation', async () => {
  const operator = await makePerson(database(), 'OPERATOR', 'Priya Shah')
  const context = await browser.newContext()
  const page = await signIn(context, web, operator.email ?? '')
  await page.goto(`${web.url}/admin/action-center`)
  await page.getByText('Live').first().waitFor()

  const ref = await sendInquiry('Jane Example', '07700 900321')
  // It appears by itself: the page is not loaded again.
  await page.getByText(`Review inquiry ${ref}`).waitFor({ timeout: 15_000 })
  const item = page.locator('[data-row]', { hasText: `Review inquiry ${ref}` })
  await item.getByRole('link').focus()
  await page.keyboard.press('a')
  await item.getByText('You', { exact: true }).waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('complementary').getByRole('link', { name: ref, exact: true }).first().click()

  await page.getByRole('heading', { name: new RegExp(ref) }).waitFor()
  await expect.poll(() => page.getByText('Dinner for two <b>tonight</b>').count()).toBeGreaterThan(0)
  await page.getByRole('button', { name: 'Qualify' }).click()
  await page.getByRole('link', { name: 'Find matches and propose' }).click()
  await page.getByText('Free for the whole time').first().waitFor()
  expect(await violations(page)).toEqual([])
  await page.getByRole('button', { name: 'Propose', exact: true }).click()
  await page.getByText('now awaits the client').waitFor()

  const agreed = page.locator('details', { has: page.locator('summary', { hasText: 'Client agreed' }) })
  await agreed.locator('summary').first().click()
  await agreed.getByLabel('Deposit', { exact: true }).fill('50.00')
  await agreed.getByRole('button', { name: 'Client agreed' }).click()
  await page.getByText('Awaiting deposit', { exact: true }).first().waitFor()

  await page
    .getByRole('link', { name: /^B-\d+/ })
    .first()
    .click()
  await page.getByText('Deposit required', { exact: true }).first().waitFor()
  expect(await violations(page)).toEqual([])
  const payment = page.locator('details', { has: page.locator('summary', { hasText: 'Record a payment' }) })
  await payment.locator('summary').first().click()
  await payment.getByLabel('What for').selectOption('deposit')
  await payment.getByLabel('Amount').fill('50.00')
  await payment.getByLabel('How').selectOption('cash')
  await payment.getByRole('button').last().click()
  await page.getByText('Confirmed', { exact: true }).first().waitFor()

  const inquiry = await database().db.selectFrom('inquiries').select('status').where('ref', '=', ref).executeTakeFirstOrThrow()
  expect(inquiry.status).toBe('converted')
  await context.close()
})

test('what the spam trap catches is kept as spam and makes no task', async () => {
  const visitor = await browser.newContext({ javaScriptEnabled: false })
  const page = await visitor.newPage()
  await page.goto(`${web.url}/inquiry`)
  await page.getByLabel('Name').fill('Robot')
  await page.getByLabel('Email').fill('robot@example.com')
  await page.getByLabel('What are you planning?').fill('Buy cheap things')
  await page.locator('input[name=website]').evaluate((input) => input.setAttribute('value', 'https://spam.example'))
  ahead += 30_000
  await page.getByRole('button', { name: 'Send the inquiry' }).click()
  await expect.poll(() => page.locator('main').textContent()).toMatch(/Q-\d+/)
  const rows = await database()
    .db.selectFrom('inquiries as q')
    .innerJoin('clients as c', 'c.id', 'q.client_id')
    .select('q.status')
    .where('c.email', '=', 'robot@example.com')
    .execute()
  expect(rows).toEqual([{ status: 'spam' }])
  await visitor.close()
})
