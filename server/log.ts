import pino, { type Logger } from 'pino'

/** Never written to a log, wherever they stand. */
const SECRETS = ['password', 'token', 'secret', 'authorization', 'cookie', 'secretKey', 'key']

/** The log of a process: one JSON line an entry. Secrets are blanked by name at the first two levels. */
export function createLogger(name: string, level: string): Logger {
  return pino({
    name,
    level,
    redact: { paths: SECRETS.flatMap((secret) => [secret, `*.${secret}`, `req.headers.${secret}`]), censor: '[hidden]' },
  })
}
