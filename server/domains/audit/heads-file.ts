import { createHash, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'

/** A head of the chain, as it is kept outside the database. */
export interface KeptHead {
  day: string
  number: number
  /** Hexadecimal. */
  head: string
  /** When it was written, ISO 8601. */
  at: string
}

/** A line of the file as read: with what its signature is worth. */
export interface HeadLine extends KeptHead {
  line: number
  /** `unknown_key`: signed with a key that was replaced long ago. */
  signature: 'good' | 'bad' | 'unknown_key'
}

export interface HeadsFile {
  path: string
  /** Adds a line and waits until it is on the disk. */
  append(head: KeptHead): Promise<void>
  /** All lines in their order; a line that can't be read has a bad signature. */
  read(): AsyncGenerator<HeadLine>
}

interface Key {
  id: string
  bytes: Buffer
}

function keyFrom(secretKey: string): Key {
  const bytes = Buffer.from(hkdfSync('sha256', secretKey, '', 'virel audit heads', 32))
  return { id: createHash('sha256').update(bytes).digest('hex').slice(0, 8), bytes }
}

function macOf(key: Key, { day, number, head, at }: KeptHead): Buffer {
  return createHmac('sha256', key.bytes)
    .update(JSON.stringify([day, number, head, at]))
    .digest()
}

/**
 * The file that keeps heads outside the database: one JSON line each, signed with a key from SECRET_KEY. Whoever rewrites
 * the log and its seals in the database must also forge this file. `secretKeys`: the present one first, which signs.
 */
export function openHeadsFile(path: string, secretKeys: readonly [string, ...string[]]): HeadsFile {
  const keys = secretKeys.map(keyFrom)
  const [current] = keys
  if (!current) throw new Error('heads are signed with a key')
  return {
    path,
    async append(head) {
      await mkdir(dirname(path), { recursive: true })
      const file = await open(path, 'a', 0o600)
      try {
        await file.write(`${JSON.stringify({ ...head, key: current.id, mac: macOf(current, head).toString('hex') })}\n`)
        await file.sync()
      } finally {
        await file.close()
      }
    },
    async *read() {
      if (!existsSync(path)) return
      let line = 0
      for await (const text of createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })) {
        line += 1
        if (text !== '') yield { line, ...parsed(text, keys) }
      }
    },
  }
}

function parsed(text: string, keys: readonly Key[]): Omit<HeadLine, 'line'> {
  const unreadable = { day: '', number: 0, head: '', at: '', signature: 'bad' as const }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return unreadable
  }
  if (typeof value !== 'object' || value === null) return unreadable
  const { day, number, head, at, key, mac } = value as Record<string, unknown>
  if (typeof day !== 'string' || typeof number !== 'number' || typeof head !== 'string' || typeof at !== 'string')
    return unreadable
  const kept = { day, number, head, at }
  const signer = keys.find((one) => one.id === key)
  if (!signer) return { ...kept, signature: 'unknown_key' }
  const given = Buffer.from(typeof mac === 'string' ? mac : '', 'hex')
  const expected = macOf(signer, kept)
  return { ...kept, signature: given.length === expected.length && timingSafeEqual(given, expected) ? 'good' : 'bad' }
}
