import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

import { openDatabase } from '#db/client.ts'
import { factorPolicy } from '#server/auth/factor-policy.ts'
import { createSecretBox } from '#server/auth/secret-box.ts'
import { createSessions } from '#server/auth/sessions.ts'
import { idsFrom, systemClock } from '#server/context.ts'
import { metricsText } from '#server/domains/system/index.ts'
import { createApp } from '#server/http/app.ts'
import { watchDatabase } from '#server/http/database-watch.ts'
import { drain } from '#server/http/drain.ts'
import { listen } from '#server/http/listen.ts'
import { remixPages } from '#server/http/pages.ts'
import { openProvider } from '#server/integrations/stripe/index.ts'
import { createWaker } from '#server/outbox/wake.ts'
import { startHub } from '#server/realtime/index.ts'
import { readEnv, requestRatesOf, secretKeysOf } from './env.ts'
import { createLogger } from './log.ts'

const env = readEnv()
const log = createLogger('web', env.LOG_LEVEL)
const database = openDatabase({
  url: env.DATABASE_URL,
  name: 'virel-web',
  onIdleError: (err) => log.warn({ err }, 'idle connection lost'),
})
const watch = watchDatabase(env.DATABASE_URL, log)
const hub = startHub({ url: env.DATABASE_URL, pool: database.pool, log })
const root = join(import.meta.dirname, '..')
// Vite is loaded in development only.
const dev = env.NODE_ENV === 'development' ? await (await import('#server/http/dev-pages.ts')).startDevPages(root) : undefined

async function pages() {
  if (dev) return remixPages(dev.build, 'development')
  const built = join(root, 'build', 'server', 'index.js')
  if (!existsSync(built)) {
    log.fatal('The screens are not built yet: run "npm run build" first.')
    process.exit(1)
  }
  return remixPages(await import(pathToFileURL(built).href), 'production')
}

const app = createApp({
  db: database.db,
  pool: database.pool,
  clock: systemClock,
  rng: Math.random,
  ids: idsFrom(systemClock),
  log,
  sessions: createSessions(database.db, systemClock, await factorPolicy(database.db, env)),
  hub,
  watch,
  wakeRelay: createWaker(database.pool),
  appUrl: env.APP_URL,
  secretKey: env.SECRET_KEY,
  secrets: createSecretBox(secretKeysOf(env)),
  provider: openProvider(env),
  trustedHops: env.TRUST_PROXY,
  requestRates: requestRatesOf(env),
  clientFiles: join(root, 'build', 'client'),
  pages: await pages(),
  metrics: metricsText,
})

const { server, port } = await listen(app, env.PORT, env.HOST).catch((error: NodeJS.ErrnoException) => {
  if (error.code === 'EADDRINUSE') log.fatal(`Port ${env.PORT} is taken. Stop what uses it, or choose another with PORT.`)
  else log.fatal({ err: error }, 'the server could not listen')
  process.exit(1)
})
dev?.standBefore(server)
log.info({ port }, 'web is listening')
process.send?.({ ready: true })

drain(server, log, {
  feeds: () => hub.stop(),
  async rest() {
    await dev?.close()
    await watch.stop()
    await database.close()
  },
})
