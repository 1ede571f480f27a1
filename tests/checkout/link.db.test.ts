import { beforeEach, describe, expect, test } from 'vitest'
import { anonymous, type Faults } from '#server/context.ts'
import { applyEvents, receiveEvent } from '#server/domains/payments/index.ts'
import type { StoredEvent } from '#server/integrations/stripe/simulator/objects.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import { callerOf, makeUser, TestClock, testCtx } from '#tests/support/context.ts'
import { testDatabase } from '#tests/support/database.ts'
import { relayAll } from '#tests/support/events.ts'
import { runEffects, type StandIn, startStandIn } from '#tests/support/stripe.ts'
import { startWeb, type TestWeb } from '#tests/support/web.ts'
import { makeWorld, type World } from '#tests/support/world.ts'

const database = testDatabase()
const gbp = (amount: number) => ({ amount, currency: 'GBP' })
let standIn: StandIn
let clock: TestClock
let world: World
let day = 0
beforeEach(async () => {
  clock = new TestClock()
  standIn = await startStandIn({ clock })
  standIn.simulator.courier.mood.held = true
  world ??= await makeWorld(database())
})

/** A proposed booking of £250 and who works it. */
async function setting() {
  const db = database()
  const owner = await makeUser(db, 'OWNER')
  const more = { clock, provider: standIn.provider }
  const ctx = testCtx(db, undefined, more)
  const api = () => callerOf(db, owner, more)
  const start = new Date(Date.UTC(2027, 0, 1, 19) + day++ * 86_400_000)
  const booking = await api().bookings.create({
    clientId: world.client.id,
    modelId: world.models[0]?.id ?? '',
    location: world.location.slug,
    start: start.toISOString(),
    end: new Date(start.getTime() + 3_600_000).toISOString(),
  })
  const link = async (input: object = {}) => {
    const made = await api().checkout.makeLink({ id: booking.id, ...input })
    await runEffects(ctx)
    const { items } = await api().checkout.links({ id: booking.id })
    const url = items.find((one) => one.paymentId === made.paymentId)?.url ?? ''
    return { ...made, url, token: url.split('/').at(-1) ?? '' }
  }
  return { db, api, ctx, owner, booking, link }
}

describe('an operator asks for a deposit by a link', () => {
  test('which holds the time of what was only proposed, by amount, by percent or by the agency’s policy', async () => {
    const { link, api, booking } = await setting()
    expect(await link()).toMatchObject({ amount: gbp(7_500), status: 'pending' })
    expect(await api().bookings.get({ id: booking.id })).toMatchObject({
      status: 'deposit_required',
      depositRequired: gbp(7_500),
    })
    expect((await (await setting()).link({ percent: 50 })).amount).toEqual(gbp(12_500))
    expect((await (await setting()).link({ amount: gbp(9_900) })).amount).toEqual(gbp(9_900))
  })

  test('asked for again it is the same one; another amount needs the first to be ended', async () => {
    const { link, api, ctx } = await setting()
    const first = await link()
    expect((await link()).url).toBe(first.url)
    await expect(link({ percent: 60 })).rejects.toThrow('Expire that link first')
    await api().checkout.expireLink({ paymentId: first.paymentId })
    await expect(api().checkout.makeLink({ id: first.bookingId, percent: 60 })).rejects.toThrow('being ended at this moment')
    await runEffects(ctx)
    const second = await link({ percent: 60 })
    expect(second.amount).toEqual(gbp(15_000))
    expect(second.url).not.toBe(first.url)
  })

  test('takes the inquiry of the booking along', async () => {
    const { api, ctx } = await setting()
    const inquiry = await api().inquiries.receive({
      source: 'phone',
      client: { name: 'Ann Lee', phone: `0770090${String(1_000 + day)}` },
      message: 'Dinner',
      location: world.location.slug,
    })
    await api().inquiries.setStatus({ id: inquiry.id, newStatus: 'qualified' })
    const start = new Date(Date.UTC(2027, 5, 1, 19) + day++ * 86_400_000)
    const { bookingId } = await api().inquiries.propose({
      id: inquiry.id,
      modelId: world.models[1]?.id ?? '',
      start: start.toISOString(),
      end: new Date(start.getTime() + 3_600_000).toISOString(),
    })
    await api().checkout.makeLink({ id: bookingId })
    await runEffects(ctx)
    expect(await api().inquiries.get({ id: inquiry.id })).toMatchObject({ status: 'awaiting_deposit', deposit: gbp(7_500) })
  })

  test('the token is in no row in clear, also not in the answer kept for a repeated request', async () => {
    const { db, link, api, owner, booking } = await setting()
    const made = await link()
    const again = callerOf(db, owner, { clock, provider: standIn.provider, idempotencyKey: `key-${made.paymentId}` })
    await again.checkout.makeLink({ id: booking.id })
    await api()
      .checkout.sendLink({ paymentId: made.paymentId })
      .catch(() => undefined)
    const { rows } = await db.pool.query<{ table_name: string }>(
      "select table_name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'",
    )
    const holding: string[] = []
    for (const { table_name: name } of rows) {
      const found = await db.pool.query(`select 1 from "${name}" t where t::text like $1 limit 1`, [`%${made.token}%`])
      if (found.rows.length > 0) holding.push(name)
    }
    expect(holding).toEqual([])
    // Negative control: the same search finds what is there.
    const hash = await db.db
      .selectFrom('payments')
      .select('token_hash')
      .where('id', '=', made.paymentId)
      .executeTakeFirstOrThrow()
    const control = await db.pool.query('select 1 from payments t where t::text like $1', [`%${hash.token_hash}%`])
    expect(control.rows).toHaveLength(1)
  })

  test('is sent to the client’s address, not more often than is decent, and not when it has ended', async () => {
    const { db, link, api, ctx } = await setting()
    await db.db.updateTable('clients').set({ email: 'ann@example.com' }).where('id', '=', world.client.id).execute()
    const { paymentId, token } = await link()
    await api().checkout.sendLink({ paymentId })
    const message = await db.db
      .selectFrom('outgoing_messages')
      .selectAll()
      .where('payment_id', '=', paymentId)
      .executeTakeFirstOrThrow()
    expect(message).toMatchObject({ kind: 'payment_link', recipient: 'ann@example.com', client_id: world.client.id })
    const place = { table: 'outgoing_messages', column: 'sealed_body', row: message.id }
    expect(ctx.secrets.open(place, message.sealed_body ?? '')).toContain(`/pay/${token}`)
    for (let more = 0; more < 4; more++) await api().checkout.sendLink({ paymentId })
    await expect(api().checkout.sendLink({ paymentId })).rejects.toThrow('sent several times')
    await api().checkout.expireLink({ paymentId })
    await expect(api().checkout.sendLink({ paymentId })).rejects.toThrow('ended')
  })
})

