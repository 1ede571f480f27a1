import { type Actor, systemActor } from '#server/context.ts'
import { createBooking, createConfirmedBooking, setBookingStatus, updateBooking } from '#server/domains/bookings/index.ts'
import { addBookingNote } from '#server/domains/bookings/update-booking.ts'
import { closeException, raiseException } from '#server/domains/exceptions/index.ts'
import { recordPayment } from '#server/domains/payments/record-payment.ts'
import type { Tx } from '#server/transact.ts'
import { handedBack } from './finance-story.ts'
import { HOUR, later, MINUTE, whenAwake } from './london.ts'
import { between, pick } from './people.ts'
import type { Story } from './simulation.ts'
import { CANCEL_REASONS, DISMISSALS, NOTES, RESOLUTIONS, WAIVER_REASONS } from './texts.ts'
import { depositOf, findModel, holdUntil, pickHandler, type Wish, type World } from './world.ts'

export type BookingEnd = 'completed' | 'cancelled' | 'no_show'

export interface BookedStory {
  id: string
  start: Date
  end: Date
  handler: Actor
  outcome: BookingEnd
}

/** From confirmed on: the client says they will come, it begins and ends, or it doesn't. */
export async function* confirmedStory(world: World, { id, start, end, handler, outcome }: BookedStory): Story {
  const { sim } = world
  const { rng } = sim
  if (rng() < 0.25) {
    yield whenAwake(later(sim.clock.now(), between(rng, 20, 300) * MINUTE))
    await sim.attempt(handler, (tx) => addBookingNote(tx, { id, body: pick(rng, NOTES) }))
  }
  if (outcome === 'cancelled') {
    const left = Math.max(0, start.getTime() - sim.clock.now().getTime())
    yield later(sim.clock.now(), left * (0.3 + rng() * 0.6))
    yield* cancelledStory(world, id, handler)
    return
  }
  const arrives = outcome === 'completed' && rng() < 0.85
  if (arrives) {
    yield later(start, -between(rng, 60, 900) * MINUTE)
    await sim.attempt(handler, (tx) => updateBooking(tx, { id, clientConfirmedArrival: true }))
  } else {
    yield later(start, -30 * MINUTE)
    yield* noShowRisk(world, id, handler)
  }
  if (outcome === 'no_show') {
    yield later(start, between(rng, 25, 50) * MINUTE)
    await sim.attempt(handler, (tx) =>
      setBookingStatus(tx, id, { newStatus: 'no_show', reason: 'Nobody came and nobody answered the phone.' }),
    )
    return
  }
  yield later(start, between(rng, -4, 6) * MINUTE)
  await sim.attempt(handler, (tx) => setBookingStatus(tx, id, { newStatus: 'in_progress' }))
  yield later(end, between(rng, 0, 12) * MINUTE)
  await sim.attempt(handler, (tx) => setBookingStatus(tx, id, { newStatus: 'completed' }))
  yield later(sim.clock.now(), between(rng, 3, 40) * MINUTE)
  await payRest(world, id, handler)
}

async function payRest({ sim }: World, id: string, handler: Actor): Promise<void> {
  const booking = await bookingOf(sim.db, id)
  const rest = booking.price_amount - booking.paid_amount
  if (rest <= 0 || sim.rng() < 0.07) return
  await sim.attempt(handler, (tx) =>
    recordPayment(tx, {
      id,
      type: 'full',
      amount: { amount: rest, currency: booking.currency },
      method: pick(sim.rng, ['cash', 'card_terminal', 'card_terminal', 'bank_transfer']),
    }),
  )
}

