import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Locator, Page } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Actor, systemClock } from '#server/context.ts'
import type { Caller } from '#server/trpc/router.ts'
import { openBrowser, startRunners } from '#tests/support/browser.ts'
import { callerOf, makeUser } from '#tests/support/context.ts'
import { testDatabase } from '#tests/support/database.ts'
import { openScreen, seatOf, violationsOf } from '#tests/support/screens.ts'
import { startWeb, type TestWeb } from '#tests/support/web.ts'
import { makeWorld, type World } from '#tests/support/world.ts'

const database = testDatabase()
let browser: Browser
let web: TestWeb
let manager: Actor & { id: string }
let api: Caller
let runners: { stop(): Promise<void> }

beforeAll(async () => {
  web = await startWeb(database(), { screens: true })
  browser = await openBrowser()
  runners = startRunners(database(), ['critical'])
  manager = await makeUser(database(), 'OPS_MANAGER', 'Marcus Bell')
  api = callerOf(database(), manager, { clock: systemClock })
})
afterAll(async () => {
  await browser?.close()
  await runners?.stop()
  await web?.close()
})

const SLOW = { timeout: 20_000 }
const HOUR = 3_600_000
/** A day far enough ahead for everything to be possible, in a month without a change of clocks. */
const DAY = new Date(Date.UTC(new Date().getUTCFullYear() + 1, 0, 13))
const day = DAY.toISOString().slice(0, 10)
const at = (hour: number) => new Date(DAY.getTime() + hour * HOUR)

async function setting() {
  const world = await makeWorld(database())
  const [ava, bea] = world.models
  if (!ava || !bea) throw new Error('the world has models')
  const book = (modelId: string, hour: number, hours = 2) =>
    api.bookings.create({
      clientId: world.client.id,
      modelId,
      location: world.location.slug,
      start: at(hour).toISOString(),
      end: at(hour + hours).toISOString(),
      confirm: true,
      waiver: { reason: 'regular guest' },
    })
  return { world, ava, bea, book }
}

const pageOf = (world: World, more = '') =>
  `/admin/availability?span=1&date=${day}&model=${world.models.map((model) => model.id).join()}${more}`
const trackOf = (page: Page, modelId: string) => page.locator(`[data-track="${modelId}"]`)
const entryOf = (page: Page, text: string) =>
  page.locator('[data-entry]', { hasText: text }).or(page.locator(`[data-entry][title*="${text}"]`))

/** The timeline is at the hours the story happens in. */
async function openTimeline(page: Page, world: World, more = ''): Promise<void> {
  await openScreen(page, web, pageOf(world, more))
  await page.locator('.tl').waitFor()
}

async function boxOf(locator: Locator) {
  await locator.scrollIntoViewIfNeeded()
  const box = await locator.boundingBox()
  if (!box) throw new Error('it is not to be seen')
  return box
}

/** Pixels of an hour: a day is as wide as the timeline without its names. */
async function hourOf(page: Page, modelId: string): Promise<number> {
  return trackOf(page, modelId).evaluate((track) => track.getBoundingClientRect().width / 14 / 24)
}

async function drag(page: Page, from: { x: number; y: number }, by: { x: number; y: number }): Promise<void> {
  await page.mouse.move(from.x, from.y)
  await page.mouse.down()
  for (const part of [0.3, 0.7, 1]) await page.mouse.move(from.x + by.x * part, from.y + by.y * part)
  await page.locator('[data-ghost]').waitFor()
  await page.mouse.up()
}

const panelOf = (page: Page) => page.locator('[data-side-panel]')
const startOf = async (id: string) => (await api.bookings.get({ id })).start

