import AxeBuilder from '@axe-core/playwright'
import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makePerson, openBrowser, PASSWORD, signIn } from '#tests/support/browser.ts'
import { testDatabase } from '#tests/support/database.ts'
import { appCode } from '#tests/support/sign-in.ts'
import { startWeb, type TestWeb } from '#tests/support/web.ts'

const database = testDatabase()
let browser: Browser
let web: TestWeb
let strict: TestWeb
/** The clock of the web processes runs ahead by this: nobody waits for half minutes here. */
let ahead = 0
const clock = { now: () => new Date(Date.now() + ahead) }

beforeAll(async () => {
  web = await startWeb(database(), { screens: true, clock })
  strict = await startWeb(database(), { screens: true, clock, requireSecondFactor: true })
  browser = await openBrowser()
})
afterAll(async () => {
  await browser?.close()
  await web?.close()
  await strict?.close()
})

async function violations(page: Page): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page }).analyze()
  return found.map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.target.join(' ')).join(', ')}`)
}

/** From the set-up page to its end; answers the key and the recovery codes. */
async function setUp(page: Page): Promise<{ secret: string; codes: string[] }> {
  const secret = ((await page.getByTestId('totp-key').textContent()) ?? '').replace(/\s/g, '')
  await page.getByLabel('Code').fill(appCode(secret, clock))
  await page.getByRole('button', { name: 'Turn it on' }).click()
  await page.waitForURL(/recovery-codes/)
  const items = page.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem')
  await items.first().waitFor()
  const codes = await items.allTextContents()
  return { secret, codes }
}

async function toTheCode(email: string, javaScriptEnabled = true): Promise<Page> {
  const page = await (await browser.newContext({ javaScriptEnabled })).newPage()
  await page.goto(`${web.url}/sign-in?redirectTo=%2Fadmin%2Ftasks`)
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.waitForURL(/sign-in\/code/)
  return page
}

test('a second factor is set up, asked for, stood in for by a recovery code; a new device is asked about and ended', async () => {
  const person = await makePerson(database(), 'OPERATOR', 'Priya Shah')
  const email = person.email ?? ''
  const desk = await signIn(await browser.newContext(), web, email)
  await desk.goto(`${web.url}/admin/profile/security`)
  expect(await violations(desk)).toEqual([])
  await desk.getByRole('button', { name: 'Set it up' }).click()
  await desk.getByRole('img', { name: 'QR code' }).waitFor()
  expect(await violations(desk)).toEqual([])
  const { secret, codes } = await setUp(desk)
  expect(codes).toHaveLength(10)
  expect(await violations(desk)).toEqual([])
  await desk.getByRole('button', { name: 'I have kept them' }).click()
  await desk.getByText('10 of 10 recovery codes are left').waitFor()
  await desk.goto(`${web.url}/admin/profile/recovery-codes`)
  expect(new URL(desk.url()).pathname).toBe('/admin/profile/security')

  // Without scripts, with a code of the app: the same code again, then the next.
  const phone = await toTheCode(email, false)
  expect(await violations(await toTheCode(email))).toEqual([])
  await phone.getByLabel('Code').fill(appCode(secret, clock))
  await phone.getByRole('button', { name: 'Sign in', exact: true }).click()
  await phone.getByText('was used already').first().waitFor()
  ahead += 30_000
  await phone.getByLabel('Code').fill(appCode(secret, clock))
  await phone.getByRole('button', { name: 'Sign in', exact: true }).click()
  await phone.waitForURL(/\/admin\/tasks$/)
  await phone.getByText('This device is new for your account').first().waitFor()

  await desk.goto(`${web.url}/admin`)
  await desk.getByText('New sign-in to your account').waitFor()
  expect(await violations(desk)).toEqual([])
  await desk.getByRole('button', { name: 'No, end it' }).click()
  await desk.getByText('Now change your password').waitFor()
  await phone.goto(`${web.url}/admin/tasks`)
  expect(new URL(phone.url()).pathname).toBe('/sign-in')

  const recovered = await toTheCode(email)
  await recovered.getByLabel('Code').fill(codes[0] ?? '')
  await recovered.getByRole('button', { name: 'Sign in', exact: true }).click()
  await recovered.waitForURL(/\/admin\/tasks$/)
  await recovered.goto(`${web.url}/admin/profile/security`)
  await recovered.getByText('9 of 10 recovery codes are left').waitFor()
  // The other session is ended from here.
  await recovered.getByRole('button', { name: 'End all others' }).click()
  await recovered.getByText('One other session has ended.').waitFor()
  await desk.goto(`${web.url}/admin/tasks`)
  expect(new URL(desk.url()).pathname).toBe('/sign-in')
  await recovered.goto(`${web.url}/admin/profile/sign-ins`)
  expect(await recovered.getByText('New device').count()).toBeGreaterThan(0)
  expect(await violations(recovered)).toEqual([])
})

test('a sensitive act asks for the password first, comes back, and what was chosen is still there', async () => {
  const owner = await makePerson(database(), 'OWNER', 'Helen Ward')
  const operator = await makePerson(database(), 'OPERATOR', 'Tom Okafor')
  const page = await signIn(await browser.newContext(), web, owner.email ?? '')
  ahead += 16 * 60_000
  await page.goto(`${web.url}/admin/profile/security`)
  await page.getByText('ask for your password once more').waitFor()
  expect(await violations(page)).toEqual([])
  await page.goto(`${web.url}/admin/users/${operator.id}`)
  const roles = page.locator('form', { has: page.locator('input[name=intent][value=roles]') })
  await roles.locator('input[name=roles][value=CONTENT_MANAGER]').check()
  await roles.getByRole('button', { name: 'Save roles' }).click()
  await page.waitForURL(/\/admin\/confirm/)
  expect(await violations(page)).toEqual([])
  await page.getByLabel('Password').fill('not the password')
  await page.getByRole('button', { name: 'Confirm' }).click()
  await page.getByText('Is wrong.').waitFor()
  const before = (await page.context().cookies()).find((cookie) => cookie.name === 'virel')?.value
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Confirm' }).click()
  await page.waitForURL(new RegExp(`/admin/users/${operator.id}`))
  const after = (await page.context().cookies()).find((cookie) => cookie.name === 'virel')?.value
  expect(after).not.toBe(before)
  await page.getByText('You have confirmed that it is you').waitFor()
  expect(await roles.locator('input[name=roles][value=CONTENT_MANAGER]').isChecked()).toBe(true)
  await roles.getByRole('button', { name: 'Save roles' }).click()
  await page.getByText('Roles of Tom Okafor changed').waitFor()
  const rows = await database().db.selectFrom('user_roles').select('role_code').where('user_id', '=', operator.id).execute()
  expect(rows.map((row) => row.role_code).sort()).toEqual(['CONTENT_MANAGER', 'OPERATOR'])
})

describe('where a second factor is required', () => {
  test('an owner is led to set one up, sees nothing else before, and everything after', async () => {
    const owner = await makePerson(database(), 'OWNER', 'Ada Stone')
    const page = await signIn(await browser.newContext(), strict, owner.email ?? '')
    await page.waitForURL(/second-factor/)
    for (const path of ['/admin', '/admin/users', '/admin/profile/security', '/admin/audit']) {
      await page.goto(`${strict.url}${path}`)
      expect([path, new URL(page.url()).pathname]).toEqual([path, '/admin/profile/second-factor'])
    }
    await page.getByRole('button', { name: 'Show the code to scan' }).click()
    await page.getByTestId('totp-key').waitFor()
    await setUp(page)
    await page.getByRole('button', { name: 'I have kept them' }).click()
    await page.waitForURL(/security/)
    await page.goto(`${strict.url}/admin/users`)
    await page.getByRole('heading', { name: 'Users' }).waitFor()
  })
})
