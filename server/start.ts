import { createServer } from 'node:net'
import { join } from 'node:path'
import { openDatabase } from '#db/client.ts'
import { type EmbeddedServer, recreateDatabase, startEmbedded } from '#db/embedded.ts'
import { migrateToLatest } from '#db/migrator.ts'
import { DEMO_PASSWORD, DEMO_USERS, demoEmail } from '#db/seeds/people.ts'
import { buildScreens } from './build.ts'
import { loadDotEnv, parseEnv, SettingError, type StartEnv } from './env.ts'
import { createLogger } from './log.ts'
import { lockDataDir, logDirOf, secretKeyOf, unfinishedDemo } from './start/data-dir.ts'
import { errorCode, StartError, sentenceFor } from './start/problems.ts'
import { restartOnChange } from './start/watch-sources.ts'
import { type ChildSpec, runnerSpecs, type Supervisor, supervise } from './supervisor.ts'

/** `npm start`: everything, from an empty folder to a running product. `--dev`: with screens and server following their sources. */

const ROOT = join(import.meta.dirname, '..')
const READY_MS = 30_000
/** A process that ends this often before it was ever ready will not become ready. */
const HOPELESS_DEATHS = 3
const begun = Date.now()
const isDev = process.argv.includes('--dev')

function tell(message: string): void {
  process.stdout.write(`${message}\n`)
}

/** Does it and tells how long it took. */
async function step<T>(what: string, work: () => Promise<T>): Promise<T> {
  const from = Date.now()
  if (process.stdout.isTTY) process.stdout.write(`  … ${what}\r`)
  const result = await work()
  tell(`  ✓ ${what} (${((Date.now() - from) / 1000).toFixed(1)} s)`)
  return result
}

/** The port asked for, or a free one for 0. Throws when it is taken. */
function requirePort(port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', (error) => {
      if (errorCode(error) === 'EADDRINUSE') {
        reject(new StartError(`Port ${port} is taken. Stop what uses it, or choose another with PORT.`))
      } else reject(new StartError(`Virel can not listen on ${host}, port ${port} (${errorCode(error)}). Change HOST or PORT.`))
    })
    server.listen(port, host, () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : port))
    })
  })
}

/** Where this machine reaches what listens on the host. */
function reachableAddress(host: string, port: number): string {
  if (host === '0.0.0.0') return `http://127.0.0.1:${port}`
  if (host === '::') return `http://[::1]:${port}`
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}

interface Running {
  supervisor?: Supervisor
  embedded?: EmbeddedServer
  unlock?: () => void
}

/** Thousands of small commits needn't reach the disk one by one: half done, all of it is thrown away anyway. */
function seedingUrl(url: string): string {
  const seeding = new URL(url)
  seeding.searchParams.set('options', '-c synchronous_commit=off -c timezone=UTC')
  return seeding.href
}

/** Demo data on an empty database; what a start that was killed left half done in our own is thrown away first. */
async function seedWhenEmpty(url: string, dir: string, embedded: EmbeddedServer | undefined): Promise<void> {
  const unfinished = unfinishedDemo(dir)
  if (embedded && unfinished.isThere()) {
    await recreateDatabase(embedded, 'virel')
    await migrateToLatest(url)
  }
  if (!embedded && unfinished.isThere()) {
    tell('  ! Demo data was not finished last time. For whole demo data empty the database of DATABASE_URL and start again.')
    return unfinished.clear()
  }
  const database = openDatabase({ url: seedingUrl(url), name: 'virel-seed' })
  try {
    if (await database.db.selectFrom('users').select('id').limit(1).executeTakeFirst()) return
    unfinished.set()
    // Loaded only when needed: it brings every operation with it.
    const { seedDemo } = await import('#db/seeds/demo.ts')
    await seedDemo({ db: database.db, pool: database.pool, log: createLogger('seed', 'warn') })
  } finally {
    await database.close()
  }
  unfinished.clear()
}

