import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import type { Tx } from '#server/transact.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import { hashOf } from './sessions.ts'

const SECRET_BYTES = 32
const FORM = /^[A-Za-z0-9_-]{43}$/
/** Not seen for so long, a device is a stranger again. */
export const DEVICE_DAYS = 180
/** Each gives its account five more tries in a window: nobody may collect them. */
const MAX_DEVICES = 20
/** A script keeps no cookies; the same program at the same address is no news to its person. */
const SAME_PLACE_DAYS = 90

/** Hash of the device cookie that came with this request; null when none did, or one that is none. */
export function deviceHash(ctx: Pick<CallCtx, 'browser'>): string | null {
  const { device } = ctx.browser
  return device !== null && FORM.test(device) ? hashOf(device) : null
}

interface Remembered {
  id: string
  /** Nobody has signed in as this person there before, and they have signed in elsewhere. */
  isNew: boolean
  /** What its cookie is to be. */
  cookie: string
}

/**
 * Knows the device of a successful sign-in from now on. A cookie is kept when this agency gave it out, so that people who
 * share a browser stay known on it; whatever else was sent is replaced.
 */
export async function rememberDevice(tx: Tx, ctx: CallCtx, userId: string): Promise<Remembered> {
  const hash = deviceHash(ctx)
  const { ip, agent } = ctx
  const via = ctx.via === 'rest' || ctx.via === 'trpc' ? ctx.via : ('screen' as const)
  if (hash && ctx.browser.device) {
    const [known] = await tx.run(
      tx.db
        .updateTable('known_devices')
        .set({ last_seen_at: tx.now, ip, agent, via })
        .where('secret_hash', '=', hash)
        .where('user_id', '=', userId)
        .returning('id'),
    )
    if (known) return { id: known.id, isNew: false, cookie: ctx.browser.device }
  }
  const given = hash ? await tx.run(tx.db.selectFrom('known_devices').select('id').where('secret_hash', '=', hash).limit(1)) : []
  const cookie = given.length > 0 && ctx.browser.device ? ctx.browser.device : randomBytes(SECRET_BYTES).toString('base64url')
  const isNew = await isNewPlace(tx, ctx, userId)
  const id = ctx.ids.next()
  const row = { id, user_id: userId, secret_hash: hashOf(cookie), via, ip, agent, first_seen_at: tx.now, last_seen_at: tx.now }
  await tx.run(tx.db.insertInto('known_devices').values(row))
  tx.send(
    tx.db
      .deleteFrom('known_devices')
      .where('id', 'in', (eb) =>
        eb
          .selectFrom('known_devices')
          .select('id')
          .where('user_id', '=', userId)
          .where('via', '=', via)
          .orderBy('last_seen_at', 'desc')
          .orderBy('id', 'desc')
          .offset(MAX_DEVICES),
      ),
  )
  return { id, isNew, cookie }
}

async function isNewPlace(tx: Tx, ctx: CallCtx, userId: string): Promise<boolean> {
  const since = new Date(tx.now.getTime() - SAME_PLACE_DAYS * 86_400_000)
  const signedIn = () => tx.db.selectFrom('sign_ins').select('id').where('user_id', '=', userId).where('result', '=', 'signed_in')
  const here = signedIn()
    .where('at', '>', since)
    .where(sql<boolean>`ip is not distinct from ${ctx.ip}`)
    .where(sql<boolean>`agent is not distinct from ${ctx.agent}`)
  const [elsewhere, same] = await Promise.all([
    tx.run(signedIn().limit(1)),
    ctx.via === 'screen' ? Promise.resolve([]) : tx.run(here.limit(1)),
  ])
  return elsewhere.length > 0 && same.length === 0
}
