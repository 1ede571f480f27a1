import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto'

/** Where a secret is kept: its table, column and row. A sealed text copied to another place does not open there. */
export interface SecretPlace {
  table: string
  column: string
  row: string
}

/**
 * Seals secrets for the database with AES-256-GCM, bound to their place. The keys come from SECRET_KEY and, while it is
 * being replaced, from the ones before it: those still open, new texts are sealed with the first.
 */
export interface SecretBox {
  seal(place: SecretPlace, text: string): string
  /** Throws when the text was altered, belongs to another place, or its key is not among the given ones. */
  open(place: SecretPlace, sealed: string): string
  /** Whether the text was sealed with the present key. */
  isCurrent(sealed: string): boolean
}

const NONCE_BYTES = 12
const TAG_BYTES = 16

interface Key {
  id: string
  bytes: Buffer
}

function keyFrom(secretKey: string): Key {
  const bytes = Buffer.from(hkdfSync('sha256', secretKey, '', 'virel secret box', 32))
  return { id: createHash('sha256').update(bytes).digest('hex').slice(0, 8), bytes }
}

/** A sealed text reads `v1.<key id>.<base64url of nonce, ciphertext, tag>`. `secretKeys`: the present one first. */
export function createSecretBox(secretKeys: readonly [string, ...string[]]): SecretBox {
  const keys = secretKeys.map(keyFrom)
  const [current] = keys
  if (!current) throw new Error('a secret box needs a key')
  return {
    seal(place, text) {
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv('aes-256-gcm', current.bytes, nonce).setAAD(bound(place))
      const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
      return `v1.${current.id}.${sealed.toString('base64url')}`
    },
    open(place, sealed) {
      const [form, id, body] = sealed.split('.')
      const key = keys.find((one) => one.id === id)
      if (form !== 'v1' || body === undefined) throw new Error('this is not a sealed secret')
      if (!key) throw new Error(`the key ${id} that sealed this is not among the given ones`)
      const bytes = Buffer.from(body, 'base64url')
      if (bytes.length < NONCE_BYTES + TAG_BYTES) throw new Error('this is not a sealed secret')
      const decipher = createDecipheriv('aes-256-gcm', key.bytes, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
        .setAAD(bound(place))
        .setAuthTag(bytes.subarray(-TAG_BYTES))
      return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]).toString('utf8')
    },
    isCurrent: (sealed) => sealed.startsWith(`v1.${current.id}.`),
  }
}

/** For what runs without the agency's key and seals nothing that must ever be opened: seeds. */
export const throwawaySecretBox: SecretBox = createSecretBox([randomBytes(32).toString('hex')])

function bound(place: SecretPlace): Buffer {
  return Buffer.from(JSON.stringify([place.table, place.column, place.row]))
}