function bookingOf(db: World['sim']['db'], id: string) {
  return db
    .selectFrom('bookings')
    .select(['price_amount', 'paid_amount', 'currency', 'ref', 'client_id', 'status', 'client_confirmed_arrival'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
}

async function* cancelledStory(world: World, id: string, handler: Actor): Story {
  const { sim } = world
  const done = await sim.attempt(handler, (tx) =>
    setBookingStatus(tx, id, { newStatus: 'cancelled', reason: pick(sim.rng, CANCEL_REASONS) }),
  )
  if (done) yield* handedBack(world, id)
}

/** Half an hour before the start the client has not said they are on their way. */
async function* noShowRisk({ sim }: World, id: string, handler: Actor): Story {
  const booking = await bookingOf(sim.db, id)
  if (booking.status !== 'confirmed' || booking.client_confirmed_arrival) return
  const { id: exceptionId } = await sim.act(systemActor('no-show watch'), (tx) =>
    raiseException(tx, {
      type: 'no_show_risk',
      severity: 'high',
      summary: `${booking.ref} starts in half an hour and the client has not confirmed arrival`,
      entityType: 'booking',
      entityId: id,
      entityRef: booking.ref,
      clientId: booking.client_id,
      dedupeKey: `no_show:${id}`,
    }),
  )
  yield later(sim.clock.now(), between(sim.rng, 6, 20) * MINUTE)
  const dismissed = sim.rng() < 0.25
  await sim.attempt(handler, (tx) =>
    closeException(tx, {
      id: exceptionId,
      newStatus: dismissed ? 'dismissed' : 'resolved',
      words: pick(sim.rng, dismissed ? DISMISSALS : RESOLUTIONS),
    }),
  )
}

export interface DirectPlan {
  at: Date
  wish: Wish
  /** How far it gets; `paid` and `waived` go on to their end. */
  way: 'draft' | 'pending' | 'held' | 'expired' | 'paid' | 'waived' | 'dropped'
  outcome?: BookingEnd
  /** Of the hold. */
  deadline?: Date
}

/** Someone the agency knows rings up and books, without an inquiry. */
export async function* directStory(world: World, plan: DirectPlan): Story {
  const { sim, agenda, staff } = world
  const { rng } = sim
  const { wish } = plan
  const model = findModel(world, wish)
  if (!model) return
  agenda.take(model, wish.start, wish.end, wish.place)
  const handler = plan.way === 'waived' ? staff.manager : pickHandler(world)
  const input = {
    clientId: world.clients.known().id,
    modelId: model.id,
    location: wish.place,
    start: wish.start,
    end: wish.end,
    callType: wish.callType,
    services: wish.services,
    assigneeId: handler.id,
  }
  const outcome = plan.outcome ?? (rng() < 0.08 ? 'cancelled' : rng() < 0.05 ? 'no_show' : 'completed')
  if (plan.way === 'waived') {
    const booking = await sim.act(handler, (tx) =>
      createConfirmedBooking(tx, { ...input, waiver: { reason: pick(rng, WAIVER_REASONS) } }),
    )
    yield* confirmedStory(world, { id: booking.id, start: wish.start, end: wish.end, handler, outcome })
    return
  }
  const { id, price_amount } = await sim.act(handler, (tx) => createBooking(tx, input))
  if (plan.way === 'draft') return
  yield later(plan.at, between(rng, 2, 9) * MINUTE)
  await sim.act(handler, (tx) => setBookingStatus(tx, id, { newStatus: 'pending' }))
  if (plan.way === 'pending') return
  yield later(sim.clock.now(), between(rng, 1, 5) * MINUTE)
  if (plan.way === 'dropped') {
    await sim.act(handler, (tx) => setBookingStatus(tx, id, { newStatus: 'cancelled', reason: pick(rng, CANCEL_REASONS) }))
    return
  }
  yield* heldStory(world, { id, handler, price: price_amount, start: wish.start, end: wish.end, outcome }, plan)
}

async function* heldStory(
  world: World,
  held: BookedStory & { price: number },
  { way, deadline }: Pick<DirectPlan, 'way' | 'deadline'>,
): Story {
  const { sim } = world
  const { rng } = sim
  const deposit = depositOf(held.price)
  const now = sim.clock.now()
  const until = holdUntil(now, held.start, deadline ?? later(now, between(rng, 4, 20) * HOUR))
  const metadata = { deposit: { amount: deposit, currency: 'GBP' }, depositDeadline: until.toISOString() }
  const isHeld = await sim.attempt(held.handler, (tx) =>
    setBookingStatus(tx, held.id, { newStatus: 'deposit_required', metadata }),
  )
  if (isHeld && way === 'expired') yield* lapsedStory(world, { handler: held.handler, bookingId: held.id, deadline: until })
  if (!isHeld || way !== 'paid') return
  yield later(sim.clock.now(), (until.getTime() - sim.clock.now().getTime()) * (0.1 + rng() * 0.7))
  const isPaid = await sim.attempt(held.handler, (tx) =>
    payDeposit(tx, held.id, deposit, pick(rng, ['bank_transfer', 'card_terminal'])),
  )
  if (isPaid) yield* confirmedStory(world, held)
}

/** A hold ran out and made an exception: someone sees it, calls, and closes it. */
export async function* lapsedStory(
  { sim }: World,
  { handler, bookingId, deadline }: { handler: Actor; bookingId: string; deadline: Date },
): Story {
  const { rng } = sim
  yield whenAwake(later(deadline, between(rng, 45, 240) * MINUTE), between(rng, 5, 45))
  const exception = await sim.db
    .selectFrom('exceptions')
    .select('id')
    .where('dedupe_key', '=', `expired:${bookingId}`)
    .where('status', '=', 'open')
    .executeTakeFirst()
  if (!exception) return
  const isDismissed = rng() < 0.2
  await sim.attempt(handler, (tx) =>
    closeException(tx, {
      id: exception.id,
      newStatus: isDismissed ? 'dismissed' : 'resolved',
      words: pick(rng, isDismissed ? DISMISSALS : RESOLUTIONS),
    }),
  )
}

export function payDeposit(tx: Tx, id: string, amount: number, method: 'bank_transfer' | 'card_terminal') {
  return recordPayment(tx, { id, type: 'deposit', amount: { amount, currency: 'GBP' }, method })
}
