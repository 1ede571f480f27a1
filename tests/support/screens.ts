import AxeBuilder from '@axe-core/playwright'
import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from 'playwright'
import type { Actor } from '#server/context.ts'
import type { TestWeb } from './web.ts'

/** A browser of its own for someone who is signed in already. */
export async function seatOf(
  browser: Browser,
  web: TestWeb,
  actor: Actor,
  options: BrowserContextOptions = {},
): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options })
  await context.addCookies([{ name: 'virel', value: await web.signIn(actor), url: web.url }])
  return { context, page: await context.newPage() }
}

/** Opens a screen and waits until it follows the feed; without scripts until it is there. */
export async function openScreen(page: Page, web: TestWeb, path: string): Promise<void> {
  await page.goto(`${web.url}${path}`)
  await page.getByText('Live', { exact: true }).first().waitFor({ state: 'attached' })
}

export function rowOf(page: Page, text: string | RegExp): Locator {
  return page.locator('[data-item]:not([data-leaving])', { hasText: text })
}

/** What axe finds on a page, in words. */
export async function violationsOf(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  return violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(' ')).join(', ')}`)
}
