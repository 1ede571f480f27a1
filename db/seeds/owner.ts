import { randomBytes } from 'node:crypto'
import type { Logger } from 'pino'
import { z } from 'zod'
import type { Database } from '#db/client.ts'
import { throwawaySecretBox } from '#server/auth/secret-box.ts'
import { type Ctx, idsFrom, systemActor, systemClock } from '#server/context.ts'
import { createUser } from '#server/domains/users/create-user.ts'
import { transact } from '#server/transact.ts'

/** The address can't be an owner's; the message says why. */
export class OwnerRefused extends Error {}

/**
 * Makes a user with the role OWNER on a database in use or not, and answers the password made for them. This is how an
 * agency without demo data signs in for the first time. Throws OwnerRefused when the address is taken or is none.
 */
export async function makeOwner({ db, pool }: Database, address: string, log: Logger): Promise<string> {
  const parsed = z.email().max(254).safeParse(address.trim().toLowerCase())
  if (!parsed.success) throw new OwnerRefused('--owner wants an email address.')
  const email = parsed.data
  if (await db.selectFrom('users').select('id').where('email', '=', email).executeTakeFirst()) {
    throw new OwnerRefused(`There is a user ${email} already. Nothing was changed.`)
  }
  const ids = idsFrom(systemClock)
  const ctx: Ctx = {
    db,
    pool,
    clock: systemClock,
    rng: Math.random,
    ids,
    log,
    actor: systemActor('npm run seed -- --owner'),
    via: 'system',
    requestId: ids.next(),
    ip: null,
    agent: null,
    causeId: null,
    depth: 0,
    idempotencyKey: null,
    wakeRelay: () => {},
    appUrl: 'http://localhost',
    secrets: throwawaySecretBox,
  }
  const password = randomBytes(15).toString('base64url')
  await transact(ctx, (tx) => createUser(tx, { email, name: email.split('@')[0] ?? email, password, roles: ['OWNER'] }))
  return password
}
