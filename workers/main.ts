import { readEnv, SettingError } from '#server/env.ts'
import { createLogger } from '#server/log.ts'
import { QUEUE_NAMES, type QueueName } from './catalogue.ts'
import { startRunner } from './runner.ts'

/** `node workers/main.ts --queue critical|ops|heavy`: one runner, until SIGTERM, SIGINT or the end of its parent. */

function queueAsked(): QueueName {
  const at = process.argv.indexOf('--queue')
  const name = QUEUE_NAMES.find((queue) => queue === process.argv[at + 1])
  if (at < 0 || !name) throw new SettingError(`Say which queue: --queue ${QUEUE_NAMES.join('|')}`)
  return name
}

const queue = queueAsked()
const env = readEnv()
const log = createLogger(queue, env.LOG_LEVEL)

// graphile-worker 0.18 may leave a rejection unhandled when the database drops: an honest end, and a new start.
process.on('unhandledRejection', (err) => {
  log.fatal({ err }, 'unhandled rejection')
  process.exit(1)
})

const runner = await startRunner({ queue, url: env.DATABASE_URL, log }).catch((err: unknown) => {
  log.fatal({ err }, 'the runner could not start')
  process.exit(1)
})

let ending = false
async function end(why: string): Promise<void> {
  if (ending) return
  ending = true
  log.info({ why }, 'draining')
  await runner.stop().catch((err: unknown) => log.error({ err }, 'did not stop cleanly'))
  process.exit(0)
}
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void end(signal))
// Set when a supervisor started this process: without it nobody would stop it.
if (process.connected) process.on('disconnect', () => void end('its parent is gone'))

runner.finished.then(
  () => end('stopped'),
  (err: unknown) => {
    if (ending) return
    log.fatal({ err }, 'the runner can not go on')
    process.exit(1)
  },
)
process.send?.({ ready: true })
