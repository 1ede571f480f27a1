import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import type { Caller } from '#server/trpc/router.ts'

/** Where the tests' product is found; see testCtx. */
export const ORIGIN = 'http://localhost:3000'

const PRESENT = 0x01
const VERIFIED = 0x04
const ATTESTED = 0x40

/** What a device can be made to get wrong. */
export interface Lies {
  origin?: string
  rpId?: string
  type?: string
  challenge?: string
  /** Answered without being unlocked. */
  unverified?: boolean
  counter?: number
  userHandle?: string
  credentialId?: string
}

type Cbor = number | string | Buffer | Map<Cbor, Cbor>

/** As much of CBOR as a passkey needs. */
function cbor(value: Cbor): Buffer {
  const head = (major: number, size: number) =>
    size < 24
      ? Buffer.from([(major << 5) | size])
      : size < 256
        ? Buffer.from([(major << 5) | 24, size])
        : Buffer.from([(major << 5) | 25, size >> 8, size & 255])
  if (typeof value === 'number') return value >= 0 ? head(0, value) : head(1, -1 - value)
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)])
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value])
  return Buffer.concat([head(5, value.size), ...[...value].flatMap(([key, one]) => [cbor(key), cbor(one)])])
}

const sha256 = (text: string | Buffer) => createHash('sha256').update(text).digest()
const text64 = (value: string | Buffer) => Buffer.from(value).toString('base64url')

/** A device that keeps one passkey, in software; it tells the truth unless told to lie. */
export class SoftAuthenticator {
  readonly credentialId = text64(randomBytes(32))
  readonly #keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  userHandle: string | undefined
  counter = 0

  create(options: { challenge: string; user: { id: string }; rp: { id?: string } }, lies: Lies = {}) {
    this.userHandle = options.user.id
    const { x = '', y = '' } = this.#keys.publicKey.export({ format: 'jwk' })
    const key = cbor(
      new Map<Cbor, Cbor>([
        [1, 2],
        [3, -7],
        [-1, 1],
        [-2, Buffer.from(x, 'base64url')],
        [-3, Buffer.from(y, 'base64url')],
      ]),
    )
    const id = Buffer.from(this.credentialId, 'base64url')
    const attested = Buffer.concat([Buffer.alloc(16), Buffer.from([id.length >> 8, id.length & 255]), id, key])
    const authData = Buffer.concat([this.#authData(options.rp.id ?? '', lies, ATTESTED), attested])
    const attestation = cbor(
      new Map<Cbor, Cbor>([
        ['fmt', 'none'],
        ['attStmt', new Map()],
        ['authData', authData],
      ]),
    )
    const clientDataJSON = this.#clientData('webauthn.create', options.challenge, lies)
    return {
      id: this.credentialId,
      rawId: this.credentialId,
      type: 'public-key' as const,
      response: { clientDataJSON: text64(clientDataJSON), attestationObject: text64(attestation), transports: ['internal'] },
    }
  }

  get(options: { challenge: string; rpId?: string }, lies: Lies = {}) {
    this.counter++
    const authenticatorData = this.#authData(options.rpId ?? '', lies, 0)
    const clientDataJSON = this.#clientData('webauthn.get', options.challenge, lies)
    const signature = sign('sha256', Buffer.concat([authenticatorData, sha256(clientDataJSON)]), this.#keys.privateKey)
    return {
      id: lies.credentialId ?? this.credentialId,
      rawId: lies.credentialId ?? this.credentialId,
      type: 'public-key' as const,
      response: {
        clientDataJSON: text64(clientDataJSON),
        authenticatorData: text64(authenticatorData),
        signature: text64(signature),
        userHandle: lies.userHandle ?? this.userHandle,
      },
    }
  }

  #authData(rpId: string, lies: Lies, more: number): Buffer {
    const flags = PRESENT | (lies.unverified ? 0 : VERIFIED) | more
    const counter = Buffer.alloc(4)
    counter.writeUInt32BE(lies.counter ?? this.counter)
    return Buffer.concat([sha256(lies.rpId ?? rpId), Buffer.from([flags]), counter])
  }
  #clientData(type: string, challenge: string, lies: Lies): string {
    const said = { type: lies.type ?? type, challenge: lies.challenge ?? challenge, origin: lies.origin ?? ORIGIN }
    return JSON.stringify({ ...said, crossOrigin: false })
  }
}

/** Registers a passkey as the person this caller signs in. */
export async function addPasskey(as: Caller, device = new SoftAuthenticator(), name = 'Laptop'): Promise<SoftAuthenticator> {
  const { challengeId, options } = await as.passkeys.creationOptions({})
  await as.passkeys.add({ challengeId, name, response: device.create(options) })
  return device
}
