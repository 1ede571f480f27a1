import { sql } from 'kysely'
import pino from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLogger, loggedPath } from '#server/log.ts'
import { Fixtures } from '#tests/support/access-fixtures.ts'
import { makeUser, testCtx } from '#tests/support/context.ts'
import { testDatabase } from '#tests/support/database.ts'
import { startWeb, type TestWeb } from '#tests/support/web.ts'
import { runnable } from '#workers/run-task.ts'
import { HANDLERS } from '#workers/tasks/index.ts'

/** Everything a process logs, at the most talkative level. */
function listeningLog() {
  let text = ''
  const log = createLogger('test', 'trace', {
    write: (line: string) => {
      text += line
    },
  })
  return { log, text: () => text }
}

const database = testDatabase()
const web = listeningLog()
let server: TestWeb
let made: Fixtures
beforeAll(async () => {
  made = await Fixtures.in(database())
  server = await startWeb(database(), { log: web.log, clock: made.clock })
})
afterAll(async () => {
  await server.close()
})

const PLANTED = 'planted-Kx72-secret-9QzL'

/** Every row of every table of ours and of the queue, as a dump would have it. */
async function dump(): Promise<string> {
  const { rows: tables } = await sql<{ name: string }>`
    select format('%I.%I', table_schema, table_name) as name from information_schema.tables
    where table_schema in ('public', 'graphile_worker') and table_type = 'BASE TABLE'`.execute(database().db)
  let text = ''
  for (const { name } of tables) {
    const { rows } = await sql<{ row: string }>`select t::text as row from ${sql.raw(name)} t`.execute(database().db)
    text += rows.map(({ row }) => `${name} ${row}`).join('\n')
  }
  return text
}

/** Sends the secret by every way in, well-formed and not. */
async function sendEverywhere(secret: string): Promise<string[]> {
  const json = { 'content-type': 'application/json' }
  const trpc = { ...json, 'x-trpc-source': 'web' }
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const key = `vk_abcdefgh_${secret.padEnd(43, 'x').slice(0, 43)}`
  const requests: [string, RequestInit][] = [
    [
      '/api/v1/auth/login',
      { method: 'POST', headers: json, body: JSON.stringify({ email: 'ann@example.com', password: secret }) },
    ],
    [
      '/api/v1/auth/login',
      { method: 'POST', headers: json, body: JSON.stringify({ email: 'ann@example.com', password: [secret] }) },
    ],
    ['/api/v1/auth/login', { method: 'POST', headers: json, body: `{"password":"${secret}` }],
    ['/api/v1/auth/login', { method: 'POST', headers: form, body: `email=a&password=${secret}` }],
    [
      '/api/trpc/auth.login',
      { method: 'POST', headers: trpc, body: JSON.stringify({ email: 'ann@example.com', password: secret }) },
    ],
    ['/api/trpc/auth.login', { method: 'POST', headers: trpc, body: JSON.stringify({ email: 1, password: secret }) }],
    [`/api/trpc/auth.me?input=${encodeURIComponent(JSON.stringify({ token: secret }))}`, {}],
    ['/api/v1/me', { headers: { authorization: `Bearer ${secret}-and-more-of-it` } }],
    ['/api/v1/me', { headers: { authorization: `Bearer ${key}` } }],
    ['/api/v1/me', { headers: { authorization: `Basic ${secret}` } }],
    ['/api/v1/me', { headers: { cookie: `virel=${secret}${secret}` } }],
    ['/api/v1/me', { headers: { 'x-api-key': secret } }],
    [`/api/v1/clients?token=${secret}`, {}],
    [`/welcome/${secret}`, {}],
    [`/api/v1/nothing/${secret}`, {}],
    ['/sign-in', { method: 'POST', headers: form, body: `email=a%40example.com&password=${secret}` }],
    ['/api/v1/events/stream', { headers: { authorization: `Bearer ${secret}-and-more-of-it` } }],
  ]
  const answers: string[] = []
  for (const [path, init] of requests) {
    const answer = await fetch(`${server.url}${path}`, { redirect: 'manual', ...init })
    // A field that is unknown is named in the answer to its sender; its value is not.
    answers.push(`${path.split('?')[0]} ${answer.status} ${await answer.text()}`)
  }
  return answers
}

