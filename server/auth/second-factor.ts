import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { Secret, TOTP } from 'otpauth'
import type { Clock } from '#server/context.ts'
import type { Tx } from '#server/transact.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import type { SecretPlace } from './secret-box.ts'
import { hashOf } from './sessions.ts'

/** RFC 6238 as every authenticator app has it; one step either way for clocks that differ. */
const PERIOD_SECONDS = 30
const DIGITS = 6
const WINDOW_STEPS = 1
/** 160 bits, as RFC 4226 recommends. */
const SECRET_BYTES = 20

export const RECOVERY_CODES = 10
/** 80 bits: too many to try even for who has the hashes. */
const RECOVERY_BYTES = 10

function place(userId: string): SecretPlace {
  return { table: 'second_factors', column: 'sealed_secret', row: userId }
}

function totpOf(base32: string, account: string): TOTP {
  const secret = Secret.fromBase32(base32)
  return new TOTP({ issuer: 'Virel', label: account, algorithm: 'SHA1', digits: DIGITS, period: PERIOD_SECONDS, secret })
}

/** A secret for an authenticator app: its text, and the address a QR code of it stands for. */
export function newTotp(account: string): { secret: string; uri: string } {
  const secret = new Secret({ size: SECRET_BYTES }).base32
  return { secret, uri: totpOf(secret, account).toString() }
}

export function totpUri(secret: string, account: string): string {
  return totpOf(secret, account).toString()
}

export function sealTotp(ctx: Pick<CallCtx, 'secrets'>, userId: string, secret: string): string {
  return ctx.secrets.seal(place(userId), secret)
}

export function openTotp(ctx: Pick<CallCtx, 'secrets'>, userId: string, sealed: string): string {
  return ctx.secrets.open(place(userId), sealed)
}

/** The time step whose code this is, now or one step off; undefined when it is none. */
export function stepOfCode(clock: Clock, secret: string, code: string): number | undefined {
  if (!/^\d{6}$/.test(code)) return undefined
  const timestamp = clock.now().getTime()
  const delta = totpOf(secret, '').validate({ token: code, timestamp, window: WINDOW_STEPS })
  return delta === null ? undefined : Math.floor(timestamp / 1_000 / PERIOD_SECONDS) + delta
}

/**
 * Takes a code in the place of the second factor: a time-based one, or a recovery code. Answers which it was, undefined when
 * it is none of this person's. Whoever takes a code first has it: the statement that looks at it also marks it, and of time
 * steps none at or before the last one taken is taken again.
 */
export async function takeCode(ctx: CallCtx, userId: string, typed: string): Promise<'totp' | 'recovery_code' | undefined> {
  const text = typed.replace(/[\s-]/g, '')
  if (/^\d{6}$/.test(text)) return (await takeTotp(ctx, userId, text)) ? 'totp' : undefined
  return (await takeRecoveryCode(ctx, userId, text)) ? 'recovery_code' : undefined
}

async function takeTotp(ctx: CallCtx, userId: string, code: string): Promise<boolean> {
  const row = await ctx.db
    .selectFrom('second_factors')
    .select('sealed_secret')
    .where('user_id', '=', userId)
    .where('confirmed_at', 'is not', null)
    .executeTakeFirst()
  if (!row) return false
  const secret = openTotp(ctx, userId, row.sealed_secret)
  const step = stepOfCode(ctx.clock, secret, code)
  if (step === undefined) return false
  const sealed_secret = ctx.secrets.isCurrent(row.sealed_secret) ? row.sealed_secret : sealTotp(ctx, userId, secret)
  const taken = await ctx.db
    .updateTable('second_factors')
    .set({ last_step: step, sealed_secret })
    .where('user_id', '=', userId)
    .where('confirmed_at', 'is not', null)
    .$if(!ctx.faults?.reuseCodes, (query) => query.where('last_step', '<', step))
    .returning('user_id')
    .executeTakeFirst()
  return taken !== undefined
}

async function takeRecoveryCode(ctx: CallCtx, userId: string, text: string): Promise<boolean> {
  const hash = recoveryHash(userId, text)
  if (hash === undefined) return false
  const taken = await ctx.db
    .updateTable('recovery_codes')
    .set({ used_at: ctx.clock.now() })
    .where('user_id', '=', userId)
    .where('code_hash', '=', hash)
    .where('used_at', 'is', null)
    .returning('id')
    .executeTakeFirst()
  return taken !== undefined
}

/** Letters and digits that can't be taken for one another (Crockford's base 32). */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

function newRecoveryCode(): string {
  let bits = BigInt(`0x${randomBytes(RECOVERY_BYTES).toString('hex')}`)
  let text = ''
  for (let at = 0; at < 16; at++) {
    text += ALPHABET[Number(bits & 31n)]
    bits >>= 5n
  }
  return text
}

/** Undefined for what can be none. Read as people write: O for 0, I and L for 1. */
function recoveryHash(userId: string, typed: string): string | undefined {
  const text = typed.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1')
  return /^[0-9A-Z]{16}$/.test(text) ? hashOf(`${userId}:${text}`) : undefined
}

/** Ten new recovery codes in the place of what was there; shown once, in groups of four. */
export function replaceRecoveryCodes(tx: Tx, userId: string): string[] {
  const codes = Array.from({ length: RECOVERY_CODES }, newRecoveryCode)
  tx.send(tx.db.deleteFrom('recovery_codes').where('user_id', '=', userId))
  const rows = codes.map((code) => ({
    id: tx.ctx.ids.next(),
    user_id: userId,
    code_hash: recoveryHash(userId, code) ?? '',
    created_at: tx.now,
  }))
  tx.send(tx.db.insertInto('recovery_codes').values(rows))
  return codes.map((code) => code.replace(/(.{4})(?=.)/g, '$1-'))
}

/** Takes someone's second factor away, with its recovery codes. */
export function removeSecondFactor(tx: Tx, userId: string): void {
  tx.send(tx.db.deleteFrom('second_factors').where('user_id', '=', userId))
  tx.send(tx.db.deleteFrom('recovery_codes').where('user_id', '=', userId))
}

/** The set-up in progress, not confirmed yet. */
export async function pendingTotp(ctx: CallCtx, userId: string): Promise<{ secret: string; confirmed: boolean } | undefined> {
  const row = await ctx.db
    .selectFrom('second_factors')
    .select(['sealed_secret', sql<boolean>`confirmed_at is not null`.as('confirmed')])
    .where('user_id', '=', userId)
    .executeTakeFirst()
  return row && { secret: openTotp(ctx, userId, row.sealed_secret), confirmed: row.confirmed }
}
