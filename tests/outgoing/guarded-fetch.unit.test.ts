import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buildConnector } from 'undici'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { isPublicAddress } from '#server/outgoing/check-target.ts'
import { createGuardedFetch, type GuardSettings } from '#server/outgoing/guarded-fetch.ts'
import { OutgoingRefusal } from '#server/outgoing/outgoing-refusal.ts'

/** Whatever reaches this server came through the guard. */
let port: number
let connections = 0
let seen: { url?: string; method?: string; headers: Record<string, unknown> }[] = []
let answer: RequestListener
const server = createServer((request, response) => {
  seen.push({ url: request.url, method: request.method, headers: request.headers })
  request.resume()
  answer(request, response)
})
server.on('connection', () => {
  connections += 1
})
beforeAll(async () => {
  // All addresses of this machine, of both families.
  await new Promise<void>((resolve) => server.listen(0, '::', resolve))
  port = (server.address() as AddressInfo).port
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})
beforeEach(() => {
  connections = 0
  seen = []
  answer = (_request, response) => response.end('hello')
})

const PUBLIC = '93.184.215.14'
const open = (more: Partial<GuardSettings> = {}): GuardSettings => ({
  mode: 'test',
  allowHttp: true,
  ports: [port, 80, 443],
  totalMs: 10_000,
  resolve: async () => [PUBLIC],
  ...more,
})
async function refusalOf(url: string, settings: Partial<GuardSettings> = {}, request = {}): Promise<OutgoingRefusal> {
  try {
    await createGuardedFetch(open(settings))(url, request)
  } catch (error) {
    if (error instanceof OutgoingRefusal) return error
    throw error
  }
  throw new Error(`${url} was fetched`)
}

/** Hosts that lead inside, spelled so that a careless check lets them through. */
const HOSTS = [
  'localhost',
  'LOCALHOST',
  'localhost.',
  'foo.localhost',
  'localhost.localdomain',
  'ip6-localhost',
  'router.lan',
  'printer.local',
  'db.internal',
  'metadata.google.internal',
  'virel',
  '127.0.0.1',
  '127.0.0.1.',
  '127.1',
  '127.0.1',
  '127.255.255.254',
  '2130706433',
  '0x7f000001',
  '0x7f.1',
  '0x7f.0x0.0x0.0x1',
  '017700000001',
  '0177.0.0.1',
  '0177.0.0.01',
  '127.0.0.0x1',
  '%31%32%37.0.0.1',
  '①②⑦.⓪.⓪.①',
  '127。0。0。1',
  '０ｘ７ｆ.1',
  '0',
  '0.0.0.0',
  '0.1.2.3',
  '10.0.0.1',
  '10.1',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.0.1',
  '192.168.1',
  '3232235521',
  '100.64.0.1',
  '100.127.255.255',
  '169.254.169.254',
  '0xa9fea9fe',
  '2852039166',
  '192.0.0.1',
  '192.0.2.1',
  '192.88.99.1',
  '198.18.0.1',
  '198.51.100.1',
  '203.0.113.1',
  '224.0.0.1',
  '239.255.255.255',
  '240.0.0.1',
  '255.255.255.255',
  '[::]',
  '[::1]',
  '[0:0:0:0:0:0:0:1]',
  '[::127.0.0.1]',
  '[::7f00:1]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[::ffff:0:127.0.0.1]',
  '[::ffff:169.254.169.254]',
  '[::ffff:93.184.215.14]',
  '[64:ff9b::127.0.0.1]',
  '[64:ff9b::5db8:d70e]',
  '[64:ff9b:1::7f00:1]',
  '[2002:7f00:1::]',
  '[2002:5db8:d70e::1]',
  '[2001:0:7f00:1::]',
  '[2001:db8::1]',
  '[100::1]',
  '[fc00::1]',
  '[fd12:3456:789a::1]',
  '[fe80::1]',
  '[fec0::1]',
  '[ff02::1]',
  '[4000::1]',
  '[5f00::1]',
]
/** Addresses that are no target for other reasons. */
const URLS = [
  'ftp://example.com/',
  'file:///etc/passwd',
  'gopher://example.com/',
  'data:text/plain,x',
  'javascript:alert(1)',
  'unix:/var/run/docker.sock',
  'https://user:password@example.com/',
  'https://user@example.com/',
  'https://example.com@127.0.0.1/',
  'https://example.com:22/',
  'https://example.com:6379/',
  'https://example.com:0/',
  'https://example.com./',
  'https://[fe80::1%25eth0]/',
  'https://[::1/',
  'https://exa mple.com/',
  'https://',
  '//example.com/',
  'example.com',
  '',
]

