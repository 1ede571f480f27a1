import { type Actor, anonymous, systemActor } from '#server/context.ts'
import { convertToBooking, proposeModel } from '#server/domains/inquiries/convert-inquiry.ts'
import { receiveInquiry, setInquiryStatus } from '#server/domains/inquiries/index.ts'
import { matchModels } from '#server/domains/inquiries/match-models.ts'
import { assignInquiry } from '#server/domains/inquiries/update-inquiry.ts'
import { setTaskStatus } from '#server/domains/tasks/index.ts'
import { type BookingEnd, confirmedStory, lapsedStory, payDeposit } from './booking-story.ts'
import { DAY, HOUR, later, MINUTE, whenAwake } from './london.ts'
import { between, pick } from './people.ts'
import type { From, Story } from './simulation.ts'
import { AGENTS, LOST_REASONS, SPAM, WAIVER_REASONS } from './texts.ts'
import { depositOf, findModel, holdUntil, pickHandler, type Wish, type World } from './world.ts'

type LeadEnd = 'spam' | 'lost_early' | 'lost' | 'lost_at_deposit' | 'expired' | 'waived' | 'paid'
type Stop = 'new' | 'qualified' | 'awaiting_client' | 'awaiting_deposit'

export interface LeadPlan {
  at: Date
  wish: Wish
  end: LeadEnd
  /** Nobody gets further than this. */
  stop?: Stop
  outcome?: BookingEnd
  priority?: 'low' | 'normal' | 'high' | 'critical'
  /** Of the hold. */
  deadline?: Date
  /** Handled as it comes in, at whatever hour. */
  prompt?: boolean
}

interface Lead {
  id: string
  ref: string
}

/** An inquiry from its arrival to its end, and the booking it becomes. */
export async function* leadStory(world: World, plan: LeadPlan): Story {
  const { sim } = world
  const { rng } = sim
  const lead = await receive(world, plan)
  if (plan.stop === 'new') return
  const pace = (ms: number) =>
    plan.prompt ? later(sim.clock.now(), ms / 4) : whenAwake(later(sim.clock.now(), ms), between(rng, 3, 50))
  yield pace(between(rng, 3, plan.priority === 'high' ? 20 : 45) * MINUTE)
  const handler = pickHandler(world)
  const taskId = await claim(world, handler, lead)
  yield pace(between(rng, 2, 6) * MINUTE)
  if (plan.end === 'spam') {
    await close(world, handler, taskId, lead, 'spam', 'Not a real inquiry.')
    return
  }
  await sim.act(handler, async (tx) => {
    await setInquiryStatus(tx, lead.id, { newStatus: 'qualified' })
    if (taskId) await setTaskStatus(tx, taskId, { newStatus: 'done' })
  })
  if (plan.stop === 'qualified') return
  yield pace(between(rng, 4, 25) * MINUTE)
  if (plan.end === 'lost_early') {
    await close(world, handler, undefined, lead, 'lost', pick(rng, LOST_REASONS))
    return
  }
  const bookingId = await propose(world, handler, lead, plan.wish)
  if (!bookingId || plan.stop === 'awaiting_client') return
  yield pace(between(rng, 20, 900) * MINUTE)
  if (plan.end === 'lost') {
    await close(world, handler, undefined, lead, 'lost', pick(rng, LOST_REASONS))
    return
  }
  yield* agreed(world, plan, { lead, handler, bookingId })
}

interface Agreed {
  lead: Lead
  handler: Actor
  bookingId: string
}

/** The client said yes: the money, or a waiver, decides the rest. */
async function* agreed(world: World, plan: LeadPlan, { lead, handler, bookingId }: Agreed): Story {
  const { sim, staff } = world
  const { rng } = sim
  const { modelId, price } = await bookingOf(world, bookingId)
  const { start, end } = plan.wish
  const outcome = plan.outcome ?? (rng() < 0.09 ? 'cancelled' : rng() < 0.06 ? 'no_show' : 'completed')
  if (plan.end === 'waived') {
    const waiver = { reason: pick(rng, WAIVER_REASONS) }
    const isBooked = await sim.attempt(staff.manager, (tx) =>
      convertToBooking(tx, { id: lead.id, modelId, start, end, callType: plan.wish.callType, waiver }),
    )
    if (isBooked) yield* confirmedStory(world, { id: bookingId, start, end, handler, outcome })
    return
  }
  const deposit = depositOf(price)
  const now = sim.clock.now()
  // They took their time: nobody holds an evening that is all but over.
  if (later(now, HOUR) >= end) {
    await close(world, handler, undefined, lead, 'lost', pick(rng, LOST_REASONS))
    return
  }
  const deadline = holdUntil(now, start, plan.deadline ?? later(now, between(rng, 4, 23) * HOUR))
  const metadata = { deposit: { amount: deposit, currency: 'GBP' }, depositDeadline: deadline.toISOString() }
  const isHeld = await sim.attempt(handler, (tx) => setInquiryStatus(tx, lead.id, { newStatus: 'awaiting_deposit', metadata }))
  if (!isHeld || plan.stop === 'awaiting_deposit') return
  if (plan.end === 'expired') {
    yield* expired(world, handler, lead, bookingId, deadline)
    return
  }
  yield later(sim.clock.now(), (deadline.getTime() - sim.clock.now().getTime()) * (0.05 + rng() * 0.8))
  if (plan.end === 'lost_at_deposit') {
    await close(world, handler, undefined, lead, 'lost', pick(rng, LOST_REASONS))
    return
  }
  const isPaid = await sim.attempt(handler, (tx) =>
    payDeposit(tx, bookingId, deposit, pick(rng, ['bank_transfer', 'card_terminal'])),
  )
  if (isPaid) yield* confirmedStory(world, { id: bookingId, start, end, handler, outcome })
}

