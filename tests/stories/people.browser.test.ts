import { createServer } from 'node:net'
import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makePerson, openBrowser, PASSWORD, signIn, startRunners } from '#tests/support/browser.ts'
import { testDatabase } from '#tests/support/database.ts'
import { startWeb, type TestWeb } from '#tests/support/web.ts'

const database = testDatabase()
let browser: Browser
let web: TestWeb
let runners: { stop(): Promise<void> }

/** A port nobody listens on, known before the web process starts: links and passkeys carry it. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

beforeAll(async () => {
  web = await startWeb(database(), { screens: true, port: await freePort() })
  runners = startRunners(database(), ['critical', 'ops'], web.url)
  browser = await openBrowser()
})
afterAll(async () => {
  await browser?.close()
  await runners?.stop()
  await web?.close()
})

/** The link in the newest message to this person, as the owner reads it in the outbox. */
async function linkFor(page: Page, email: string): Promise<string> {
  await page.goto(`${web.url}/admin/outbox?state=waiting`)
  const row = page.locator('tr', { hasText: email }).first()
  await expect
    .poll(async () => {
      if ((await row.count()) > 0) return true
      await page.reload()
      return false
    })
    .toBe(true)
  await row.getByRole('link').first().click()
  await page.getByText('That you opened it is in the audit log').waitFor()
  const link = /http\S+token=\S+/.exec((await page.locator('main').textContent()) ?? '')?.[0]
  if (!link) throw new Error('the message holds no link')
  return link.replace(/The link.*$/, '')
}

const navigation = (page: Page) => page.getByRole('navigation', { name: 'Main' }).getByRole('link').allTextContents()

test('the owner invites someone, who opens the link, chooses a password and sees what their role sees', async () => {
  const owner = await makePerson(database(), 'OWNER', 'Olivia Owner')
  const page = await signIn(await browser.newContext(), web, owner.email ?? '')
  await page.goto(`${web.url}/admin/users/invite`)
  await page.getByLabel('Name').fill('Nina New')
  await page.getByLabel('Email').fill('nina.new@example.com')
  await page.getByRole('checkbox', { name: /^Content manager/ }).check()
  await page.getByRole('button', { name: 'Invite' }).click()
  await page.getByText('Nina New is invited').waitFor()
  const link = await linkFor(page, 'nina.new@example.com')

  // Without scripts, as a careful browser would.
  const visitor = await browser.newContext({ javaScriptEnabled: false })
  const theirs = await visitor.newPage()
  await theirs.goto(link)
  await theirs.getByRole('heading', { name: 'Welcome, Nina New' }).waitFor()
  expect(theirs.url()).not.toContain('token')
  await theirs.locator('input[name=password]').fill(PASSWORD)
  await theirs.getByLabel('Password again').fill(PASSWORD)
  await theirs.getByRole('button', { name: 'Join' }).click()
  await theirs.waitForURL(/\/admin/)
  expect(await navigation(theirs)).toContain('Models')
  for (const other of ['Bookings', 'Clients', 'Payments', 'Users', 'Outbox', 'Audit']) {
    expect(await navigation(theirs)).not.toContain(other)
  }
  const again = await visitor.newPage()
  await again.goto(link)
  await again.getByRole('heading', { name: 'This link does not work' }).waitFor()

  // What the owner is told they see is what they see.
  const nina = await database()
    .db.selectFrom('users')
    .select('id')
    .where('email', '=', 'nina.new@example.com')
    .executeTakeFirstOrThrow()
  await page.goto(`${web.url}/admin/access-preview?userId=${nina.id}`)
  await page.getByRole('heading', { name: /What Nina New/ }).waitFor()
  await visitor.close()
})

test('a forgotten password is replaced by a link that works once', async () => {
  const owner = await makePerson(database(), 'OWNER', 'Oscar Owner')
  const person = await makePerson(database(), 'OPERATOR', 'Frida Forgot')
  const visitor = await browser.newContext()
  const theirs = await visitor.newPage()
  await theirs.goto(`${web.url}/sign-in`)
  await theirs.getByRole('link', { name: 'Forgot your password?' }).click()
  // The page before has an Email of its own.
  await theirs.getByRole('heading', { name: 'Forgot your password?' }).waitFor()
  await theirs.getByLabel('Email').fill(person.email ?? '')
  await theirs.getByRole('button', { name: 'Send me a link' }).click()
  await theirs.getByText('a link is on its way').waitFor()
  const page = await signIn(await browser.newContext(), web, owner.email ?? '')
  const link = await linkFor(page, person.email ?? '')
  await theirs.goto(link)
  const next = 'another long password 8'
  await theirs.locator('input[name=password]').fill(next)
  await theirs.getByLabel('Password again').fill(next)
  await theirs.getByRole('button', { name: 'Save the new password' }).click()
  await theirs.waitForURL(/\/sign-in/)
  await theirs.getByLabel('Email').fill(person.email ?? '')
  await theirs.getByLabel('Password').fill(next)
  await theirs.getByRole('button', { name: 'Sign in', exact: true }).click()
  await theirs.waitForURL(/\/admin/)
  await theirs.goto(link)
  await theirs.getByRole('heading', { name: 'This link does not work' }).waitFor()
  await visitor.close()
})

test('a passkey is added, signs in with nothing typed, confirms who one is, and is removed', async () => {
  const person = await makePerson(database(), 'OPERATOR', 'Paula Passkey')
  const context = await browser.newContext()
  const page = await signIn(context, web, person.email ?? '')
  const device = await context.newCDPSession(page)
  await device.send('WebAuthn.enable')
  await device.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  await page.goto(`${web.url}/admin/profile/passkeys`)
  await page.getByLabel('Name').fill('Work laptop')
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  await page.getByText('“Work laptop” signs you in from now on').waitFor()
  await page.getByText('never used').waitFor()

  await context.clearCookies()
  await page.goto(`${web.url}/sign-in`)
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
  await page.waitForURL(/\/admin/)
  await page.goto(`${web.url}/admin/confirm?returnTo=/admin/profile/passkeys`)
  await page.getByRole('button', { name: 'Confirm with a passkey' }).click()
  await page.waitForURL(/profile\/passkeys/)
  await page.getByText('last used').waitFor()
  await page.locator('summary', { hasText: 'Remove' }).click()
  await page.getByRole('button', { name: 'Yes, remove' }).click()
  await page.getByText('No passkey yet').waitFor()
  await context.close()
})