test('a booking is dragged to another hour, made longer at its edge, and taken back step by step', async () => {
  const { world, ava, book } = await setting()
  const booking = await book(ava.id, 12)
  const { page, context } = await seatOf(browser, web, manager)
  await openTimeline(page, world)
  const block = entryOf(page, booking.ref)
  const hour = await hourOf(page, ava.id)
  const box = await boxOf(block)
  await drag(page, { x: box.x + box.width / 2, y: box.y + box.height / 2 }, { x: hour * 1.5, y: 0 })
  await expect.poll(() => startOf(booking.id), SLOW).toBe(at(13.5).toISOString())
  await page.getByText('Moved: Jane Doe, 13:30–15:30.').first().waitFor()

  const moved = await boxOf(block)
  await drag(page, { x: moved.x + moved.width - 2, y: moved.y + moved.height / 2 }, { x: hour, y: 0 })
  await expect.poll(async () => (await api.bookings.get({ id: booking.id })).end, SLOW).toBe(at(16.5).toISOString())
  await page.getByText('13:30–16:30').first().waitFor()
  await page.keyboard.press('z')
  await expect.poll(async () => (await api.bookings.get({ id: booking.id })).end, SLOW).toBe(at(15.5).toISOString())
  await page.getByText('Taken back').first().waitFor()
  await page.keyboard.press('z')
  await expect.poll(() => startOf(booking.id), SLOW).toBe(at(12).toISOString())
  await context.close()
})

test('onto another booking it snaps back, says why, and offers times that are free', async () => {
  const { world, ava, bea, book } = await setting()
  const [one, other] = [await book(ava.id, 11), await book(bea.id, 11)]
  const { page, context } = await seatOf(browser, web, manager)
  await openTimeline(page, world)
  const box = await boxOf(entryOf(page, one.ref))
  const target = await boxOf(trackOf(page, bea.id))
  const from = { x: box.x + box.width / 2, y: box.y + box.height / 2 }
  await page.mouse.move(from.x, from.y)
  await page.mouse.down()
  await page.mouse.move(from.x + 20, from.y + 10)
  await page.mouse.move(from.x, target.y + target.height / 2)
  await page.locator('[data-ghost][data-clash]', { hasText: other.ref }).waitFor()
  await page.mouse.up()
  const panel = panelOf(page)
  await panel.getByText('Not moved').waitFor(SLOW)
  await panel.getByText('Free instead').waitFor()
  expect((await api.bookings.get({ id: one.id })).model.id).toBe(ava.id)
  expect(await trackOf(page, ava.id).locator(`[data-entry][title*="${one.ref}"]`).count()).toBe(1)
  await context.close()
})

test('keys alone mark, move, keep and take back a block; Escape leaves it where it was', async () => {
  const { world, ava, book } = await setting()
  const booking = await book(ava.id, 12)
  const { page, context } = await seatOf(browser, web, manager)
  await openTimeline(page, world)
  await entryOf(page, booking.ref).waitFor()
  await page.keyboard.press('j')
  await page.keyboard.press('k')
  await page.keyboard.press('l')
  await page.locator('[data-entry]:focus').waitFor()
  for (let times = 0; times < 4; times++) await page.keyboard.press('ArrowRight')
  await page.locator('[data-ghost]', { hasText: '13:00–15:00' }).waitFor()
  await page.keyboard.press('Escape')
  await page.locator('[data-ghost]').waitFor({ state: 'detached' })
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('Shift+ArrowRight')
  await page.locator('[data-ghost]', { hasText: '11:45–14:00' }).waitFor()
  await page.keyboard.press('Enter')
  await expect.poll(() => startOf(booking.id), SLOW).toBe(at(11.75).toISOString())
  await page.getByText('Moved:').first().waitFor()
  await page.keyboard.press('z')
  await expect.poll(() => startOf(booking.id), SLOW).toBe(at(12).toISOString())
  await page.keyboard.press('Enter')
  await page
    .getByRole('complementary')
    .getByRole('link', { name: `Open ${booking.ref}` })
    .waitFor()
  await page.keyboard.press('Escape')
  await panelOf(page).waitFor({ state: 'detached' })
  await context.close()
})