/** The deadline passes (its timer expires the booking); someone sees the exception, calls, and closes the case. */
async function* expired(world: World, handler: Actor, lead: Lead, bookingId: string, deadline: Date): Story {
  yield* lapsedStory(world, { handler, bookingId, deadline })
  await close(world, handler, undefined, lead, 'lost', 'The deposit was never paid.')
}

async function receive(world: World, plan: LeadPlan): Promise<Lead> {
  const { sim, partner } = world
  const { rng, ids } = sim
  const { wish } = plan
  const contact = world.clients.forLead()
  const client = { name: contact.name, email: contact.email, phone: contact.phone }
  const roll = rng()
  const source =
    plan.end === 'spam' || roll < 0.45
      ? 'web'
      : roll < 0.65
        ? 'phone'
        : roll < 0.8
          ? 'whatsapp'
          : roll < 0.92
            ? 'telegram'
            : 'partner'
  const ip = `${pick(rng, ['192.0.2', '198.51.100', '203.0.113'])}.${between(rng, 1, 254)}`
  const senders: Record<typeof source, { actor: Actor; from: From }> = {
    web: { actor: anonymous, from: { via: 'screen', ip, agent: pick(rng, AGENTS) } },
    phone: { actor: pickHandler(world), from: { via: 'screen' } },
    whatsapp: { actor: systemActor('whatsapp'), from: { via: 'webhook' } },
    telegram: { actor: systemActor('telegram'), from: { via: 'webhook' } },
    partner: { actor: partner, from: { via: 'rest', ip: '203.0.113.80', agent: 'northline-connect/2.4' } },
  }
  const { actor, from } = senders[source]
  const text = plan.end === 'spam' ? pick(rng, SPAM) : wish
  const external = source === 'web' || source === 'phone' ? undefined : `${source.slice(0, 2)}-${ids.next().slice(-12)}`
  return sim.act(
    actor,
    (tx) =>
      receiveInquiry(tx, {
        source,
        externalRef: external,
        client,
        subject: text.subject,
        message: text.message,
        location: plan.end === 'spam' ? undefined : wish.place,
        services: plan.end === 'spam' ? [] : wish.services,
        from: plan.end === 'spam' ? undefined : wish.start,
        to: plan.end === 'spam' ? undefined : wish.end,
        priority: plan.priority ?? (rng() < 0.12 ? 'high' : rng() < 0.1 ? 'low' : 'normal'),
      }),
    from,
  )
}

/** Takes the review task and the inquiry. */
async function claim(world: World, handler: Actor, lead: Lead): Promise<string | undefined> {
  const { sim } = world
  const task = await sim.db
    .selectFrom('tasks')
    .select('id')
    .where('dedupe_key', '=', `review:${lead.id}`)
    .where('status', '=', 'open')
    .executeTakeFirst()
  await sim.act(handler, async (tx) => {
    if (task) await setTaskStatus(tx, task.id, { newStatus: 'in_progress' })
    await assignInquiry(tx, { id: lead.id, userId: handler.id })
  })
  return task?.id
}

async function close(
  world: World,
  handler: Actor,
  taskId: string | undefined,
  lead: Lead,
  newStatus: 'spam' | 'lost',
  reason: string,
) {
  await world.sim.attempt(handler, async (tx) => {
    await setInquiryStatus(tx, lead.id, { newStatus, reason })
    if (taskId) await setTaskStatus(tx, taskId, { newStatus: 'done' })
  })
}

/** Matches of so many days are kept with their inquiries. */
const MATCHED_DAYS = 10

/** Looks at the matches and proposes one of them: a draft booking. */
async function propose(world: World, handler: Actor, lead: Lead, wish: Wish): Promise<string | undefined> {
  const { sim, agenda } = world
  const model = findModel(world, wish)
  if (!model) return undefined
  agenda.take(model, wish.start, wish.end, wish.place)
  let bookingId: string | undefined
  await sim.attempt(handler, async (tx) => {
    // What is older nobody looks at any more: first start is quicker without.
    if (sim.clock.now() > later(sim.until, -MATCHED_DAYS * DAY)) await matchModels(tx, lead.id)
    ;({ bookingId } = await proposeModel(tx, {
      id: lead.id,
      modelId: model.id,
      start: wish.start,
      end: wish.end,
      callType: wish.callType,
    }))
  })
  return bookingId
}

async function bookingOf({ sim }: World, id: string): Promise<{ modelId: string; price: number }> {
  const row = await sim.db
    .selectFrom('bookings')
    .select(['model_id', 'price_amount'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  return { modelId: row.model_id, price: row.price_amount }
}
