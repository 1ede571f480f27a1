import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import pg from 'pg'
import pino from 'pino'
import { type Database, openDatabase } from '#db/client.ts'
import { startEmbedded } from '#db/embedded.ts'
import { migrateToLatest } from '#db/migrator.ts'
import { seedDemo } from '#db/seeds/demo.ts'
import { demoEmail } from '#db/seeds/people.ts'
import { seedScale } from '#db/seeds/scale.ts'
import { ALL_PERMISSIONS } from '#server/auth/permissions.ts'
import { createSecretBox } from '#server/auth/secret-box.ts'
import { createSessions, type Sessions } from '#server/auth/sessions.ts'
import { type Actor, idsFrom, systemClock } from '#server/context.ts'
import { createWaker } from '#server/outbox/wake.ts'
import type { CallCtx } from '#server/trpc/init.ts'

/** A database of the wanted size, a person who may do everything, and hours nobody has taken. */
export interface Stage {
  url: string
  database: Database
  log: pino.Logger
  scale: number
  owner: Actor
  token: string
  sessions: Sessions
  ctx(): CallCtx
  /** An hour of a model that is free, never given out twice. */
  freeHour(): FreeHour
  clientId: string
  close(): Promise<void>
}

export interface FreeHour {
  modelId: string
  locationId: string
  location: string
  start: Date
  end: Date
}

const MIGRATIONS = join(import.meta.dirname, '..', '..', 'db', 'migrations')

/** Filled once for each size and schema and kept; each run works on a copy of it. */
function templateName(scale: number): string {
  const schema = createHash('sha256').update(readdirSync(MIGRATIONS).sort().join()).digest('hex').slice(0, 8)
  return `bench_template_${scale}_${schema}`
}

async function exists(admin: pg.Client, name: string): Promise<boolean> {
  const { rowCount } = await admin.query('select 1 from pg_database where datname = $1', [name])
  return rowCount === 1
}

/** Copies of runs that were killed. */
async function dropLeftovers(admin: pg.Client): Promise<void> {
  const { rows } = await admin.query<{ datname: string }>(
    `select datname from pg_database d where datname like 'bench_run_%'
     and not exists (select 1 from pg_stat_activity a where a.datname = d.datname)`,
  )
  for (const { datname } of rows) await admin.query(`drop database if exists ${datname}`)
}

function withDatabase(url: string, name: string): string {
  const address = new URL(url)
  address.pathname = `/${name}`
  return address.href
}

async function fillTemplate(
  admin: pg.Client,
  serverUrl: string,
  name: string,
  scale: number,
  tell: (text: string) => void,
): Promise<void> {
  const half = `${name}_filling`
  await admin.query(`drop database if exists ${half} with (force)`)
  await admin.query(`create database ${half}`)
  const url = withDatabase(serverUrl, half)
  await migrateToLatest(url)
  const database = openDatabase({ url: `${url}?options=-c%20synchronous_commit%3Doff`, name: 'virel-bench-seed' })
  tell('demo data')
  await seedDemo({ db: database.db, pool: database.pool, log: pino({ level: 'warn' }) })
  await database.close()
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await seedScale(client, { bookings: scale, progress: tell })
  await client.end()
  await dropOldTemplates(admin, scale)
  await admin.query(`alter database ${half} rename to ${name}`)
}

/** Of this size, with an earlier schema. */
async function dropOldTemplates(admin: pg.Client, scale: number): Promise<void> {
  const { rows } = await admin.query<{ datname: string }>(`select datname from pg_database where datname ~ $1`, [
    `^bench_template_${scale}_[0-9a-f]{8}$`,
  ])
  for (const { datname } of rows) await admin.query(`drop database if exists ${datname}`)
}

/** DATABASE_URL's server, or our own in the temporary folder: a cluster of its own, with ordinary durability. */
export async function openStage(scale: number, tell: (text: string) => void): Promise<Stage> {
  const given = process.env.DATABASE_URL
  const server = given ? undefined : await startEmbedded({ dataDir: join(tmpdir(), 'virel-bench'), log: tell })
  const serverUrl = given ?? server?.url ?? ''
  const run = `bench_run_${process.pid}`
  const admin = new pg.Client({ connectionString: withDatabase(serverUrl, 'postgres') })
  await admin.connect()
  await dropLeftovers(admin)
  const template = templateName(scale)
  if (!(await exists(admin, template))) await fillTemplate(admin, serverUrl, template, scale, tell)
  tell('copying the database')
  await admin.query(`create database ${run} template ${template}`)
  const url = withDatabase(serverUrl, run)
  const log = pino({ level: 'warn' })
  const database = openDatabase({ url, max: 40, name: 'virel-bench' })
  await vacuum(url)
  const sessions = createSessions(database.db, systemClock)
  const owner = await ownerOf(database)
  const { token } = await sessions.start(owner.id ?? '', { ip: null, agent: 'bench' })
  const ids = idsFrom(systemClock)
  const wakeRelay = createWaker(database.pool)
  const { hours, clientId } = await freeHours(database)
  return {
    url,
    database,
    log,
    scale,
    owner,
    token,
    sessions,
    clientId,
    freeHour: hours,
    ctx: () => ({
      db: database.db,
      pool: database.pool,
      clock: systemClock,
      rng: Math.random,
      ids,
      log,
      actor: owner,
      via: 'rest',
      requestId: ids.next(),
      ip: '127.0.0.1',
      agent: 'bench',
      causeId: null,
      depth: 0,
      idempotencyKey: null,
      wakeRelay,
      appUrl: 'http://localhost',
      secrets: createSecretBox(['bench'.repeat(8)]),
      sign: () => '',
      browser: { device: null, step: null },
      answer: {},
      sessions,
      token,
    }),
    async close() {
      await database.close()
      await admin.query(`drop database if exists ${run} with (force)`)
      await admin.end()
      await server?.stop()
    },
  }
}

/** On a connection of its own: a large database takes longer than a statement of the product may. */
async function vacuum(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query('vacuum (analyze)')
  await client.end()
}

async function ownerOf(database: Database): Promise<Actor> {
  const user = await database.db
    .selectFrom('users')
    .select(['id', 'name', 'email'])
    .where('email', '=', demoEmail('owner'))
    .executeTakeFirstOrThrow()
  return { kind: 'user', ...user, roles: ['OWNER'], permissions: new Set(ALL_PERMISSIONS) }
}

const DAY = 86_400_000
const HOUR = 3_600_000

async function freeHours({ db }: Database): Promise<{ hours: () => FreeHour; clientId: string }> {
  const models = await db
    .selectFrom('models as m')
    .innerJoin('locations as l', 'l.id', 'm.primary_location_id')
    .select(['m.id', 'l.id as location_id', 'l.slug'])
    .where('m.status', '=', 'active')
    .orderBy('m.id')
    .execute()
  const client = await db
    .selectFrom('clients')
    .select('id')
    .where(sql<boolean>`tags = '{}'`)
    .where('merged_into_id', 'is', null)
    .orderBy('id')
    .limit(1)
    .executeTakeFirstOrThrow()
  // Past everything that is seeded, on the whole hour, with an hour between two.
  const base = Math.ceil((Date.now() + 120 * DAY) / HOUR) * HOUR
  let given = 0
  return {
    clientId: client.id,
    hours() {
      const model = models[given % models.length]
      const start = base + Math.floor(given / models.length) * 2 * HOUR
      given += 1
      if (!model) throw new Error('there are no models')
      return {
        modelId: model.id,
        locationId: model.location_id,
        location: model.slug,
        start: new Date(start),
        end: new Date(start + HOUR),
      }
    },
  }
}
