import ipaddr from 'ipaddr.js'

const BROWSERS = [
  [/Edg\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/Firefox\//, 'Firefox'],
  [/Chrome\//, 'Chrome'],
  [/Safari\//, 'Safari'],
  [/^curl\//, 'curl'],
  [/^(node|undici)/i, 'Node.js'],
  [/^python/i, 'Python'],
] as const
const SYSTEMS = [
  [/iPhone|iPad/, 'iOS'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/Mac OS X/, 'macOS'],
  [/CrOS/, 'ChromeOS'],
  [/Linux/, 'Linux'],
] as const

/** What people call a browser by, from what it says of itself: "Firefox on Windows". */
export function deviceName(agent: string | null): string {
  if (!agent) return 'Unknown device'
  const browser = BROWSERS.find(([pattern]) => pattern.test(agent))?.[1]
  const system = SYSTEMS.find(([pattern]) => pattern.test(agent))?.[1]
  if (!browser) return agent.slice(0, 60)
  return system ? `${browser} on ${system}` : browser
}

/** Where an address is, as far as the address itself tells; the address is shown beside it. */
export function placeOf(ip: string | null): string {
  if (!ip || !ipaddr.isValid(ip)) return 'Address not known'
  const range = ipaddr.process(ip).range()
  if (range === 'loopback') return 'This computer'
  if (range === 'private' || range === 'uniqueLocal' || range === 'linkLocal') return 'Local network'
  return 'Internet'
}
