import { join } from 'node:path'
import { readEnv, SettingError } from '#server/env.ts'
import { createLogger } from '#server/log.ts'
import { simulatorSettings } from '../settings.ts'
import { startSimulator } from './serve.ts'

/**
 * `node server/integrations/stripe/simulator/main.ts`: the stand-in for Stripe, started by `npm start` where there are demo
 * data and no keys of Stripe. It refuses where real money could be meant: with keys, or without demo data in production.
 */
const env = readEnv()
const log = createLogger('stripe-simulator', env.LOG_LEVEL)

function requireStandIn(): string {
  if (env.STRIPE_SECRET_KEY !== undefined) throw new SettingError('There are keys of Stripe: its stand-in does not run.')
  if (env.VIREL_DEMO !== true) throw new SettingError('The stand-in for Stripe runs only with demo data (VIREL_DEMO=on).')
  if (env.STRIPE_SIMULATOR_URL === undefined) throw new SettingError('The setting STRIPE_SIMULATOR_URL is missing.')
  return env.STRIPE_SIMULATOR_URL
}

try {
  const url = requireStandIn()
  const host = env.HOST === '0.0.0.0' || env.HOST === '::' ? '127.0.0.1' : env.HOST
  const simulator = await startSimulator({
    settings: simulatorSettings(url, env.SECRET_KEY),
    webhookUrl: `http://${host.includes(':') ? `[${host}]` : host}:${env.PORT}/api/v1/payments/webhook/stripe`,
    file: join(env.VIREL_DATA_DIR, 'stripe-simulator.jsonl'),
    port: Number(new URL(url).port),
  })
  log.info({ url: simulator.url }, 'the stand-in for Stripe is listening')
  const end = async () => {
    await simulator.close()
    process.exit(0)
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void end())
  if (process.connected) process.on('disconnect', () => void end())
  process.send?.({ ready: true })
} catch (error) {
  if (error instanceof SettingError) process.stderr.write(`${error.message}\n`)
  else log.fatal({ err: error }, 'the stand-in for Stripe can not run')
  process.exit(1)
}