test('drawn over an empty stretch it says whether it is offered and why not, and makes time off of it', async () => {
  const { world, ava, book } = await setting()
  await api.availability.rules.create({
    scope: 'model',
    modelId: ava.id,
    kind: 'hours',
    config: { periods: [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, from: '10:00', to: '20:00' })) },
  })
  const first = await book(ava.id, 12)
  const { page, context } = await seatOf(browser, web, manager)
  await openTimeline(page, world)
  const hour = await hourOf(page, ava.id)
  const box = await boxOf(entryOf(page, first.ref))
  const y = box.y + box.height / 2
  await drag(page, { x: box.x + hour * 6.6, y }, { x: hour * 2, y: 0 })
  const panel = panelOf(page)
  await panel.getByText('Not offered: one reason').waitFor(SLOW)
  await panel.getByText('Nearest times that are offered').waitFor()
  await page.keyboard.press('Escape')
  await panel.waitFor({ state: 'detached' })

  await drag(page, { x: box.x + hour * 3.05, y }, { x: hour * 1.9, y: 0 })
  await panel.getByText('Offered', { exact: true }).waitFor(SLOW)
  await panel.getByLabel('Note').fill('Dentist')
  await panel.getByRole('button', { name: 'Time off' }).click()
  await expect
    .poll(async () => (await api.timeOff.list({ modelId: ava.id })).items.map((off) => off.reason), SLOW)
    .toEqual(['Dentist'])
  await entryOf(page, 'Dentist').waitFor()
  await page.getByText('Marked: Dentist').first().waitFor()
  await page.keyboard.press('z')
  await expect.poll(async () => (await api.timeOff.list({ modelId: ava.id })).items.length, SLOW).toBe(0)
  await entryOf(page, 'Dentist').waitFor({ state: 'detached' })
  await context.close()
})

test('what somebody else books appears by itself, on the timeline and in the table of a phone', async () => {
  const { world, ava, book } = await setting()
  const { page, context } = await seatOf(browser, web, manager)
  const phone = await seatOf(browser, web, manager, { viewport: { width: 390, height: 844 } })
  await openTimeline(page, world)
  await openScreen(phone.page, web, pageOf(world))
  expect(await phone.page.locator('.tl').isVisible()).toBe(false)
  const booking = await book(ava.id, 15)
  await entryOf(page, booking.ref).waitFor(SLOW)
  await phone.page.getByText(booking.ref).first().waitFor(SLOW)
  const width = await phone.page.evaluate(() => document.documentElement.scrollWidth)
  expect(width).toBeLessThanOrEqual(390)
  await context.close()
  await phone.context.close()
})

test('in light and dark, as timeline, table and month, axe finds nothing; a key tells the days, the address keeps them', async () => {
  const { world, ava, book } = await setting()
  await book(ava.id, 12)
  for (const colorScheme of ['light', 'dark'] as const) {
    const { page, context } = await seatOf(browser, web, manager, { colorScheme })
    for (const view of ['', '&view=table', '&view=month']) {
      await openScreen(page, web, pageOf(world, view))
      expect(await violationsOf(page)).toEqual([])
    }
    await openTimeline(page, world)
    await page.keyboard.press('7')
    await page.waitForURL(/span=7/)
    expect(page.url()).toContain(`date=${day}`)
    await context.close()
  }
})

test('the page needs less than 200 KB of script over the wire', async () => {
  const { world } = await setting()
  const { page, context } = await seatOf(browser, web, manager)
  const scripts = new Set<string>()
  page.on('response', (response) => {
    if (response.request().resourceType() === 'script') scripts.add(new URL(response.url()).pathname)
  })
  await openTimeline(page, world)
  await page.waitForLoadState('networkidle')
  const bytes = [...scripts].reduce((sum, path) => sum + statSync(join('build/client', `${path}.br`)).size, 0)
  process.stdout.write(`Availability: ${scripts.size} scripts, ${(bytes / 1024).toFixed(0)} KB over the wire\n`)
  expect(bytes).toBeLessThan(200 * 1024)
  await context.close()
})
