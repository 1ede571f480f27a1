import AxeBuilder from '@axe-core/playwright'
import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makePerson, openBrowser, signIn, startRunners } from '#tests/support/browser.ts'
import { callerOf } from '#tests/support/context.ts'
import { testDatabase } from '#tests/support/database.ts'
import { startWeb, type TestWeb } from '#tests/support/web.ts'

const database = testDatabase()
let browser: Browser
let web: TestWeb
let runners: { stop(): Promise<void> }

beforeAll(async () => {
  web = await startWeb(database(), { screens: true })
  runners = startRunners(database(), ['critical', 'heavy'])
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

test('a key is made, used, rotated and revoked; its secret is on the screen once and nowhere after', async () => {
  const owner = await makePerson(database(), 'OWNER', 'Olga Owner')
  const page = await signIn(await browser.newContext(), web, owner.email ?? '')
  await page.goto(`${web.url}/admin/api-keys/new`)
  await page.getByRole('textbox', { name: 'Name' }).fill('Northline')
  await page.getByLabel('See clients', { exact: true }).check()
  expect(await violations(page)).toEqual([])
  await page.getByRole('button', { name: 'Make the key' }).click()
  const first = (await page.locator('code.select-all').textContent()) ?? ''
  expect(first).toMatch(/^vk_/)
  const status = async (token: string) => (await web.rest('GET', '/clients', { token })).status
  expect(await status(first)).toBe(200)
  const cookies = JSON.stringify(await page.context().cookies())
  expect(cookies + page.url()).not.toContain(first)
  await page.getByRole('link', { name: 'I have it' }).click()
  await page.getByRole('heading', { name: 'Northline', exact: true }).waitFor()
  expect(await page.content()).not.toContain(first)
  expect(await violations(page)).toEqual([])

  await page.locator('summary', { hasText: 'Rotate' }).click()
  await page.getByLabel('The old secret').selectOption('0')
  await page.getByRole('button', { name: 'Make a new secret' }).click()
  const second = (await page.locator('code.select-all').textContent()) ?? ''
  expect(second).not.toBe(first)
  expect([await status(first), await status(second)]).toEqual([401, 200])

  await page.getByRole('link', { name: 'I have it' }).click()
  await page.locator('summary', { hasText: 'Revoke' }).click()
  await page.getByRole('button', { name: 'Yes, revoke it' }).click()
  await page.getByText('Revoked', { exact: true }).first().waitFor()
  expect(await status(second)).toBe(401)
})

test('an operator shows a masked contact for a reason, hides it again, and the owner reads who looked and why', async () => {
  const [owner, operator] = [
    await makePerson(database(), 'OWNER', 'Oona'),
    await makePerson(database(), 'OPERATOR', 'Opal Operator'),
  ]
  const client = await callerOf(database(), owner).clients.create({ name: 'Masked Person', email: 'masked.person@example.com' })
  const page = await signIn(await browser.newContext(), web, operator.email ?? '')
  await page.goto(`${web.url}/admin/clients/${client.id}`)
  expect(await page.content()).not.toContain('masked.person@')
  await page.getByText('Show contact').click()
  await page.getByLabel('What do you need it for?').fill('To confirm the arrival')
  await page.getByRole('button', { name: 'Show for 15 minutes' }).click()
  await page.getByRole('link', { name: 'masked.person@example.com' }).waitFor()
  await page.getByText(/1[45] min left/).waitFor()
  expect(await violations(page)).toEqual([])
  await page.getByRole('button', { name: 'Hide now' }).click()
  await page.getByText('Show contact').waitFor()
  expect(await page.content()).not.toContain('masked.person@')

  const looking = await signIn(await browser.newContext(), web, owner.email ?? '')
  await looking.goto(`${web.url}/admin/personal-data?clientId=${client.id}`)
  await looking.getByText('To confirm the arrival').waitFor()
  await looking.getByRole('link', { name: 'Opal Operator' }).first().waitFor()
  expect(await violations(looking)).toEqual([])
})

test('a client is erased by typing its ref, and a list becomes a file that is downloaded', async () => {
  const owner = await makePerson(database(), 'OWNER', 'Odette')
  const client = await callerOf(database(), owner).clients.create({ name: 'Leaving Person', email: 'leaving.person@example.com' })
  const page = await signIn(await browser.newContext(), web, owner.email ?? '')
  await page.goto(`${web.url}/admin/clients?q=${client.ref}`)
  await page.locator('summary', { hasText: 'Export' }).click()
  await page.getByRole('button', { name: 'Make the file' }).click()
  const link = page.getByRole('link', { name: /^Download/ })
  await link.waitFor({ timeout: 30_000 })
  expect(await violations(page)).toEqual([])
  const [file] = await Promise.all([page.waitForEvent('download'), link.click()])
  expect(file.suggestedFilename()).toMatch(/^virel-clients-.*\.csv$/)

  await page.goto(`${web.url}/admin/clients/${client.id}`)
  await page.getByRole('link', { name: 'Erase' }).click()
  const confirm = page.getByLabel(`Type ${client.ref} to confirm`)
  await confirm.fill('C-0')
  await page.getByRole('button', { name: `Erase ${client.ref}` }).click()
  await page.getByText(`Type ${client.ref} to confirm.`).first().waitFor()
  expect(await violations(page)).toEqual([])
  await confirm.fill(client.ref)
  await page.getByRole('button', { name: `Erase ${client.ref}` }).click()
  await page.getByRole('heading', { name: 'Done' }).waitFor({ timeout: 30_000 })
  await page.goto(`${web.url}/admin/clients/${client.id}`)
  await page.getByRole('heading', { name: `Erased client ${client.ref}` }).waitFor()
  expect(await page.content()).not.toMatch(/Leaving Person|leaving\.person/)
})
