import { sql } from 'kysely'
import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '#server/context.ts'
import { openBrowser } from '#tests/support/browser.ts'
import { makeUser } from '#tests/support/context.ts'
import { testDatabase } from '#tests/support/database.ts'
import { seatOf } from '#tests/support/screens.ts'
import { startWeb, type TestWeb } from '#tests/support/web.ts'
import { makeWorld } from '#tests/support/world.ts'

const database = testDatabase()
let browser: Browser
let web: TestWeb
let manager: Actor & { id: string }
const MODELS = 300

beforeAll(async () => {
  web = await startWeb(database(), { screens: true })
  browser = await openBrowser()
  manager = await makeUser(database(), 'OPS_MANAGER')
  const { models } = await makeWorld(database(), { models: MODELS })
  // Three blocks a day for each model, two weeks and a bit on either side; day by day, as no statement may take long.
  const ids = models.map((model) => model.id)
  for (let day = -2; day <= 15; day++) {
    await sql`
      insert into time_blocks (id, model_id, kind, starts_at, ends_at, minutes_after, created_at, updated_at)
      select gen_random_uuid(), m.id, (array['time_off', 'tour_duty', 'travel'])[1 + n],
        date_trunc('day', now()) + make_interval(days => ${day}::int, hours => 9 + n * 4),
        date_trunc('day', now()) + make_interval(days => ${day}::int, hours => 11 + n * 4), 15, now(), now()
      from models m, generate_series(0, 2) n where m.id = any(${ids}::uuid[])`.execute(database().db)
  }
})
afterAll(async () => {
  await browser?.close()
  await web?.close()
})

interface Ride {
  frames: number[]
  rows: number
  entries: number
}

/** Scrolls a little with each frame, down all rows and along all days, and notes how long frames took and how much was drawn. */
function ride(page: Page): Promise<Ride> {
  return page.evaluate(
    () =>
      new Promise<Ride>((resolve) => {
        const box = document.querySelector('.tl')
        if (!box) throw new Error('there is no timeline')
        const frames: number[] = []
        let [last, rows, entries, step] = [performance.now(), 0, 0, 0]
        const next = (now: number) => {
          frames.push(now - last)
          last = now
          step += 1
          box.scrollTop += step < 150 ? 75 : step < 240 ? -40 : 0
          box.scrollLeft += step < 150 ? 6 : 20
          if (step % 10 === 0) {
            rows = Math.max(rows, box.querySelectorAll('[data-row-index]').length)
            entries = Math.max(entries, box.querySelectorAll('[data-entry]').length)
          }
          if (step < 300) requestAnimationFrame(next)
          else resolve({ frames: frames.slice(1), rows, entries })
        }
        requestAnimationFrame(next)
      }),
  )
}

/** Milliseconds the page's thread worked meanwhile: its own time, not that of others on the machine. */
async function withWork(page: Page, work: () => Promise<Ride>): Promise<{ spent: number; ride: Ride }> {
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  const read = async () => {
    const { metrics } = await session.send('Performance.getMetrics')
    return (metrics.find((one) => one.name === 'TaskDuration')?.value ?? 0) * 1_000
  }
  const before = await read()
  const done = await work()
  return { spent: (await read()) - before, ride: done }
}

test('300 models and two weeks scroll smoothly; only what is in sight is read and drawn', async () => {
  const { page, context } = await seatOf(browser, web, manager)
  const asked: URL[] = []
  page.on('request', (request) => {
    if (request.url().includes('/api/trpc/availability.timeline')) asked.push(new URL(request.url()))
  })
  const began = performance.now()
  await page.goto(`${web.url}/admin/availability?span=3`)
  await page.getByText('Live', { exact: true }).first().waitFor({ state: 'attached' })
  const interactive = performance.now() - began
  await page.getByText(`${MODELS} models`).waitFor()
  // The first rows came with the page; the next week of them at most is asked for.
  expect(asked.length).toBeLessThanOrEqual(2)
  const {
    spent,
    ride: { frames, rows, entries },
  } = await withWork(page, () => ride(page))
  const sorted = [...frames].sort((one, other) => one - other)
  const [median, most] = [sorted[Math.floor(sorted.length / 2)] ?? 0, sorted[Math.floor(sorted.length * 0.95)] ?? 0]
  process.stdout.write(
    `P11: interactive in ${interactive.toFixed(0)} ms; ${frames.length} frames of a ride, median ${median.toFixed(1)} ms, p95 ${most.toFixed(1)} ms, work of the page's thread ${(spent / frames.length).toFixed(1)} ms a frame; at most ${rows} rows and ${entries} blocks drawn, ${asked.length} readings\n`,
  )
  expect(rows).toBeLessThan(45)
  expect(entries).toBeLessThan(900)
  // 300 rows in tiles of 30, two weeks: each at most once.
  expect(asked.length).toBeLessThanOrEqual(20)
  // 60 a second where the machine has them to give: the page's own work fits in a frame however busy the machine is.
  expect(spent / frames.length).toBeLessThan(1_000 / 60)
  await page.locator('.tl [data-entry]').first().waitFor({ state: 'attached' })
  await context.close()
})