describe('who holds a link', () => {
  const holder = (faults?: Faults) => callerOf(database(), anonymous, { clock, provider: standIn.provider, faults })

  /** Answers of a link that never was and of every kind that is over. */
  async function endings(faults?: Faults): Promise<string[]> {
    const answers: string[] = []
    const look = async (token: string) => {
      const answer = await holder(faults)
        .checkout.state({ token })
        .then(
          (state) => state.state,
          (error: Error) => error.message,
        )
      answers.push(answer)
    }
    await look('A'.repeat(43))
    const ended = await setting()
    const first = await ended.link()
    await ended.api().checkout.expireLink({ paymentId: first.paymentId })
    await look(first.token)
    const cancelled = await setting()
    const second = await cancelled.link()
    await cancelled.api().bookings.setStatus({ id: cancelled.booking.id, newStatus: 'cancelled', reason: 'They changed plans.' })
    await look(second.token)
    const lapsed = await setting()
    const third = await lapsed.link()
    clock.advance(60 * 25)
    await look(third.token)
    return answers
  }

  test('unknown, ended, lapsed and cancelled links are answered alike', async () => {
    expect(new Set(await endings())).toEqual(new Set(['This link opens nothing any more.']))
  })

  test('negative control: a link that opened although it had ended would be seen', async () => {
    expect(new Set(await endings({ openEndedLinks: true })).size).toBeGreaterThan(1)
  })

  test('whoever guesses is stopped by address, and the right link still opens', async () => {
    const { link } = await setting()
    const { token } = await link()
    const guess = (ip: string) => callerOf(database(), anonymous, { clock, provider: standIn.provider, ip }).checkout
    const ip = `203.0.113.${(day % 200) + 1}`
    for (let tries = 0; tries < 60; tries++)
      await expect(guess(ip).state({ token: `guess-${tries}` })).rejects.toThrow('opens nothing')
    await expect(guess(ip).state({ token: 'guess' })).rejects.toThrow('Too many links')
    expect((await guess(ip).state({ token })).state).toBe('open')
    await expect(guess('198.51.100.7').state({ token: 'guess' })).rejects.toThrow('opens nothing')
  })

  test('learns what is booked and nothing of the client or the agency’s notes', async () => {
    const { db, link, api, booking } = await setting()
    await db.db
      .updateTable('clients')
      .set({ name: 'Zephyrine Canary', email: 'canary.pay@example.com', phone: '+447700900555' })
      .where('id', '=', world.client.id)
      .execute()
    await api().bookings.update({ id: booking.id, internalNotes: 'canary-internal' })
    const { token } = await link()
    const told = JSON.stringify([await holder().checkout.state({ token }), await holder().checkout.cancelPreview({ token })])
    for (const canary of ['Zephyrine', 'canary', '7700900555', booking.id, world.client.id, 'pi_'])
      expect(told).not.toContain(canary)
    expect(told).toContain('Model 1')
  })

  test('can’t change the amount, the currency or anything else from the browser', async () => {
    const { link } = await setting()
    const { token, paymentId } = await link()
    const input = { token, card: 'success' as const, amount: gbp(1) }
    await expect(holder().checkout.payWithTestCard(input)).rejects.toThrow()
    await holder().checkout.payWithTestCard({ token, card: 'success' })
    const [charge] = standIn.simulator.store.list<{ object: 'charge'; id: string; created: number; amount: number }>('charge')
    expect(charge?.amount).toBe(7_500)
    const row = await database().db.selectFrom('payments').select('amount').where('id', '=', paymentId).executeTakeFirstOrThrow()
    expect(row.amount).toBe(7_500)
  })

  test('pays once, however many times at once and again after', async () => {
    const { link } = await setting()
    const { token } = await link()
    const many = Array.from({ length: 12 }, () => holder().checkout.payWithTestCard({ token, card: 'success' }))
    await Promise.allSettled(many)
    await holder()
      .checkout.payWithTestCard({ token, card: 'success' })
      .catch(() => undefined)
    expect(standIn.simulator.store.list('charge')).toHaveLength(1)
  })

  test('is stopped when one link is used to try out cards', async () => {
    const { link } = await setting()
    const { token } = await link()
    for (let tries = 0; tries < 15; tries++) await holder().checkout.payWithTestCard({ token, card: 'decline' })
    await expect(holder().checkout.payWithTestCard({ token, card: 'success' })).rejects.toThrow('Too many tries')
    expect(standIn.simulator.store.list('charge')).toHaveLength(0)
  })

  test('can’t cancel what is not paid, nor with another amount than the page said', async () => {
    const { link, api, booking } = await setting()
    const { token } = await link()
    await expect(holder().checkout.cancel({ token, expected: 0 })).rejects.toThrow('can not be cancelled here')
    await api().payments.record({ id: booking.id, type: 'deposit', amount: gbp(7_500), method: 'cash' })
    expect((await api().bookings.get({ id: booking.id })).status).toBe('confirmed')
    // Paid by hand: the link itself was never paid by and opens nothing.
    await expect(holder().checkout.cancel({ token, expected: 6_750 })).rejects.toThrow()
  })
})

