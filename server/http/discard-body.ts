/** More than this is not read to the end for the sake of the connection. */
const MOST_BYTES = 16 * 1_048_576
const PATIENCE_MS = 2_000

/**
 * Reads and forgets a body that nobody read; false when it is too much or too slow. An answer given over unread bytes
 * breaks the connection under whatever the sender asks next on it.
 */
export async function discardBody(request: Request): Promise<boolean> {
  if (request.method === 'GET' || request.method === 'HEAD' || request.bodyUsed || !request.body || request.body.locked)
    return true
  const reader = request.body.getReader()
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), PATIENCE_MS)
  })
  try {
    return await Promise.race([readAll(reader), late])
  } catch {
    return false
  } finally {
    clearTimeout(timer)
  }
}

async function readAll(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<boolean> {
  let bytes = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return true
    bytes += value.length
    if (bytes > MOST_BYTES) return false
  }
}