describe('addresses that are no target (S8)', () => {
  test(`${HOSTS.length} spellings of forbidden hosts, by http and https: none is connected to`, async () => {
    for (const host of HOSTS) {
      for (const url of [`http://${host}:${port}/`, `https://${host}:${port}/`, `http://${host}/`, `https://${host}/`]) {
        // A resolver that lies must not help.
        const { reason, mayHaveArrived } = await refusalOf(url)
        expect([url, reason, mayHaveArrived]).toEqual([url, 'forbidden_target', false])
      }
    }
    expect(connections).toBe(0)
  })

  test('other schemes, ports, credentials and what is no address are refused with a sentence', async () => {
    for (const url of URLS) {
      const { reason, message } = await refusalOf(url, { ports: undefined })
      expect([url, reason]).toEqual([url, 'forbidden_target'])
      expect(message).toMatch(/^[A-Z].*\.$/)
      expect(message).not.toContain('password@')
    }
    expect((await refusalOf('http://example.com/', { allowHttp: false, ports: undefined })).message).toContain('https://')
  })

  test('a name is refused when any of its addresses is forbidden, whatever the others are', async () => {
    for (const bad of [
      '127.0.0.1',
      '10.0.0.8',
      '169.254.169.254',
      '::1',
      '::ffff:10.0.0.8',
      'fd00::8',
      '64:ff9b::a00:8',
      'not an address',
    ]) {
      for (const addresses of [[bad], [PUBLIC, bad], [bad, PUBLIC]]) {
        expect((await refusalOf('https://hooks.example.com/', { resolve: async () => addresses })).reason).toBe(
          'forbidden_target',
        )
      }
    }
    expect((await refusalOf('https://hooks.example.com/', { resolve: async () => [] })).reason).toBe('unknown_name')
    const unknown = async () => Promise.reject(new Error('ENOTFOUND'))
    expect((await refusalOf('https://hooks.example.com/', { resolve: unknown })).reason).toBe('unknown_name')
    expect(connections).toBe(0)
  })

  test('public addresses are public', () => {
    const ok = [PUBLIC, '1.1.1.1', '223.255.255.254', '2606:4700:4700::1111', '2a00:1450:4001:80b::200e']
    expect(ok.filter((address) => !isPublicAddress(address))).toEqual([])
  })
})

/** Where sockets would lead. Those to this machine are made, others fail as the network would. */
function recorder() {
  const made: { to: string; servername?: string }[] = []
  const real = buildConnector({ timeout: 1_000 })
  const connector: buildConnector.connector = (options, callback) => {
    made.push({ to: options.hostname, servername: options.servername })
    if (['127.0.0.1', '::1'].includes(options.hostname)) real(options, callback)
    else callback(Object.assign(new Error('no route'), { code: 'ENETUNREACH' }), null)
  }
  return { made, connector }
}
/** Public when first asked, this machine when asked again. */
function changingName() {
  let asked = 0
  return { resolve: async () => [asked++ === 0 ? PUBLIC : '127.0.0.1'], asked: () => asked }
}

describe('a name that answers otherwise after the check (S8)', () => {
  test('is not asked again: the socket goes to the checked address, TLS to the name', async () => {
    for (const scheme of ['http', 'https']) {
      const { made, connector } = recorder()
      const name = changingName()
      const refusal = await refusalOf(`${scheme}://hooks.example.com:${port}/`, { resolve: name.resolve, connector })
      expect(refusal.reason).toBe('unreachable')
      expect(made).toEqual([{ to: PUBLIC, servername: scheme === 'https' ? 'hooks.example.com' : undefined }])
      expect(name.asked()).toBe(1)
    }
    expect(connections).toBe(0)
  })

  test('negative control: checked before and connected by name, it gets in', async () => {
    const { connector } = recorder()
    const settings = open({ resolve: changingName().resolve, connector, faults: { connectByName: true } })
    const { status } = await createGuardedFetch(settings)(`http://hooks.example.com:${port}/`)
    expect([status, connections]).toEqual([200, 1])
  })
})