describe('a client cancels by the link', () => {
  /** Paid by card, and what the provider said of it taken in. */
  async function paid() {
    const made = await setting()
    const { token, paymentId } = await made.link()
    const holder = () => callerOf(database(), anonymous, { clock, provider: standIn.provider })
    await holder().checkout.payWithTestCard({ token, card: 'success' })
    await hear(made.ctx)
    return { ...made, token, paymentId, holder }
  }

  async function hear(ctx: CallCtx): Promise<void> {
    const intents = new Set<string>()
    for (const event of standIn.simulator.store.list<StoredEvent>('event')) {
      const body = JSON.stringify(event)
      await receiveEvent(ctx, Buffer.from(body), standIn.simulator.courier.sign(body, Math.floor(clock.now().getTime() / 1_000)))
      const object = event.data.object as { id: string; payment_intent?: string }
      intents.add(object.payment_intent ?? object.id)
    }
    for (const intent of intents) await applyEvents(ctx, intent)
  }

  test('and gets back what the page said, to the penny, once', async () => {
    const { holder, token, ctx, api, booking } = await paid()
    expect(await holder().checkout.state({ token })).toMatchObject({ state: 'paid', mayCancel: true })
    const preview = await holder().checkout.cancelPreview({ token })
    const gives = preview.steps[0]?.gives.amount ?? 0
    expect(gives).toBe(6_750)
    const answers = await Promise.allSettled([1, 2, 3].map(() => holder().checkout.cancel({ token, expected: gives })))
    expect(answers.filter((answer) => answer.status === 'fulfilled')).toHaveLength(1)
    await runEffects(ctx)
    await hear(ctx)
    const refunds = standIn.simulator.store.list<{ object: 'refund'; id: string; created: number; amount: number }>('refund')
    expect(refunds.map((refund) => refund.amount)).toEqual([gives])
    expect(await api().bookings.get({ id: booking.id })).toMatchObject({ status: 'cancelled' })
    expect(await holder().checkout.state({ token })).toMatchObject({
      state: 'cancelled',
      refunded: gbp(gives),
      mayCancel: false,
    })
  })

  test('who waited past a step is told the new amount first, and nothing is done', async () => {
    const { holder, token, api, booking } = await paid()
    const said = (await holder().checkout.cancelPreview({ token })).steps[0]?.gives.amount ?? 0
    const start = new Date((await api().bookings.get({ id: booking.id })).start)
    clock.set(new Date(start.getTime() - 60 * 3_600_000))
    await expect(holder().checkout.cancel({ token, expected: said })).rejects.toThrow('another amount by now')
    expect(await api().bookings.get({ id: booking.id })).toMatchObject({ status: 'confirmed' })
    const now = (await holder().checkout.cancelPreview({ token })).steps[0]?.gives.amount ?? 0
    expect(now).toBeLessThan(said)
    expect(await holder().checkout.cancel({ token, expected: now })).toMatchObject({ state: 'cancelled' })
  })
})

