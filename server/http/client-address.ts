/**
 * The address a request came from. With `hops` trusted proxies in front, the one the outermost of them saw: the
 * hops-th entry of X-Forwarded-For from the right; what stands further left is whatever the sender wrote.
 */
export function clientAddress(socketAddress: string | undefined, forwardedFor: string | null, hops: number): string | null {
  const socket = socketAddress?.replace(/^::ffff:/, '') ?? null
  if (hops === 0 || forwardedFor === null) return socket
  const list = forwardedFor
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean)
  return list.at(-hops) ?? list[0] ?? socket
}
