import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { REQUESTS_PER_MINUTE, type RequestRates } from '#server/http/request-limits.ts'

const blankIsUnset = (value: unknown) => (typeof value === 'string' && value.trim() === '' ? undefined : value)
const text = z.preprocess(blankIsUnset, z.string().optional())
const wholeNumber = (least: number, most: number, otherwise: number) => {
  const error = `must be a whole number from ${least} to ${most}`
  return z.preprocess(
    blankIsUnset,
    z
      .string()
      .regex(/^\d{1,9}$/, error)
      .transform(Number)
      .pipe(z.number().min(least, error).max(most, error))
      .default(otherwise),
  )
}
const oneOf = <T extends string>(values: readonly T[], otherwise: NoInfer<T>) =>
  z.preprocess(blankIsUnset, z.enum(values, `must be one of ${values.join(', ')}`).default(otherwise))

const onOrOff = z.preprocess(
  blankIsUnset,
  z
    .enum(['1', '0', 'true', 'false', 'on', 'off'], 'must be on or off')
    .transform((value) => ['1', 'true', 'on'].includes(value))
    .optional(),
)

/** Every setting there is; .env.example explains each. A message continues "The setting NAME …" and shows no value: it may be a secret. */
const schema = z.object({
  NODE_ENV: oneOf(['development', 'production', 'test'], 'production'),
  PORT: wholeNumber(0, 65_535, 3_000),
  HOST: z.preprocess(blankIsUnset, z.string().default('127.0.0.1')),
  APP_URL: z.preprocess(
    blankIsUnset,
    z
      .url({ protocol: /^https?$/, error: 'must be an address such as https://ops.example.com' })
      .transform((url) => url.replace(/\/+$/, ''))
      .optional(),
  ),
  DATABASE_URL: z.preprocess(
    blankIsUnset,
    z
      .string()
      .regex(/^postgres(ql)?:\/\/./, 'must be an address such as postgres://user:password@host/database')
      .optional(),
  ),
  VIREL_DATA_DIR: z.preprocess(blankIsUnset, z.string().default('.data')).transform((path) => resolve(path)),
  VIREL_DEMO: onOrOff,
  REQUIRE_SECOND_FACTOR: onOrOff,
  SECRET_KEY: z.preprocess(blankIsUnset, z.string().min(32, 'must have at least 32 characters').optional()),
  SECRET_KEY_BEFORE: z.preprocess(blankIsUnset, z.string().min(32, 'must have at least 32 characters').optional()),
  AUDIT_HEADS_FILE: text,
  LOG_LEVEL: oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], 'info'),
  TRUST_PROXY: wholeNumber(0, 10, 0),
  REQUESTS_PER_MINUTE_USER: wholeNumber(1, 100_000_000, REQUESTS_PER_MINUTE.user),
  REQUESTS_PER_MINUTE_KEY: wholeNumber(1, 100_000_000, REQUESTS_PER_MINUTE.key),
  REQUESTS_PER_MINUTE_STRANGER: wholeNumber(1, 100_000_000, REQUESTS_PER_MINUTE.stranger),
  STRIPE_SECRET_KEY: text,
  STRIPE_PUBLISHABLE_KEY: text,
  STRIPE_WEBHOOK_SECRET: text,
  STRIPE_WEBHOOK_SECRET_BEFORE: text,
  STRIPE_SIMULATOR_URL: z.preprocess(
    blankIsUnset,
    z.url({ protocol: /^http$/, hostname: /^(127\.0\.0\.1|localhost)$/, error: 'must be an address of this machine' }).optional(),
  ),
  RESEND_API_KEY: text,
  TWILIO_ACCOUNT_SID: text,
  TWILIO_AUTH_TOKEN: text,
  TWILIO_FROM: text,
  TELEGRAM_RECEPTION_TOKEN: text,
  TELEGRAM_ALERTS_TOKEN: text,
})

export const SETTING_NAMES = Object.keys(schema.shape)

/** A provider has all its keys or none. */
const GROUPS = [
  // Its publishable key is needed by the page where cards are typed alone; without it that page says so.
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
export function parseEnv(source: Readonly<Record<string, string | undefined>>): StartEnv {
  const parsed = schema.safeParse(source)
  if (!parsed.success) {
    const said = parsed.error.issues.map((issue) => `The setting ${String(issue.path[0])} ${issue.message}.`)
    throw new SettingError([...new Set(said)].join(' '))
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

/** The present key first; the one it replaces still opens what it sealed. */
export function secretKeysOf(env: Pick<Env, 'SECRET_KEY' | 'SECRET_KEY_BEFORE'>): [string, ...string[]] {
  return env.SECRET_KEY_BEFORE === undefined ? [env.SECRET_KEY] : [env.SECRET_KEY, env.SECRET_KEY_BEFORE]
}

export function requestRatesOf(env: Env): RequestRates {
  return {
    user: env.REQUESTS_PER_MINUTE_USER,
    key: env.REQUESTS_PER_MINUTE_KEY,
    stranger: env.REQUESTS_PER_MINUTE_STRANGER,
  }
}

/** Where the heads of the audit log are kept outside the database. */
export function auditHeadsFile(env: Pick<StartEnv, 'AUDIT_HEADS_FILE' | 'VIREL_DATA_DIR'>): string {
  return env.AUDIT_HEADS_FILE ?? join(env.VIREL_DATA_DIR, 'audit-heads.log')
}
