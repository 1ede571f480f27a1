import { readdirSync, readFileSync } from 'node:fs'
import { newLinkToken } from '#server/auth/link-token.ts'
import { createSecretBox } from '#server/auth/secret-box.ts'
import type { Actor } from '#server/context.ts'
import { tokenPlace } from '#server/domains/payments/index.ts'
import { Fixtures } from './access-fixtures.ts'
import { type Planted, plant } from './canaries.ts'
import { TEST_SECRET } from './context.ts'
import type { TestDatabase } from './database.ts'

/** One screen of the product with an address that opens it. */
export interface ScreenAddress {
  /** Its route, as the build names it: `routes/admin.bookings.$id`. */
  route: string
  path: string
}

export function sourceOf(route: string): string {
  return readFileSync(`app/${route}/route.tsx`, 'utf8')
}

/** What stands in the addresses for the id of each noun, the word before it; and by a route's name the query it can't do without. */
export type IdsOfScreens = Readonly<Record<string, string>>

/**
 * One of everything, and its id for the addresses. A screen of a new noun with an id adds its own here; without one its
 * address ends in 0, which is no page, and the tests that open every screen say so.
 */
export async function plantScreens(
  database: TestDatabase,
  owner: Actor & { id: string },
): Promise<{ made: Fixtures; it: Planted; ids: IdsOfScreens }> {
  const made = await Fixtures.in(database)
  const it = await plant(made, owner)
  const key = await made.callerOf(owner).apiKeys.create({ name: 'screens', permissions: ['bookings.read'] })
  const ids = {
    pay: await openPayment(made, owner),
    'routes/admin.finance.payouts.statement': `modelId=${it.model}`,
    inquiries: it.inquiry,
    bookings: it.booking,
    refunds: it.payment,
    clients: it.client,
    models: it.model,
    tasks: it.task,
    exceptions: it.exception,
    users: it.user,
    outbox: it.message,
    roles: 'OPERATOR',
    'api-keys': key.id,
  }
  return { made, it, ids }
}

/** A booking that waits for its deposit, and the token of the page where it is paid. */
async function openPayment(made: Fixtures, owner: Actor): Promise<string> {
  const api = made.callerOf(owner)
  const { id } = await api.bookings.create({
    clientId: made.world.client.id,
    modelId: made.model(),
    location: made.world.location.slug,
    ...made.hour(),
  })
  await api.bookings.setStatus({ id, newStatus: 'pending' })
  const deposit = { amount: 5_000, currency: 'GBP' }
  await api.bookings.setStatus({ id, newStatus: 'deposit_required', metadata: { deposit } })
  const { token, hash } = newLinkToken()
  const paymentId = made.id()
  const now = new Date()
  await made.database.db
    .insertInto('payments')
    .values({
      id: paymentId,
      booking_id: id,
      provider: 'stripe',
      provider_mode: 'simulator',
      type: 'deposit',
      purpose: 'deposit',
      status: 'pending',
      amount: deposit.amount,
      currency: deposit.currency,
      token_hash: hash,
      sealed_token: createSecretBox([TEST_SECRET]).seal(tokenPlace(paymentId), token),
      created_at: now,
      updated_at: now,
    })
    .execute()
  return token
}

/** Every screen there is, by its file; what renders nothing is none: downloads and answers to scripts have tests of their own. */
export function screenAddresses(ids: IdsOfScreens): ScreenAddress[] {
  const screens = readdirSync('app/routes').filter((route) => sourceOf(`routes/${route}`).includes('export default'))
  return screens.map((route) => {
    const segments = route.split('.').filter((segment) => !segment.startsWith('_'))
    const path = segments.map((segment, at) => {
      const noun = segments[at - 1] ?? ''
      return segment.startsWith('$') ? (ids[noun] ?? '0') : segment.replace(/_$/, '')
    })
    const query = ids[`routes/${route}`]
    return { route: `routes/${route}`, path: `/${path.join('/')}${query ? `?${query}` : ''}` }
  })
}
