import { parseArgs } from 'node:util'
import pg from 'pg'
import { loadDotEnv, parseEnv } from '#server/env.ts'
import { createLogger } from '#server/log.ts'
import { sentenceFor } from '#server/start/problems.ts'
import { withDatabase } from '#server/start/with-database.ts'
import { openDatabase } from './client.ts'
import { migrateToLatest } from './migrator.ts'
import { isEmpty, seedDemo } from './seeds/demo.ts'
import { makeOwner, OwnerRefused } from './seeds/owner.ts'
import { ScaleRefused, seedScale } from './seeds/scale.ts'

/** `npm run seed -- --demo`, `-- --scale 1000000`, `-- --owner you@example.com`: fills the database of DATABASE_URL, or our own. */

const USAGE = 'Usage: npm run seed -- --demo | --scale <bookings> [--seed <number>] | --owner <email>'

class UsageError extends Error {}

function tell(message: string): void {
  process.stdout.write(`${message}\n`)
}

function wholeNumber(text: string | undefined, name: string, most: number): number | undefined {
  if (text === undefined) return undefined
  const value = Number(text.replaceAll(/[_,]/g, ''))
  if (!Number.isInteger(value) || value < 1 || value > most)
    throw new UsageError(`--${name} is a whole number from 1 to ${most}. ${USAGE}`)
  return value
}

function readArgs() {
  try {
    const options = {
      demo: { type: 'boolean' },
      scale: { type: 'string' },
      seed: { type: 'string' },
      owner: { type: 'string' },
    } as const
    const { values } = parseArgs({ options })
    const scale = wholeNumber(values.scale, 'scale', 20_000_000)
    if (!values.demo && scale === undefined && !values.owner) throw new UsageError(USAGE)
    return { owner: values.owner, scale, seed: wholeNumber(values.seed, 'seed', 2 ** 31) }
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError(USAGE)
  }
}

async function firstOwner(url: string, email: string): Promise<void> {
  await migrateToLatest(url)
  const database = openDatabase({ url: relaxed(url), name: 'virel-seed' })
  try {
    const password = await makeOwner(database, email, createLogger('seed', 'warn'))
    tell(`${email} is an owner now and signs in with the password ${password} (shown this once; change it under Profile).`)
  } finally {
    await database.close()
  }
}

/** Thousands of small commits needn't reach the disk one by one: demo data that was cut short is thrown away. */
function relaxed(url: string): string {
  const address = new URL(url)
  address.searchParams.set('options', '-c synchronous_commit=off -c timezone=UTC')
  return address.href
}

async function fill(url: string, { scale, seed }: ReturnType<typeof readArgs>): Promise<void> {
  await migrateToLatest(url)
  const database = openDatabase({ url: relaxed(url), name: 'virel-seed' })
  try {
    const started = performance.now()
    if (await isEmpty(database.db)) {
      const counts = await seedDemo({ db: database.db, pool: database.pool, log: createLogger('seed', 'warn'), seed })
      const words = Object.entries(counts).map(
        ([what, count]) => `${count} ${what.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)}`,
      )
      tell(`demo: ${words.join(', ')} (${((performance.now() - started) / 1_000).toFixed(1)} s)`)
    } else if (scale === undefined) {
      tell('There are users already: demo data goes only into an empty database. Nothing was changed.')
      process.exitCode = 1
    }
  } finally {
    await database.close()
  }
  if (scale === undefined) return
  const client = new pg.Client({ connectionString: url, application_name: 'virel-seed-scale' })
  await client.connect()
  try {
    await seedScale(client, { bookings: scale, progress: tell })
  } finally {
    await client.end()
  }
}

try {
  const args = readArgs()
  const { owner } = args
  loadDotEnv()
  await withDatabase(parseEnv(process.env), tell, (url) => (owner ? firstOwner(url, owner) : fill(url, args)))
} catch (error) {
  const isSaid = error instanceof UsageError || error instanceof ScaleRefused || error instanceof OwnerRefused
  console.error(isSaid ? error.message : (sentenceFor(error, process.env.VIREL_DATA_DIR ?? '.data') ?? error))
  process.exitCode = 1
}
