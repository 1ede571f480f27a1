import { randomBytes } from 'node:crypto'
import { hash, verify } from '@node-rs/argon2'

/** argon2id, t=2, m=19 MiB (OWASP's figures); one takes about 14 ms. */
const OPTIONS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }
/** More at once would only fill memory: the rest wait their turn. */
const AT_ONCE = 4

let running = 0
const waiting: (() => void)[] = []

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve))
  running++
  try {
    return await work()
  } finally {
    running--
    waiting.shift()?.()
  }
}

export function hashPassword(password: string): Promise<string> {
  return inTurn(() => hash(password, OPTIONS))
}

// Of a random password: an unknown user costs the same time as a known one.
let nobody: Promise<string> | undefined

/** Whether the password fits; with no hash it takes as long and answers no. */
export async function verifyPassword(passwordHash: string | undefined, password: string): Promise<boolean> {
  nobody ??= hash(randomBytes(24), OPTIONS)
  // Users who have set no password yet have text there that is no hash: nothing fits it.
  const known = passwordHash?.startsWith('$argon2') ? passwordHash : undefined
  const against = known ?? (await nobody)
  const fits = await inTurn(() => verify(against, password, OPTIONS))
  return fits && known !== undefined
}

/** The most used passwords of at least twelve characters, and what people make of the product's own name. */
const COMMON = new Set([
  '123456789012',
  '1234567890123',
  '111111111111',
  '000000000000',
  'password1234',
  'passwordpassword',
  'qwertyuiop12',
  'qwertyuiopas',
  'qwerty123456',
  'abcdefghijkl',
  'iloveyou1234',
  'letmein12345',
  'administrator',
  'adminadminadmin',
  'welcome12345',
  'changemenow1',
  'virelvirel12',
  'virelvirelvirel',
])

/** Why a password is refused, or null. At least 12 characters; common ones and ones made of one character are refused. */
export function passwordWeakness(password: string): string | null {
  if ([...password].length < 12) return 'needs at least 12 characters'
  if (password.length > 200) return 'may have at most 200 characters'
  if (COMMON.has(password.toLowerCase()) || new Set(password).size < 4) return 'is too easy to guess'
  return null
}
