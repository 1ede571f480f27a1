import { Agent, buildConnector, type Dispatcher, request } from 'undici'
import { checkTarget, resolveBySystem, type Target, type TargetRules } from './check-target.ts'
import { OutgoingRefusal } from './outgoing-refusal.ts'

export interface GuardSettings extends TargetRules {
  /** How long: until connected, until the answer begins, altogether with all redirects. */
  connectMs?: number
  headersMs?: number
  totalMs?: number
  /** Larger answers are refused. */
  maxBytes?: number
  maxRedirects?: number
  mode: 'production' | 'development' | 'test'
  /** How sockets are made; tests record where they would lead. */
  connector?: buildConnector.connector
  /** Set only by tests that must see the safeguard fail when it is switched off. */
  faults?: { connectByName?: boolean }
}

export interface OutgoingRequest {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  headers?: Readonly<Record<string, string>>
  body?: string
}

export interface OutgoingAnswer {
  status: number
  headers: Readonly<Record<string, string | string[] | undefined>>
  /** Where the answer came from, after redirects. */
  url: string
  bytes: Buffer
  text(): string
}

export type GuardedFetch = (url: string, request?: OutgoingRequest) => Promise<OutgoingAnswer>

const USER_AGENT = 'Virel/1'
const REDIRECTS = new Set([301, 302, 303, 307, 308])
/** What may be told to another origin after a redirect: nothing that could prove who asks. */
const HARMLESS = new Set(['accept', 'accept-language', 'content-type'])

/**
 * The only way out to an address that a person or a partner gave. Each hop is checked (checkTarget), its name is resolved
 * once, and the socket is opened to that very address: a name that answers otherwise a moment later changes nothing. No
 * cookies, no proxy from the environment, no connection is kept. Throws OutgoingRefusal.
 */
export function createGuardedFetch(settings: GuardSettings): GuardedFetch {
  const { mode, standIns = [], totalMs = 15_000, maxRedirects = 3 } = settings
  if (mode === 'production' && standIns.length > 0) throw new Error('stand-ins are not for production')
  return async (url, asked = {}) => {
    const deadline = AbortSignal.timeout(totalMs)
    let next = url
    let hop: Required<OutgoingRequest> | (OutgoingRequest & { method: string }) = { ...asked, method: asked.method ?? 'GET' }
    for (let redirects = 0; redirects <= maxRedirects; redirects++) {
      const target = await inTime(checkTarget(next, settings), deadline)
      const answer = await askOnce(target, hop, settings, deadline)
      const location = answer.headers.location
      if (!REDIRECTS.has(answer.status) || typeof location !== 'string') return answer
      next = nextAddress(location, target.url)
      hop = afterRedirect(hop, answer.status, new URL(next).origin !== target.url.origin)
    }
    throw new OutgoingRefusal('too_many_redirects', 'The address redirects too often.', { mayHaveArrived: true })
  }
}

function nextAddress(location: string, from: URL): string {
  if (!URL.canParse(location, from)) {
    throw new OutgoingRefusal('forbidden_redirect', 'The address redirects to something that is no address.', {
      mayHaveArrived: true,
    })
  }
  const next = new URL(location, from)
  if (from.protocol === 'https:' && next.protocol !== 'https:') {
    throw new OutgoingRefusal('forbidden_redirect', 'The address redirects from https to something less safe.', {
      mayHaveArrived: true,
    })
  }
  return next.href
}

/** As browsers do; but what was sent to one origin is not handed to another. */
function afterRedirect(
  hop: OutgoingRequest,
  status: number,
  crossesOrigin: boolean,
): OutgoingRequest & { method: NonNullable<OutgoingRequest['method']> } {
  const method = hop.method ?? 'GET'
  const becomesGet = status === 303 || (status < 303 && method === 'POST')
  if (!becomesGet && method !== 'GET' && crossesOrigin) {
    throw new OutgoingRefusal('forbidden_redirect', 'The address redirects what was sent to another server.', {
      mayHaveArrived: true,
    })
  }
  const headers = Object.fromEntries(
    Object.entries(hop.headers ?? {}).filter(([name]) => !crossesOrigin || HARMLESS.has(name.toLowerCase())),
  )
  return becomesGet ? { method: 'GET', headers } : { ...hop, method, headers }
}