async function becomeReady(supervisor: Supervisor, address: string, logDir: string): Promise<void> {
  const until = Date.now() + READY_MS
  let ready = false
  supervisor.ready.then(() => {
    ready = true
  })
  while (Date.now() < until) {
    if (ready && (await fetch(`${address}/health/ready`).catch(() => undefined))?.ok) return
    const dead = Object.keys(supervisor.pids()).find((name) => supervisor.deaths(name) >= HOPELESS_DEATHS)
    if (dead) throw new StartError(`The ${dead} process can not start; ${join(logDir, `${dead}.log`)} says why.`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new StartError(`The processes did not become ready within ${READY_MS / 1_000} seconds; their logs in ${logDir} say why.`)
}

async function start(env: StartEnv, running: Running): Promise<void> {
  const dir = env.VIREL_DATA_DIR
  if (env.DATABASE_URL !== undefined && env.SECRET_KEY === undefined) {
    throw new SettingError(
      'The setting SECRET_KEY is missing: with DATABASE_URL give at least 32 random characters, the same for all processes.',
    )
  }
  running.unlock = lockDataDir(dir)
  const port = await requirePort(env.PORT, env.HOST)
  // The default address names the port asked for; 0 asks for any.
  const appUrl = process.env.APP_URL ? env.APP_URL : `http://localhost:${port}`
  tell('Virel is starting.')
  const building = isDev ? undefined : step('Screens are built', buildScreens)
  building?.catch(() => {})
  const secretKey = env.SECRET_KEY ?? secretKeyOf(dir)
  if (env.DATABASE_URL === undefined) {
    running.embedded = await step('PostgreSQL runs', () =>
      startEmbedded({ dataDir: dir, log: (message) => tell(`  ${message}`), onCrash: (message) => tell(`  ! ${message}`) }),
    )
  }
  const url = env.DATABASE_URL ?? running.embedded?.url
  if (url === undefined) throw new Error('there is no database')
  await step('Tables are up to date', () => migrateToLatest(url))
  const demo = env.VIREL_DEMO ?? env.DATABASE_URL === undefined
  if (demo) await step('Demo data is there', () => seedWhenEmpty(url, dir, running.embedded))
  await building
  // Without keys of Stripe its stand-in takes the money, and only where the data are for show.
  const simulator =
    demo && env.STRIPE_SECRET_KEY === undefined ? `http://127.0.0.1:${await requirePort(0, '127.0.0.1')}` : undefined
  const childEnv: NodeJS.ProcessEnv = {
    ...process.env,
    NODE_ENV: isDev ? 'development' : 'production',
    DATABASE_URL: url,
    SECRET_KEY: secretKey,
    PORT: String(port),
    HOST: env.HOST,
    APP_URL: appUrl,
    VIREL_DATA_DIR: dir,
    VIREL_DEMO: demo ? 'on' : 'off',
    ...(simulator === undefined ? {} : { STRIPE_SIMULATOR_URL: simulator }),
  }
  const specs: ChildSpec[] = [
    { name: 'web', args: [join(ROOT, 'server', 'main.ts')], env: childEnv },
    ...runnerSpecs(ROOT, childEnv),
    ...(simulator === undefined
      ? []
      : [{ name: 'stripe', args: [join(ROOT, 'server', 'integrations', 'stripe', 'simulator', 'main.ts')], env: childEnv }]),
  ]
  const names = specs.map((spec) => spec.name)
  const logDir = logDirOf(dir, names)
  await step('Web and workers run', async () => {
    const supervisor = supervise(specs, { logDir, tell: (message) => tell(`  ! ${message}`) })
    running.supervisor = supervisor
    await becomeReady(supervisor, reachableAddress(env.HOST, port), logDir)
    if (isDev) restartOnChange(ROOT, supervisor, tell)
  })
  tell(`\nReady after ${((Date.now() - begun) / 1000).toFixed(1)} s at ${appUrl}`)
  tell(`  API at ${appUrl}/api/docs, logs in ${logDir}`)
  if (simulator !== undefined) tell(`  Payments go to a SIMULATOR of Stripe; its page is ${simulator}`)
  if (demo) {
    tell(`  Demo accounts, password ${DEMO_PASSWORD}:`)
    for (const { key, role } of DEMO_USERS) tell(`    ${demoEmail(key).padEnd(34)} ${role}`)
  }
  tell('  Ctrl-C stops everything.')
}

const running: Running = {}
let dataDir = '.data'
let stoppingSince = 0

/** npm passes a Ctrl-C on to us that the terminal has already sent: only a later one is the person's second. */
const SAME_KEY_PRESS_MS = 700

async function end(code: number, message?: string): Promise<void> {
  if (stoppingSince > 0) return
  stoppingSince = Date.now()
  if (message) process.stderr.write(`${message}\n`)
  try {
    await running.supervisor?.stop()
    await running.embedded?.stop()
  } finally {
    running.unlock?.()
  }
  process.exit(code)
}

function endNow(): void {
  running.supervisor?.kill()
  running.embedded?.kill()
  running.unlock?.()
  process.exit(1)
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (stoppingSince === 0) {
      tell('\nStopping: requests and jobs under way are finished first. Once more to stop at once.')
      void end(0)
    } else if (Date.now() - stoppingSince > SAME_KEY_PRESS_MS) endNow()
  })
}
for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(event, (error: unknown) => {
    // What was under way when the stop began loses its database; that is no news.
    if (stoppingSince === 0) void end(1, error instanceof Error ? error.stack : String(error))
  })
}
// A terminal that went away must not keep us from stopping in order.
process.stdout.on('error', () => {})
process.stderr.on('error', () => {})

try {
  loadDotEnv()
  const env = parseEnv(process.env)
  dataDir = env.VIREL_DATA_DIR
  await start(env, running)
} catch (error) {
  if (stoppingSince === 0) await end(1, sentenceFor(error, dataDir) ?? (error instanceof Error ? error.stack : String(error)))
}
