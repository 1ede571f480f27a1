import pino from 'pino'
import { throwawaySecretBox } from '#server/auth/secret-box.ts'
import { startRunner } from '#workers/runner.ts'

/** The critical runner as its process has it: relay and payment jobs. Killed by the storm whenever it likes. */
const [, , url = ''] = process.argv
const runner = await startRunner({
  queue: 'critical',
  url,
  log: pino({ level: 'fatal' }),
  appUrl: 'http://localhost',
  secrets: throwawaySecretBox,
})
process.on('disconnect', () => process.exit(0))
process.on('SIGTERM', () => runner.stop().then(() => process.exit(0)))
runner.finished.catch(() => process.exit(1))
process.send?.('ready')