async function askOnce(
  target: Target,
  asked: OutgoingRequest,
  settings: GuardSettings,
  deadline: AbortSignal,
): Promise<OutgoingAnswer> {
  const { url } = target
  const agent = new Agent({
    connect: connectorTo(target, settings),
    connections: 1,
    pipelining: 0,
    allowH2: false,
    maxHeaderSize: 16_384,
    headersTimeout: settings.headersMs ?? 10_000,
    bodyTimeout: settings.headersMs ?? 10_000,
  })
  let connected = false
  agent.on('connect', () => {
    connected = true
  })
  try {
    const answer = await request(url, {
      dispatcher: agent,
      method: asked.method ?? 'GET',
      headers: { 'accept-encoding': 'identity', ...lowerCased(asked.headers), 'user-agent': USER_AGENT },
      body: asked.body ?? null,
      signal: deadline,
    })
    const bytes = await readUpTo(answer, settings.maxBytes ?? 1_048_576)
    return { status: answer.statusCode, headers: answer.headers, url: url.href, bytes, text: () => bytes.toString('utf8') }
  } catch (error) {
    throw asRefusal(error, url, connected, deadline)
  } finally {
    void agent.destroy().catch(() => {})
  }
}

/** Opens the socket to the checked address; TLS still asks for the certificate of the name. */
function connectorTo({ url, address }: Target, settings: GuardSettings): buildConnector.connector {
  const connect =
    settings.connector ?? buildConnector({ timeout: settings.connectMs ?? 5_000, allowH2: false, maxCachedSessions: 0 })
  const name = url.hostname.replace(/^\[|\]$/g, '')
  return (options, callback) => {
    const open = (to: string) =>
      connect({ ...options, hostname: to, servername: options.protocol === 'https:' && name !== to ? name : undefined }, callback)
    if (!settings.faults?.connectByName) return open(address)
    void (settings.resolve ?? resolveBySystem)(name).then(([again = address]) => open(again))
  }
}

function lowerCased(headers: OutgoingRequest['headers'] = {}): Record<string, string> {
  const kept = Object.entries(headers).map(([name, value]): [string, string] => [name.toLowerCase(), value])
  return Object.fromEntries(kept.filter(([name]) => name !== 'cookie' && name !== 'host'))
}

async function readUpTo({ body, headers }: Dispatcher.ResponseData, most: number): Promise<Buffer> {
  const tooLarge = () => {
    // Nobody listens to it any more.
    body.on('error', () => {}).destroy()
    return new OutgoingRefusal('too_large', `The answer is larger than ${most} bytes.`, { mayHaveArrived: true })
  }
  if (Number(headers['content-length'] ?? 0) > most) throw tooLarge()
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    if (size > most) throw tooLarge()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function asRefusal(error: unknown, url: URL, connected: boolean, deadline: AbortSignal): OutgoingRefusal {
  if (error instanceof OutgoingRefusal) return error
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const slow = deadline.aborted || /TIMEOUT/.test(code)
  return slow
    ? new OutgoingRefusal('too_slow', `${url.hostname} did not answer in time.`, { mayHaveArrived: connected, cause: error })
    : new OutgoingRefusal('unreachable', `${url.hostname} could not be reached.`, { mayHaveArrived: connected, cause: error })
}

/** The promise, unless the time is up before it. */
function inTime<T>(work: Promise<T>, deadline: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = () => reject(new OutgoingRefusal('too_slow', 'The address could not be looked up in time.'))
    if (deadline.aborted) return late()
    deadline.addEventListener('abort', late, { once: true })
    work.then(resolve, reject).finally(() => deadline.removeEventListener('abort', late))
  })
}
