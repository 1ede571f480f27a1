import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { openDatabase } from '#db/client.ts'
import { EmbeddedError, type EmbeddedServer, startEmbedded } from '#db/embedded.ts'
import { migrateToLatest } from '#db/migrator.ts'
import { DEMO_ACCOUNTS, DEMO_PASSWORD, isEmpty, seedDemo } from '#db/seeds/demo.ts'
import { buildScreens } from './build.ts'
import { loadDotEnv, parseEnv, SettingError, type StartEnv } from './env.ts'
import { createLogger } from './log.ts'
import { runnerSpecs, type Supervisor, supervise } from './supervisor.ts'

const ROOT = join(import.meta.dirname, '..')
const begun = Date.now()

function tell(message: string): void {
  process.stdout.write(`${message}\n`)
}

/** A line with what is being done, and how long it took once it is. */
async function step<T>(what: string, work: () => Promise<T>): Promise<T> {
  const from = Date.now()
  const result = await work()
  tell(`  ✓ ${what} (${((Date.now() - from) / 1000).toFixed(1)} s)`)
  return result
}

function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

/** What went wrong in one sentence, or undefined when it is a bug. */
function sentence(error: unknown, env: StartEnv | undefined): string | undefined {
  if (error instanceof SettingError || error instanceof EmbeddedError || error instanceof StartError) return error.message
  const dir = env?.VIREL_DATA_DIR ?? '.data'
  switch (errorCode(error)) {
    case 'ENOSPC':
    case '53100':
      return 'The disk is full. Free some space and start again.'
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return `The data directory ${dir} can not be written. Give yourself the right to, or name another with VIREL_DATA_DIR.`
    case 'EEXIST':
    case 'ENOTDIR':
      return `The data directory ${dir} can not be made: something that is not a directory is in its place. Name another with VIREL_DATA_DIR.`
    case 'ECONNREFUSED':
    case 'ENOTFOUND':
    case '28P01':
    case '3D000':
      return `The database of DATABASE_URL can not be used: ${error instanceof Error ? error.message || errorCode(error) : ''}.`
    default:
      return undefined
  }
}

class StartError extends Error {}

/** One start for a data directory. A lock left by a process that is gone is taken over. */
function lock(dir: string): () => void {
  mkdirSync(dir, { recursive: true })
  const file = join(dir, 'virel.lock')
  for (;;) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx', mode: 0o600 })
      return () => rmSync(file, { force: true })
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error
      const pid = Number(readFileSync(file, 'utf8'))
      if (isStart(pid))
        throw new StartError(
          `Virel already runs on ${dir} (process ${pid}). Stop it first, or name another directory with VIREL_DATA_DIR.`,
        )
      rmSync(file, { force: true })
    }
  }
}

function isStart(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 1 || pid === process.pid) return false
  try {
    process.kill(pid, 0)
  } catch (error) {
    return errorCode(error) === 'EPERM'
  }
  const commandFile = `/proc/${pid}/cmdline`
  return !existsSync(commandFile) || readFileSync(commandFile, 'utf8').includes('start.ts')
}

/** The port asked for, or a free one for 0. Throws when it is taken. */
function requirePort(port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', (error) => {
      const taken = errorCode(error) === 'EADDRINUSE'
      reject(taken ? new StartError(`Port ${port} is taken. Stop what uses it, or choose another with PORT.`) : error)
    })
    server.listen(port, host, () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : port))
    })
  })
}

function secretKey(dir: string): string {
  const file = join(dir, 'secret-key')
  if (!existsSync(file)) writeFileSync(file, randomBytes(32).toString('hex'), { mode: 0o600 })
  return readFileSync(file, 'utf8').trim()
}

async function seedWhenEmpty(url: string): Promise<boolean> {
  const database = openDatabase({ url, name: 'virel-seed' })
  try {
    if (!(await isEmpty(database.db))) return false
    await seedDemo({ db: database.db, pool: database.pool, log: createLogger('seed', 'warn') })
    return true
  } finally {
    await database.close()
  }
}

async function waitUntilReady(address: string): Promise<void> {
  const until = Date.now() + 30_000
  while (Date.now() < until) {
    const answer = await fetch(`${address}/health/ready`).catch(() => undefined)
    if (answer?.ok) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new StartError('The web process did not become ready within 30 seconds; its log says why.')
}

interface Running {
  supervisor?: Supervisor
  embedded?: EmbeddedServer
  unlock?: () => void
}

async function stop(running: Running): Promise<void> {
  await running.supervisor?.stop()
  await running.embedded?.stop()
  running.unlock?.()
}

async function start(env: StartEnv, running: Running): Promise<void> {
  const dir = env.VIREL_DATA_DIR
  running.unlock = lock(dir)
  const port = await requirePort(env.PORT, env.HOST)
  const appUrl = env.PORT === port ? env.APP_URL : `http://localhost:${port}`
  tell('Virel is starting.')
  const building = step('Screens', buildScreens)
  building.catch(() => {})
  if (env.DATABASE_URL === undefined) {
    running.embedded = await step('PostgreSQL', () =>
      startEmbedded({ dataDir: dir, log: tell, onCrash: (message) => tell(`  ! ${message}`) }),
    )
  }
  const url = env.DATABASE_URL ?? running.embedded?.url
  if (url === undefined) throw new Error('no database')
  await step('Migrations', () => migrateToLatest(url))
  const demo = env.VIREL_DEMO ?? env.DATABASE_URL === undefined
  if (demo) await step('Demo data', () => seedWhenEmpty(url))
  await building
  const logDir = join(dir, 'logs')
  mkdirSync(logDir, { recursive: true })
  const childEnv: NodeJS.ProcessEnv = {
    ...process.env,
    NODE_ENV: 'production',
    DATABASE_URL: url,
    SECRET_KEY: env.SECRET_KEY ?? secretKey(dir),
    PORT: String(port),
    APP_URL: appUrl,
    VIREL_DATA_DIR: dir,
  }
  await step('Web and workers', async () => {
    running.supervisor = supervise(
      [{ name: 'web', args: [join(ROOT, 'server', 'main.ts')], env: childEnv }, ...runnerSpecs(ROOT, childEnv)],
      {
        logDir,
        tell: (message) => tell(`  ! ${message}`),
      },
    )
    await waitUntilReady(
      `http://${env.HOST.includes(':') ? `[${env.HOST}]` : env.HOST === '0.0.0.0' ? '127.0.0.1' : env.HOST}:${port}`,
    )
  })
  tell(`\nReady after ${((Date.now() - begun) / 1000).toFixed(1)} s at ${appUrl}`)
  tell(`  API at ${appUrl}/api/docs, logs in ${logDir}`)
  if (demo) {
    tell(`  Demo accounts, password ${DEMO_PASSWORD}:`)
    for (const account of DEMO_ACCOUNTS) tell(`    ${account.email.padEnd(34)} ${account.role}`)
  }
  tell('  Ctrl-C stops everything.')
}

const running: Running = {}
let env: StartEnv | undefined
let stopping = false

async function end(code: number, message?: string): Promise<void> {
  if (stopping) process.exit(code || 1)
  stopping = true
  if (message) process.stderr.write(`${message}\n`)
  await stop(running).catch((error: Error) => process.stderr.write(`${error.message}\n`))
  process.exit(code)
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (!stopping) tell('\nStopping: requests and jobs under way are finished first.')
    void end(0)
  })
}
try {
  loadDotEnv()
  env = parseEnv(process.env)
  await start(env, running)
} catch (error) {
  const known = sentence(error, env)
  await end(1, known ?? (error instanceof Error ? (error.stack ?? error.message) : String(error)))
}
