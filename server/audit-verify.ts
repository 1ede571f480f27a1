import { parseArgs } from 'node:util'
import { openHeadsFile, type Verified, verifyAudit } from '#server/domains/audit/index.ts'
import { auditHeadsFile, loadDotEnv, parseEnv, SettingError, secretKeysOf } from './env.ts'
import { secretKeyOf } from './start/data-dir.ts'
import { sentenceFor } from './start/problems.ts'
import { withDatabase } from './start/with-database.ts'

/**
 * `npm run audit:verify`: proves the audit log, or names the first row or seal that was altered, removed, inserted or moved.
 * Ends with 0 when all is well, 1 when something is wrong with the log, 2 when it could not be looked at.
 */
const USAGE =
  'Usage: npm run audit:verify -- [--day 2026-11-21 | --from 2026-11-01 --to 2026-11-21] [--heads FILE | --without-heads]'

class UsageError extends Error {}

function tell(message: string): void {
  process.stdout.write(`${message}\n`)
}

function dayOf(text: string | undefined, name: string): string | undefined {
  if (text === undefined) return undefined
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text))
  if (!isDay) throw new UsageError(`--${name} is a day such as 2026-11-21. ${USAGE}`)
  return text
}

function readArgs() {
  try {
    const one = { type: 'string' } as const
    const { values } = parseArgs({ options: { day: one, from: one, to: one, heads: one, 'without-heads': { type: 'boolean' } } })
    const day = dayOf(values.day, 'day')
    return {
      from: day ?? dayOf(values.from, 'from'),
      to: day ?? dayOf(values.to, 'to'),
      heads: values.heads,
      withoutHeads: values['without-heads'] ?? false,
    }
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError(USAGE)
  }
}

function count(n: number, one: string, many = `${one}s`): string {
  return `${n.toLocaleString('en-GB')} ${n === 1 ? one : many}`
}

function report(verified: Verified, seconds: number): void {
  const { problem, rows, seals, heads, waiting, head } = verified
  for (const note of verified.notes) tell(note)
  if (problem) {
    tell(problem.sentence)
    process.exitCode = 1
    return
  }
  const kept = heads > 0 ? `; ${count(heads, 'head')} kept outside the database agree` : ''
  const wait = waiting > 0 ? `; ${count(waiting, 'row')} not sealed yet` : ''
  tell(`The audit log is whole: ${count(rows, 'row')} in ${count(seals, 'seal')}${kept}${wait} (${seconds.toFixed(1)} s).`)
  tell(`Head: ${head}`)
}

async function main(): Promise<void> {
  const { from, to, heads, withoutHeads } = readArgs()
  loadDotEnv()
  const env = parseEnv(process.env)
  const { DATABASE_URL, SECRET_KEY, VIREL_DATA_DIR } = env
  if (!withoutHeads && SECRET_KEY === undefined && DATABASE_URL !== undefined) {
    throw new SettingError('The setting SECRET_KEY is missing: it signs the heads kept outside. Set it, or use --without-heads.')
  }
  await withDatabase(env, tell, async (url) => {
    const keys = secretKeysOf({ ...env, SECRET_KEY: SECRET_KEY ?? secretKeyOf(VIREL_DATA_DIR) })
    const started = performance.now()
    const verified = await verifyAudit({
      url,
      heads: withoutHeads ? undefined : openHeadsFile(heads ?? auditHeadsFile(env), keys),
      from,
      to,
      onProgress: (rows) => tell(`  ${count(rows, 'row')} …`),
    })
    report(verified, (performance.now() - started) / 1_000)
  })
}

try {
  await main()
} catch (error) {
  const isSaid = error instanceof UsageError || error instanceof SettingError
  process.stderr.write(
    `${isSaid ? error.message : (sentenceFor(error, process.env.VIREL_DATA_DIR ?? '.data') ?? String(error))}\n`,
  )
  process.exitCode = 2
}
