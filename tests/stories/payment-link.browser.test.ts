import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '#server/context.ts'
import { simulatorSettings, stripeProvider } from '#server/integrations/stripe/index.ts'
import { type Simulator, startSimulator } from '#server/integrations/stripe/simulator/serve.ts'
import { openBrowser, startRunners } from '#tests/support/browser.ts'
import { callerOf, makeUser, TEST_SECRET } from '#tests/support/context.ts'
import { testDatabase } from '#tests/support/database.ts'
import { openScreen, seatOf, violationsOf } from '#tests/support/screens.ts'
import { startWeb, type TestWeb } from '#tests/support/web.ts'
import { makeWorld, type World } from '#tests/support/world.ts'

// The whole way of a deposit with the processes as they run: web, runners, and the stand-in for Stripe with its webhooks.
const database = testDatabase()
const LONG = 30_000
let browser: Browser
let simulator: Simulator
let web: TestWeb
let world: World
let runners: { stop(): Promise<void> }
let operator: Actor & { id: string }
let day = 0

beforeAll(async () => {
  world = await makeWorld(database())
  simulator = await startSimulator({
    settings: simulatorSettings('http://127.0.0.1:1', TEST_SECRET),
    webhookUrl: 'http://127.0.0.1:1',
    file: null,
  })
  const provider = stripeProvider(simulatorSettings(simulator.url, TEST_SECRET))
  web = await startWeb(database(), { screens: true, provider })
  simulator.target.url = `${web.url}/api/v1/payments/webhook/stripe`
  runners = startRunners(database(), ['critical', 'ops'], undefined, { STRIPE_SIMULATOR_URL: simulator.url, VIREL_DEMO: 'on' })
  operator = await makeUser(database(), 'OPS_MANAGER', 'Priya Shah')
  browser = await openBrowser()
})
afterAll(async () => {
  await browser?.close()
  await runners?.stop()
  await simulator?.close()
  await web?.close()
})

interface Made {
  id: string
  ref: string
  path: string
  paymentId: string
}

/** A booking on a day of its own with a link of £75, and where its page is in this web process. */
async function bookingWithLink(more: { deadline?: Date } = {}): Promise<Made> {
  const provider = stripeProvider(simulatorSettings(simulator.url, TEST_SECRET))
  const api = callerOf(database(), operator, { clock: { now: () => new Date() }, provider })
  const start = new Date(Date.now() + (20 + day++) * 86_400_000)
  start.setUTCHours(18, 0, 0, 0)
  const booking = await api.bookings.create({
    clientId: world.client.id,
    modelId: world.models[0]?.id ?? '',
    location: world.location.slug,
    start: start.toISOString(),
    end: new Date(start.getTime() + 3_600_000).toISOString(),
  })
  const { paymentId } = await api.checkout.makeLink({ id: booking.id, percent: 30, ...more })
  const { items } = await api.checkout.links({ id: booking.id })
  return { id: booking.id, ref: booking.ref, paymentId, path: new URL(items[0]?.url ?? '').pathname }
}

async function statusOf(id: string): Promise<string> {
  return (await database().db.selectFrom('bookings').select('status').where('id', '=', id).executeTakeFirstOrThrow()).status
}

function charges(paymentId: string): number {
  return simulator.store
    .list<{ object: 'charge'; id: string; created: number; metadata: Record<string, string> }>('charge')
    .filter((charge) => charge.metadata.virel_payment === paymentId).length
}

async function openLink(path: string, options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, ...options })
  const page = await context.newPage()
  await page.goto(`${web.url}${path}`)
  return page
}

const pay = (page: Page) => page.getByRole('button', { name: /^Pay £/ })

test('link → card → confirmed, live in the Action Center and on the booking, with nobody touching anything', async () => {
  const { context, page: desk } = await seatOf(browser, web, operator)
  const { id, ref } = await bookingWithLink()
  await openScreen(desk, web, `/admin/bookings/${id}`)
  const url = await desk.getByRole('textbox', { name: 'Payment link' }).inputValue()
  const center = await context.newPage()
  await openScreen(center, web, '/admin/action-center')

  const client = await openLink(new URL(url).pathname)
  await pay(client).waitFor({ timeout: LONG })
  await client.getByText('Simulator.').waitFor()
  await client.getByText('Held for you for').waitFor()
  expect(await violationsOf(client)).toEqual([])
  await pay(client).click()
  await client.getByRole('heading', { name: 'Your booking is confirmed' }).waitFor({ timeout: LONG })
  expect(await violationsOf(client)).toEqual([])
  expect(await statusOf(id)).toBe('confirmed')

  // Neither page of the agency was loaded again.
  await center
    .getByText(new RegExp(`Tell .* about ${ref}`))
    .first()
    .waitFor({ timeout: LONG })
  await desk.getByText('Confirmed', { exact: true }).first().waitFor({ timeout: LONG })
  await context.close()
  await client.context().close()
})

