import pino, { type DestinationStream, type Logger } from 'pino'

/** Values under these names are never written to a log, however deep they stand. */
const SECRET_NAME =
  /authorization|cookie|passw|passphrase|token|secret|totp|(^|_)otp|recovery|credential|api_?key|private_?key|^key$|sealed|signature|^code$/i
/** What gives itself away by its form, whatever text it stands in: keys and tokens of ours, and passwords in addresses. */
const SECRET_FORMS: [RegExp, string][] = [
  [/vk_[a-z0-9]{8}_[\w-]{43}/g, 'vk_[hidden]'],
  [/\bBearer [\w.~+/=-]+/gi, 'Bearer [hidden]'],
  [/\bv1\.[0-9a-f]{8}\.[\w-]{30,}/g, '[hidden]'],
  [/(\w+:\/\/[^\s:/@"]+):[^\s@/"]+@/g, '$1:[hidden]@'],
]
/** Deeper or longer things are not logged whole. */
const DEEPEST = 6
const LONGEST = 100

/** A copy without secrets. */
function hidden(value: unknown, depth = 0): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  if (value instanceof Error) return describeError(value, depth)
  if (depth >= DEEPEST) return '[deeper]'
  if (Array.isArray(value)) return value.slice(0, LONGEST).map((item) => hidden(item, depth + 1))
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, LONGEST)
      .map(([name, inner]) => [name, SECRET_NAME.test(name) && inner !== null ? '[hidden]' : hidden(inner, depth + 1)]),
  )
}

/** What PostgreSQL says of a failed statement besides its words. Not `detail` and `where`: they quote the row. */
const ERROR_FACTS = [
  'code',
  'severity',
  'schema',
  'table',
  'column',
  'constraint',
  'routine',
  'reason',
  'address',
  'port',
  'syscall',
] as const

function describeError(error: Error, depth: number): Record<string, unknown> {
  const facts = ERROR_FACTS.flatMap((name) => {
    const value: unknown = Object.getOwnPropertyDescriptor(error, name)?.value
    return value === undefined ? [] : [[name, hidden(value, depth + 1)] as const]
  })
  const described = { type: error.name, message: error.message, stack: error.stack, ...Object.fromEntries(facts) }
  return error.cause === undefined || depth >= DEEPEST ? described : { ...described, cause: hidden(error.cause, depth + 1) }
}

/** The log of a process: one JSON line an entry, to standard output unless a destination is given. No secrets: see above. */
export function createLogger(name: string, level: string, destination?: DestinationStream): Logger {
  return pino(
    {
      name,
      level,
      formatters: {
        log: (entry) =>
          Object.fromEntries(
            Object.entries(entry).map(([key, value]) => [key, SECRET_NAME.test(key) ? '[hidden]' : hidden(value)]),
          ),
      },
      // Errors were described above.
      serializers: { err: (described: unknown) => described },
      hooks: { streamWrite: withoutSecrets },
    },
    destination ?? pino.destination(1),
  )
}

/** Text that came from elsewhere, such as an error's, without what is a secret by its form. */
export function withoutSecrets(text: string): string {
  return SECRET_FORMS.reduce((left, [form, instead]) => left.replace(form, instead), text)
}

/** An address as it may be logged: without its query, and without what could be a link's secret. Ids stay. */
export function loggedPath(path: string): string {
  const id = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
  const segments = path.split('?', 1)[0]?.split('/') ?? []
  return segments
    .map((segment) => (segment.length >= 24 && !id.test(segment) ? '[hidden]' : segment))
    .join('/')
    .slice(0, 300)
}