describe('planted secrets (S13)', () => {
  test('sent by every way in are in no log line, no answer and no row', async () => {
    const answers = await sendEverywhere(PLANTED)
    expect(answers.filter((answer) => answer.slice(answer.indexOf(' ')).includes(PLANTED))).toEqual([])
    expect(web.text()).toContain('"path":"/api/v1/auth/login"')
    expect(web.text()).not.toContain(PLANTED)
    expect(await dump()).not.toContain(PLANTED)
  })

  test('a password, a session token and an API key that work are in the database as hashes only', async () => {
    const owner = await makeUser(database(), 'OWNER')
    await made.setPassword(owner.id)
    const { token } = await made.session(owner.id)
    const created = await server.rest<{ key: string }>('POST', '/api-keys', {
      token,
      body: { name: 'Partner', permissions: ['inquiries.write'] },
    })
    const key = created.body.key
    expect([created.status, key]).toEqual([201, expect.stringMatching(/^vk_/)])
    expect((await server.rest('GET', '/inquiries', { token: key })).status).toBe(403)
    const password = 'another planted password 41'
    const user = { email: 'una@example.com', name: 'Una', password, roles: ['OPERATOR'] }
    const idempotent = { 'idempotency-key': 'planted-1' }
    expect((await server.rest('POST', '/users', { token, body: user, headers: idempotent })).status).toBeLessThan(300)
    const everything = (await dump()) + web.text()
    for (const secret of [token, key, key.split('_')[2] ?? '', password]) expect(everything).not.toContain(secret)
  })

  test('in errors of jobs they are hidden from the log and from the exception people read', async () => {
    const workers = listeningLog()
    const secretKey = `vk_abcdefgh_${'s'.repeat(43)}`
    const failing = {
      ...HANDLERS,
      'records-clean-up': async () => {
        const cause = Object.assign(new Error('refused'), { headers: { Authorization: PLANTED }, config: { password: PLANTED } })
        throw new Error(`postgres://virel:${PLANTED}@db/virel said no to Bearer ${PLANTED} with ${secretKey}`, { cause })
      },
    }
    const run = runnable({ ...testCtx(database()), log: workers.log }, 'records-clean-up', failing)
    const job = { id: '77', attempts: 1, max_attempts: 1, key: null }
    await expect(run({}, { job } as Parameters<typeof run>[1])).rejects.toThrow('said no')
    expect(workers.text()).toContain('said no to Bearer [hidden]')
    expect(workers.text()).not.toContain(PLANTED)
    expect(workers.text()).not.toContain(secretKey)
    const { details } = await database().db.selectFrom('exceptions').select('details').executeTakeFirstOrThrow()
    expect(JSON.stringify(details)).toContain('said no')
    expect(JSON.stringify(details)).not.toContain(PLANTED)
  })
})

test('negative control: a log that hides nothing and a row that has the secret are noticed', async () => {
  let text = ''
  const open = pino({}, { write: (line: string) => (text += line) })
  open.info({ body: { password: PLANTED } }, 'said')
  expect(text).toContain(PLANTED)
  await database().db.updateTable('users').set({ name: PLANTED }).where('id', '=', made.stranger.id).execute()
  expect(await dump()).toContain(PLANTED)
})

describe('what a log line may say', () => {
  const NAMES = [
    'password',
    'newPassword',
    'token',
    'accessToken',
    'secret',
    'SECRET_KEY',
    'authorization',
    'Cookie',
    'set-cookie',
  ]
  const MORE = ['totpSecret', 'otp', 'recoveryCodes', 'apiKey', 'api_key', 'privateKey', 'key', 'credential', 'sealed_body']

  test.each([...NAMES, ...MORE])('nothing under %s, however deep', (name) => {
    const { log, text } = listeningLog()
    const nested = { [name]: PLANTED, list: [{ deep: { [name]: { inner: PLANTED } } }] }
    log.info({ [name]: PLANTED, request: nested, err: Object.assign(new Error('x'), nested, { cause: nested }) }, 'said')
    log.child({ requestId: 'r-1' }).warn({ body: nested }, 'again')
    expect(text()).not.toContain(PLANTED)
    expect(text()).toContain('[hidden]')
  })

  test('an error keeps its words, its place and its cause, not the row PostgreSQL quotes', () => {
    const { log, text } = listeningLog()
    const cause = Object.assign(new Error('duplicate key'), {
      code: '23505',
      table: 'clients',
      constraint: 'clients_email_key',
      detail: 'Key (email)=(ann@example.com) already exists.',
      where: 'while inserting ann@example.com',
    })
    log.error({ err: new Error('not saved', { cause }) }, 'failed')
    const line = JSON.parse(text())
    expect(line.err).toMatchObject({
      type: 'Error',
      message: 'not saved',
      cause: { message: 'duplicate key', code: '23505', table: 'clients', constraint: 'clients_email_key' },
    })
    expect(line.err.stack).toContain('planted-secrets')
    expect(text()).not.toContain('ann@example.com')
  })

  test('ids stay in addresses, what may be a link’s secret and the query do not', () => {
    const id = '01920000-0000-7000-8000-000000000000'
    expect(loggedPath(`/admin/bookings/${id}`)).toBe(`/admin/bookings/${id}`)
    expect(loggedPath(`/welcome/${'a'.repeat(43)}?x=1`)).toBe('/welcome/[hidden]')
    expect(loggedPath('/api/v1/clients?q=ann')).toBe('/api/v1/clients')
  })

  test('circles and huge things end', () => {
    const { log, text } = listeningLog()
    const circle: Record<string, unknown> = { list: Array.from({ length: 5_000 }, (_, n) => n) }
    circle.self = circle
    log.info({ circle }, 'round')
    expect(text()).toContain('[deeper]')
    expect(text().length).toBeLessThan(20_000)
  })
})
