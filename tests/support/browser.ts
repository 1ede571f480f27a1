import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright'
import { hashPassword } from '#server/auth/passwords.ts'
import { findChromium, launchOptions } from './chromium.ts'
import { makeUser, type RoleCode, TEST_SECRET } from './context.ts'
import type { TestDatabase } from './database.ts'
import type { TestWeb } from './web.ts'

export const PASSWORD = 'a long enough password 7'

export async function openBrowser(): Promise<Browser> {
  return chromium.launch(launchOptions(await findChromium((message) => process.stdout.write(`${message}\n`))))
}

/** A user who can sign in by password. */
export async function makePerson(database: TestDatabase, role: RoleCode, name: string) {
  const user = await makeUser(database, role, name)
  await database.db
    .updateTable('users')
    .set({ password_hash: await hashPassword(PASSWORD) })
    .where('id', '=', user.id)
    .execute()
  return user
}

/** Signs in through the form and waits for the first screen. */
export async function signIn(context: BrowserContext, web: TestWeb, email: string): Promise<Page> {
  const page = await context.newPage()
  await page.goto(`${web.url}/sign-in`)
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.waitForURL(/\/admin/)
  return page
}

/** Real runners, as the supervisor starts them. */
export function startRunners(
  database: TestDatabase,
  queues = ['critical', 'ops'],
  appUrl?: string,
  settings: Readonly<Record<string, string>> = {},
): { stop(): Promise<void> } {
  const children: ChildProcess[] = queues.map((queue) =>
    spawn(process.execPath, [join(import.meta.dirname, '..', '..', 'workers', 'main.ts'), '--queue', queue], {
      env: {
        ...process.env,
        DATABASE_URL: database.url,
        SECRET_KEY: TEST_SECRET,
        LOG_LEVEL: 'error',
        ...(appUrl ? { APP_URL: appUrl } : {}),
        ...settings,
      },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    }),
  )
  return {
    async stop() {
      await Promise.all(
        children.map(
          (child) =>
            new Promise<void>((resolve) => {
              if (child.exitCode !== null) return resolve()
              child.once('exit', () => resolve())
              child.kill('SIGTERM')
            }),
        ),
      )
    },
  }
}
