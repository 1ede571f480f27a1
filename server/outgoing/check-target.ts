import { lookup } from 'node:dns/promises'
import ipaddr from 'ipaddr.js'
import { OutgoingRefusal } from './outgoing-refusal.ts'

/** All addresses of a name, as the system knows them. */
export type Resolve = (name: string) => Promise<readonly string[]>

export interface TargetRules {
  /** Plain http too. Off unless named: what is sent could be read and changed on the way. */
  allowHttp?: boolean
  /** 443, and 80 with plain http, unless named. */
  ports?: readonly number[]
  /** `host:port` of stand-ins for providers on this machine or network. Never in production. */
  standIns?: readonly string[]
  resolve?: Resolve
}

export interface Target {
  url: URL
  /** The one address to connect to: it was checked, and its name is not asked again. */
  address: string
}

export const resolveBySystem: Resolve = async (name) => {
  const found = await lookup(name, { all: true, verbatim: true })
  return found.map(({ address }) => address)
}

/** Names that never leave this machine or its network, whatever they resolve to. */
const LOCAL_NAMES = /(^|\.)(localhost|localdomain|local|internal|intranet|lan|home|corp|private|home\.arpa|test|invalid|onion)$/

/** An address the whole world can reach. Anything that carries or hides another address (mapped, NAT64, 6to4, Teredo) is none. */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text)) return false
  const address = ipaddr.parse(text)
  if (address.range() !== 'unicast') return false
  if (address.kind() === 'ipv4') return true
  // All that was ever given out is in 2000::/3; `::127.0.0.1` and what nobody owns yet are not.
  return (address.toByteArray()[0] ?? 0) >> 5 === 1
}

function refuse(sentence: string): never {
  throw new OutgoingRefusal('forbidden_target', sentence)
}

/**
 * Reads an address that came from a person or a partner and decides where a request to it may connect. Throws
 * OutgoingRefusal `forbidden_target` unless it leads, by each of its addresses, to the public internet; `unknown_name` when
 * its name is unknown.
 */
export async function checkTarget(text: string | URL, rules: TargetRules): Promise<Target> {
  if (!URL.canParse(String(text))) refuse('This is not an address.')
  const url = new URL(String(text))
  if (url.protocol !== 'https:' && url.protocol !== 'http:') refuse('The address must begin with https://.')
  if (url.username !== '' || url.password !== '') refuse('The address must not carry a user or a password.')
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port)
  // URL has read decimal, octal, hex and short spellings of IPv4 as what they are.
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const isStandIn = rules.standIns?.includes(`${host}:${port}`) ?? false
  if (!isStandIn) {
    if (url.protocol === 'http:' && !rules.allowHttp) refuse('The address must begin with https://.')
    const ports = rules.ports ?? (rules.allowHttp ? [80, 443] : [443])
    if (!ports.includes(port)) refuse(`Port ${port} is not allowed.`)
    if (host.endsWith('.')) refuse('The name must not end with a dot.')
  }
  const addresses = ipaddr.isValid(host) ? [host] : await addressesOf(host, isStandIn, rules.resolve ?? resolveBySystem)
  if (!isStandIn && !addresses.every(isPublicAddress)) refuse('This address does not lead to the public internet.')
  const address = addresses.find((one) => ipaddr.IPv4.isValid(one)) ?? addresses[0]
  if (address === undefined) throw new OutgoingRefusal('unknown_name', `The name ${host} is unknown.`)
  return { url, address }
}

async function addressesOf(name: string, isStandIn: boolean, resolve: Resolve): Promise<readonly string[]> {
  if (!isStandIn && (!name.includes('.') || LOCAL_NAMES.test(name))) refuse('This name belongs to a private network.')
  try {
    return await resolve(name)
  } catch {
    throw new OutgoingRefusal('unknown_name', `The name ${name} is unknown.`)
  }
}