describe('a booking that costs something else after a change', () => {
  const money = async (bookingId: string) =>
    database()
      .db.selectFrom('payments')
      .select(['type', 'purpose', 'amount', 'status'])
      .where('booking_id', '=', bookingId)
      .orderBy('created_at')
      .execute()

  test('gives back what was paid over, asks for what was paid under, and neither twice', async () => {
    const { api, booking, ctx } = await setting()
    await api().bookings.setStatus({ id: booking.id, newStatus: 'pending' })
    await api().checkout.makeLink({ id: booking.id, amount: gbp(25_000) })
    await runEffects(ctx)
    await api().payments.record({ id: booking.id, type: 'deposit', amount: gbp(25_000), method: 'cash' })
    expect(await api().bookings.get({ id: booking.id })).toMatchObject({ status: 'confirmed', paymentStatus: 'paid' })
    const start = new Date(booking.start).getTime()
    const end = (hours: number) => new Date(start + hours * 3_600_000).toISOString()
    await api().bookings.update({ id: booking.id, end: end(2) })
    await runEffects(ctx)
    const { items } = await api().checkout.links({ id: booking.id })
    expect(items.find((link) => link.purpose === 'difference')).toMatchObject({ amount: gbp(20_000), status: 'pending' })
    const token =
      items
        .find((link) => link.purpose === 'difference')
        ?.url?.split('/')
        .at(-1) ?? ''
    const page = await callerOf(database(), anonymous, { clock, provider: standIn.provider }).checkout.state({ token })
    expect(page).toMatchObject({ state: 'open', purpose: 'difference', amount: gbp(20_000), left: gbp(0) })
    await api().payments.record({ id: booking.id, type: 'full', amount: gbp(20_000), method: 'cash' })
    await api().bookings.update({ id: booking.id, end: end(1) })
    await api().bookings.update({ id: booking.id, internalNotes: 'Nothing of the price' })
    const refunds = (await money(booking.id)).filter((payment) => payment.type === 'refund')
    expect(refunds.map((refund) => refund.amount)).toEqual([20_000])
  })

  test('paid only in part stays so: its rest is another one', async () => {
    const { api, booking, link } = await setting()
    await link()
    await api().payments.record({ id: booking.id, type: 'deposit', amount: gbp(7_500), method: 'cash' })
    const end = new Date(new Date(booking.start).getTime() + 7_200_000).toISOString()
    await api().bookings.update({ id: booking.id, end })
    expect((await money(booking.id)).filter((payment) => payment.purpose === 'difference' || payment.type === 'refund')).toEqual(
      [],
    )
  })
})

describe('the line of a payment page', () => {
  let web: TestWeb
  const open = async (path: string) => fetch(`${web.url}${path}`, { headers: { accept: 'text/event-stream' } })

  test('tells its holder to look again, and nothing else: no id, no kind, no count, nobody else’s changes', async () => {
    web = await startWeb(database(), { clock, provider: standIn.provider })
    try {
      const { link, booking, api } = await setting()
      const other = await setting()
      const { token } = await link()
      expect((await open('/pay/unknown/live')).status).toBe(404)
      const response = await open(`/pay/${token}/live`)
      expect(response.headers.get('content-type')).toContain('text/event-stream')
      const reader = response.body?.getReader()
      const heard = async (awaited: string) => {
        let text = ''
        while (reader && !text.includes(awaited)) {
          const { value, done } = await reader.read()
          if (done) break
          text += new TextDecoder().decode(value)
        }
        return text
      }
      expect(await heard('event: ready\ndata: {}\n\n')).toBe('event: ready\ndata: {}\n\n')
      await other.api().bookings.addNote({ id: other.booking.id, body: 'Somebody else' })
      await api().bookings.addNote({ id: booking.id, body: 'Secret' })
      await relayAll(database())
      const told = await heard('event: change\ndata: {}\n\n')
      expect(told.replaceAll('event: change\ndata: {}\n\n', '').replaceAll('event: beat\ndata: {}\n\n', '')).toBe('')
      await reader?.cancel()
    } finally {
      await web.close()
    }
  })
})
