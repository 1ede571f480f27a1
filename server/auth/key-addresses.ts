import ipaddr from 'ipaddr.js'

type Address = ReturnType<typeof ipaddr.process>
type Range = [Address, number]

/** `192.0.2.7` or `192.0.2.0/24` or the same of IPv6; undefined when it is neither. */
function rangeOf(text: string): Range | undefined {
  try {
    if (text.includes('/')) return ipaddr.parseCIDR(text)
    // Only whole spellings: `1` and `0x7f.1` are addresses to some readers and mistakes to people.
    const address = ipaddr.IPv4.isValidFourPartDecimal(text) || text.includes(':') ? ipaddr.process(text) : undefined
    return address && [address, address.kind() === 'ipv4' ? 32 : 128]
  } catch {
    return undefined
  }
}

/** The range as it is kept, its host bits cleared; undefined when the text is no address and no range. */
export function canonicalRange(text: string): string | undefined {
  const range = rangeOf(text.trim())
  if (!range) return undefined
  const [address, bits] = range
  const network =
    address.kind() === 'ipv4'
      ? ipaddr.IPv4.networkAddressFromCIDR(`${address}/${bits}`)
      : ipaddr.IPv6.networkAddressFromCIDR(`${address}/${bits}`)
  return `${network}/${bits}`
}

/** Whether a request from `ip` fits one of the ranges; with none, every address does. An unknown address fits none. */
export function addressAllowed(ranges: readonly string[], ip: string | null): boolean {
  if (ranges.length === 0) return true
  if (ip === null || !ipaddr.isValid(ip)) return false
  const address = ipaddr.process(ip)
  return ranges.some((text) => {
    const range = rangeOf(text)
    return range !== undefined && range[0].kind() === address.kind() && address.match(range)
  })
}