test('a declined card is said and another goes through; the bank is asked; refusing charges nothing', async () => {
  const { id, path, paymentId } = await bookingWithLink()
  const page = await openLink(path, { colorScheme: 'dark' })
  await pay(page).waitFor({ timeout: LONG })
  await page.getByText('Declined by the bank').click()
  await pay(page).click()
  await page.getByText('That did not work').waitFor({ timeout: LONG })
  await page.getByText('Nothing was charged').waitFor()
  expect(await violationsOf(page)).toEqual([])

  await page.getByText('The bank asks first').click()
  await pay(page).click()
  await page.getByRole('button', { name: 'No, refuse it' }).click({ timeout: LONG })
  await page.getByText('answered with no').waitFor({ timeout: LONG })
  expect([await statusOf(id), charges(paymentId)]).toEqual(['deposit_required', 0])

  await page.getByText('The bank asks first').click()
  await pay(page).click()
  await page.getByRole('button', { name: 'Yes, it is me' }).click({ timeout: LONG })
  await page.getByRole('heading', { name: 'Your booking is confirmed' }).waitFor({ timeout: LONG })
  expect([await statusOf(id), charges(paymentId)]).toEqual(['confirmed', 1])
  await page.context().close()
})

test('two tabs and double clicks charge once, and the other tab shows it', async () => {
  const { path, paymentId, id } = await bookingWithLink()
  const first = await openLink(path)
  const second = await openLink(path)
  await Promise.all([first, second].map((page) => pay(page).waitFor({ timeout: LONG })))
  await Promise.all([pay(first).dblclick(), pay(second).dblclick()])
  for (const page of [first, second])
    await page.getByRole('heading', { name: 'Your booking is confirmed' }).waitFor({ timeout: LONG })
  expect(charges(paymentId)).toBe(1)
  expect(await statusOf(id)).toBe('confirmed')
  for (const page of [first, second]) await page.context().close()
})

test('a page that is open when the link ends says so by itself and takes no card any more', async () => {
  const { path, paymentId } = await bookingWithLink()
  const page = await openLink(path)
  await pay(page).waitFor({ timeout: LONG })
  const api = callerOf(database(), operator, { clock: { now: () => new Date() } })
  await api.checkout.expireLink({ paymentId })
  await page.getByRole('heading', { name: 'The time is no longer held' }).waitFor({ timeout: LONG })
  expect(await pay(page).count()).toBe(0)
  await page.reload()
  await page.getByRole('heading', { name: 'This link opens nothing any more' }).waitFor()
  expect(await violationsOf(page)).toEqual([])
  await page.context().close()
})

test('a hold that runs out while the page is open is said by the page', async () => {
  const { path, id } = await bookingWithLink({ deadline: new Date(Date.now() + 6_000) })
  const page = await openLink(path)
  await page.getByRole('heading', { name: 'The time is no longer held' }).waitFor({ timeout: LONG })
  await expect.poll(() => statusOf(id), { timeout: LONG }).toBe('expired')
  await page.context().close()
})

test('works without scripts and at 320 px: card, decline, card, confirmed', async () => {
  const { path, id } = await bookingWithLink()
  // The provider is asked by a job: without scripts the page is loaded again until it is ready.
  const page = await openLink(path, { javaScriptEnabled: false, viewport: { width: 320, height: 640 } })
  const until = async (look: () => Promise<number>) =>
    expect
      .poll(
        async () => {
          const found = await look()
          if (found === 0) await page.reload()
          return found
        },
        { timeout: LONG, interval: 500 },
      )
      .toBeGreaterThan(0)
  await until(() => pay(page).count())
  await page.getByText('Declined by the bank').click()
  await pay(page).click()
  await until(() => page.getByText('That did not work').count())
  await pay(page).click()
  await until(() => page.getByRole('heading', { name: 'Your booking is confirmed' }).count())
  expect(await statusOf(id)).toBe('confirmed')
  await page.context().close()
})

test('nothing of a payment page is wider than a small phone', async () => {
  const { path } = await bookingWithLink()
  const page = await openLink(path, { viewport: { width: 320, height: 640 } })
  await pay(page).waitFor({ timeout: LONG })
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320)
  await page.context().close()
})
