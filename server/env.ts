import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { z } from 'zod'

const blankIsUnset = (value: unknown) => (value === '' ? undefined : value)
const optionalText = z.preprocess(blankIsUnset, z.string().optional())
const port = z.preprocess(blankIsUnset, z.coerce.number('is a port number').int().min(0).max(65_535).default(3000))
const onOff = z.preprocess(
  blankIsUnset,
  z
    .enum(['1', '0', 'true', 'false', 'on', 'off'], 'is on or off')
    .transform((value) => ['1', 'true', 'on'].includes(value))
    .optional(),
)

/** Every setting there is; .env.example explains each. */
const schema = z.object({
  NODE_ENV: z.preprocess(blankIsUnset, z.enum(['development', 'production', 'test']).default('production')),
  PORT: port,
  HOST: z.preprocess(blankIsUnset, z.string().default('127.0.0.1')),
  APP_URL: z.preprocess(
    blankIsUnset,
    z
      .url({ protocol: /^https?$/, error: 'is an address such as https://ops.example.com' })
      .transform((url) => url.replace(/\/+$/, ''))
      .optional(),
  ),
  DATABASE_URL: z.preprocess(
    blankIsUnset,
    z
      .string()
      .regex(/^postgres(ql)?:\/\//, 'is an address such as postgres://user:password@host/database')
      .optional(),
  ),
  VIREL_DATA_DIR: z.preprocess(blankIsUnset, z.string().default('.data')).transform((path) => resolve(path)),
  VIREL_DEMO: onOff,
  SECRET_KEY: z.preprocess(blankIsUnset, z.string().min(32, 'has at least 32 characters').optional()),
  LOG_LEVEL: z.preprocess(blankIsUnset, z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info')),
  TRUST_PROXY: z.preprocess(blankIsUnset, z.coerce.number('is how many proxies stand in front').int().min(0).max(10).default(0)),
  STRIPE_SECRET_KEY: optionalText,
  STRIPE_WEBHOOK_SECRET: optionalText,
  RESEND_API_KEY: optionalText,
  TWILIO_ACCOUNT_SID: optionalText,
  TWILIO_AUTH_TOKEN: optionalText,
  TWILIO_FROM: optionalText,
  TELEGRAM_RECEPTION_TOKEN: optionalText,
  TELEGRAM_ALERTS_TOKEN: optionalText,
})

/** A provider has all its keys or none. */
const GROUPS = [
  ['STRIPE_SECRET_KEY', 'STRIPE_WEBHOOK_SECRET'],
  ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN', 'TWILIO_FROM'],
  ['TELEGRAM_RECEPTION_TOKEN', 'TELEGRAM_ALERTS_TOKEN'],
] as const

type Parsed = z.output<typeof schema>
/** Settings of a process that has its database. */
export type Env = Omit<Parsed, 'DATABASE_URL' | 'SECRET_KEY' | 'APP_URL'> & {
  DATABASE_URL: string
  SECRET_KEY: string
  APP_URL: string
}
/** Settings of the start command, which may bring the database itself. */
export type StartEnv = Omit<Parsed, 'APP_URL'> & { APP_URL: string }

/** A setting that can't be used; the message names it and says what it should be. */
export class SettingError extends Error {}

/** Reads settings from `.env` (if there is one) and the given environment. Throws SettingError. */
export function parseEnv(source: NodeJS.ProcessEnv): StartEnv {
  const parsed = schema.safeParse(source)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new SettingError(`The setting ${String(issue?.path[0])} ${issue?.message ?? 'can not be used'}.`)
  }
  for (const group of GROUPS) {
    const missing = group.filter((name) => parsed.data[name] === undefined)
    if (missing.length > 0 && missing.length < group.length) {
      throw new SettingError(`The setting ${missing.join(', ')} is missing: give all of ${group.join(', ')}, or none.`)
    }
  }
  return { ...parsed.data, APP_URL: parsed.data.APP_URL ?? `http://localhost:${parsed.data.PORT}` }
}

export function loadDotEnv(): void {
  if (existsSync('.env')) process.loadEnvFile('.env')
}

/** Settings of `npm run web`, `worker` and `migrate` (which needs no secret). Says in one sentence what is wrong and ends the process. */
export function readEnv({ secret = true } = {}): Env {
  try {
    loadDotEnv()
    const env = parseEnv(process.env)
    const { DATABASE_URL, SECRET_KEY } = env
    if (DATABASE_URL === undefined) {
      throw new SettingError(
        'The setting DATABASE_URL is missing: name a PostgreSQL 15 or newer, or use "npm start", which brings its own.',
      )
    }
    if (SECRET_KEY === undefined && secret)
      throw new SettingError('The setting SECRET_KEY is missing: give at least 32 random characters, the same for all processes.')
    return { ...env, DATABASE_URL, SECRET_KEY: SECRET_KEY ?? '' }
  } catch (error) {
    if (!(error instanceof SettingError)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exit(1)
  }
}
