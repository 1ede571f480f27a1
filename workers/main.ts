import { join } from 'node:path'
import pg from 'pg'
import { createSecretBox } from '#server/auth/secret-box.ts'
import { openHeadsFile } from '#server/domains/audit/index.ts'
import { auditHeadsFile, type Env, readEnv, secretKeysOf } from '#server/env.ts'
import { openProvider } from '#server/integrations/stripe/index.ts'
import { createLogger } from '#server/log.ts'
import { runnerSpecs, supervise } from '#server/supervisor.ts'
import { QUEUE_NAMES, type QueueName } from './catalogue.ts'
import { type Runner, startRunner } from './runner.ts'

/**
 * `node workers/main.ts`: one runner of each queue, kept running. With `--queue critical|ops|heavy`: that one runner.
 * Either ends at SIGTERM, SIGINT or when its parent is gone.
 */
const env = readEnv()
const at = process.argv.indexOf('--queue')
if (at < 0) superviseAll(env)
else {
  const queue = QUEUE_NAMES.find((name) => name === process.argv[at + 1])
  if (!queue) {
    process.stderr.write(`Say which queue: --queue ${QUEUE_NAMES.join('|')}\n`)
    process.exit(1)
  }
  await runOne(queue, env)
}

/** Ends the process in order, once, whatever asks for it first. */
function endWith(stop: (why: string) => Promise<void>): (why: string) => Promise<void> {
  let ending = false
  const end = async (why: string) => {
    if (ending) return
    ending = true
    await stop(why)
    process.exit(0)
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void end(signal))
  // Connected when a supervisor started this process: without it nobody would stop it.
  if (process.connected) process.on('disconnect', () => void end('its parent is gone'))
  return end
}

function superviseAll({ LOG_LEVEL }: Env): void {
  const log = createLogger('workers', LOG_LEVEL)
  const supervisor = supervise(runnerSpecs(join(import.meta.dirname, '..'), process.env), {
    tell: (message) => log.warn(message),
  })
  endWith(() => supervisor.stop())
  supervisor.ready.then(() => process.send?.({ ready: true }))
}

async function runOne(queue: QueueName, env: Env): Promise<void> {
  const { LOG_LEVEL, DATABASE_URL } = env
  const log = createLogger(queue, LOG_LEVEL)
  const fail = (err: unknown) => {
    log.fatal({ err }, 'the runner can not go on')
    process.exit(1)
  }
  // graphile-worker 0.18 may leave a rejection unhandled when the database drops: an honest end, and a new start.
  process.on('unhandledRejection', fail)
  let runner: Runner | undefined
  let ending = false
  const end = endWith(async (why) => {
    ending = true
    log.info({ why }, 'draining')
    await runner?.stop().catch((err: unknown) => log.error({ err }, 'did not stop cleanly'))
  })
  try {
    // A runner that ended because the database went away starts again when it is back, not before.
    await databaseBack(DATABASE_URL, (err) => log.warn({ err }, 'waiting for the database'))
    const keys = secretKeysOf(env)
    runner = await startRunner({
      queue,
      url: DATABASE_URL,
      log,
      appUrl: env.APP_URL,
      secrets: createSecretBox(keys),
      provider: openProvider(env),
      auditHeads: openHeadsFile(auditHeadsFile(env), keys),
    })
  } catch (err) {
    return fail(err)
  }
  process.send?.({ ready: true })
  await runner.finished.then(
    () => end('stopped'),
    (err: unknown) => ending || fail(err),
  )
}

async function databaseBack(url: string, onAway: (error: unknown) => void): Promise<void> {
  for (let told = false; ; told = true) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 })
    try {
      await client.connect()
      return
    } catch (error) {
      if (!told) onAway(error)
      await new Promise((resolve) => setTimeout(resolve, 500))
    } finally {
      await client.end().catch(() => {})
    }
  }
}