describe('stand-ins', () => {
  const fetchStandIn = (path = '/', request = {}, more: Partial<GuardSettings> = {}) =>
    createGuardedFetch(open({ standIns: [`127.0.0.1:${port}`], ...more }))(`http://127.0.0.1:${port}${path}`, request)

  test('are reached where a setting names them, by exactly that spelling', async () => {
    const got = await fetchStandIn('/x', { method: 'POST', body: '{}', headers: { Cookie: 'a=b', 'X-Key': 'k' } })
    expect([got.status, got.text()]).toEqual([200, 'hello'])
    expect(seen).toMatchObject([{ url: '/x', method: 'POST', headers: { 'x-key': 'k', 'user-agent': 'Virel/1' } }])
    expect(seen[0]?.headers.cookie).toBeUndefined()
    expect((await refusalOf(`http://localhost:${port}/`, { standIns: [`127.0.0.1:${port}`] })).reason).toBe('forbidden_target')
    expect(() => createGuardedFetch(open({ mode: 'production', standIns: ['127.0.0.1:1'] }))).toThrow('not for production')
  })

  const redirectTo = (location: string, status = 302) => {
    answer = (request, response) => {
      if (request.url === '/end') return response.end('the end')
      response.writeHead(status, { location }).end()
    }
  }

  test('a redirect is checked as the first address was', async () => {
    const inside = [
      'http://169.254.169.254/latest/meta-data',
      'http://[::1]/',
      'file:///etc/passwd',
      `http://localhost:${port}/`,
      'http://2130706433/',
    ]
    for (const location of [...inside, `//127.0.0.2:${port}/`, 'http://user:pw@example.com/']) {
      redirectTo(location)
      await expect(fetchStandIn()).rejects.toMatchObject({ reason: 'forbidden_target' })
    }
    expect(connections).toBe(inside.length + 2)
    redirectTo('http://[')
    await expect(fetchStandIn()).rejects.toMatchObject({ reason: 'forbidden_redirect' })
  })

  test('the own path is followed, a circle is left after three', async () => {
    redirectTo('/end')
    expect((await fetchStandIn()).text()).toBe('the end')
    redirectTo('/again')
    seen = []
    await expect(fetchStandIn()).rejects.toMatchObject({ reason: 'too_many_redirects', mayHaveArrived: true })
    expect(seen).toHaveLength(4)
  })

  test('another origin is told nothing that proves who asks, and not what was sent', async () => {
    const other = createServer((request, response) => {
      seen.push({ url: request.url, method: request.method, headers: request.headers })
      response.end('other')
    })
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => {
      other.close()
    })
    const otherPort = (other.address() as AddressInfo).port
    const standIns = [`127.0.0.1:${port}`, `127.0.0.1:${otherPort}`]
    const headers = { Authorization: 'Bearer secret', 'X-Signature': 'secret', Accept: 'text/plain' }
    redirectTo(`http://127.0.0.1:${otherPort}/end`)
    expect((await fetchStandIn('/', { method: 'POST', body: 'secret', headers }, { standIns })).text()).toBe('other')
    expect(seen[1]).toMatchObject({ method: 'GET', headers: { accept: 'text/plain' } })
    expect(JSON.stringify(seen[1])).not.toContain('secret')
    redirectTo(`http://127.0.0.1:${otherPort}/end`, 307)
    await expect(fetchStandIn('/', { method: 'POST', body: 'secret' }, { standIns })).rejects.toMatchObject({
      reason: 'forbidden_redirect',
    })
  })

  test('an answer that is too large, too slow or never begins is given up, and may have arrived', async () => {
    answer = (_request, response) => response.end('x'.repeat(2_000))
    await expect(fetchStandIn('/', {}, { maxBytes: 1_000 })).rejects.toMatchObject({ reason: 'too_large', mayHaveArrived: true })
    // Without a length.
    answer = (_request, response) => {
      for (let i = 0; i < 20; i++) response.write('x'.repeat(100))
      response.end()
    }
    await expect(fetchStandIn('/', {}, { maxBytes: 1_000 })).rejects.toMatchObject({ reason: 'too_large' })
    answer = () => {}
    await expect(fetchStandIn('/', {}, { totalMs: 1_500 })).rejects.toMatchObject({ reason: 'too_slow', mayHaveArrived: true })
    answer = (_request, response) => {
      const timer = setInterval(() => response.write('x'), 10)
      response.on('close', () => clearInterval(timer))
    }
    await expect(fetchStandIn('/', {}, { totalMs: 1_500 })).rejects.toMatchObject({ reason: 'too_slow' })
    const never = () => new Promise<string[]>(() => {})
    expect(await refusalOf('https://hooks.example.com/', { resolve: never, totalMs: 50 })).toMatchObject({
      reason: 'too_slow',
      mayHaveArrived: false,
    })
  })

  test('an answer cut off midway or an open door nobody answers at is unreachable', async () => {
    answer = (_request, response) => {
      response.writeHead(200, { 'content-length': '100' })
      response.write('x', () => response.destroy())
    }
    await expect(fetchStandIn()).rejects.toMatchObject({ reason: 'unreachable', mayHaveArrived: true })
    const closed = createGuardedFetch(open({ standIns: ['127.0.0.1:1'] }))
    await expect(closed('http://127.0.0.1:1/')).rejects.toMatchObject({ reason: 'unreachable', mayHaveArrived: false })
  })
})
