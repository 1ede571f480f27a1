import type { ExceptionType, Priority, Severity } from '#db/tables/index.ts'
import { type Actor, systemActor } from '#server/context.ts'
import { closeException, raiseException, setExceptionStatus } from '#server/domains/exceptions/index.ts'
import { createTask, setTaskStatus } from '#server/domains/tasks/index.ts'
import { addWorkNote, assignWork } from '#server/domains/work/index.ts'
import { later, MINUTE } from './london.ts'
import { between, pick } from './people.ts'
import type { Story } from './simulation.ts'
import { DISMISSALS, NOTES, RESOLUTIONS } from './texts.ts'
import { pickHandler, type World } from './world.ts'

export interface TaskPlan {
  type: string
  subject: string
  priority: Priority
  /** Who has it; nobody when left out. */
  assignee?: Actor
  way: 'open' | 'in_progress' | 'done' | 'failed' | 'cancelled' | 'released'
  about?: 'booking' | 'inquiry' | 'client'
}

/** Things people put on the list themselves. {ref} becomes what it is about. */
export const TASKS: readonly Pick<TaskPlan, 'type' | 'subject' | 'priority' | 'about'>[] = [
  { type: 'call_back', subject: 'Call the client back about {ref}', priority: 'high', about: 'inquiry' },
  { type: 'chase_deposit', subject: 'Ask for the deposit of {ref} once more', priority: 'high', about: 'booking' },
  {
    type: 'confirm_arrival',
    subject: 'Confirm the meeting point of {ref} with both sides',
    priority: 'normal',
    about: 'booking',
  },
  { type: 'send_details', subject: 'Send directions and the door code for {ref}', priority: 'normal', about: 'booking' },
  { type: 'collect_balance', subject: 'Collect the balance of {ref}', priority: 'normal', about: 'booking' },
  { type: 'invoice', subject: 'Invoice {ref} to the company, with their PO number', priority: 'low', about: 'booking' },
  { type: 'feedback', subject: 'Ask how it went: {ref}', priority: 'low', about: 'booking' },
  { type: 'check_identity', subject: 'Check who {ref} really is before we confirm', priority: 'critical', about: 'client' },
  { type: 'notify_model', subject: 'Tell the model about the new time of {ref}', priority: 'high', about: 'booking' },
]

export async function* taskStory(world: World, plan: TaskPlan): Story {
  const { sim, staff } = world
  const { rng } = sim
  const about = plan.about ? await somethingAt(world, plan.about) : undefined
  const maker = pick(rng, [staff.manager, staff.operator, staff.operator2])
  const { id } = await sim.act(maker, (tx) =>
    createTask(tx, {
      type: plan.type,
      subject: plan.subject.replace('{ref}', about?.ref ?? 'the client'),
      priority: plan.priority,
      ...(about && plan.about
        ? { entityType: plan.about, entityId: about.id, entityRef: about.ref, clientId: about.clientId }
        : {}),
    }),
  )
  const worker = plan.assignee ?? pickHandler(world)
  if (plan.way === 'open') {
    if (plan.assignee) await sim.act(staff.manager, (tx) => assignWork(tx, 'task', { id, userId: worker.id }))
    return
  }
  yield later(sim.clock.now(), between(rng, 1, 12) * MINUTE)
  if (plan.way === 'cancelled') {
    await sim.act(worker, (tx) => setTaskStatus(tx, id, { newStatus: 'cancelled', reason: 'No longer needed.' }))
    return
  }
  await sim.act(worker, (tx) => setTaskStatus(tx, id, { newStatus: 'in_progress' }))
  if (rng() < 0.5) await sim.act(worker, (tx) => addWorkNote(tx, 'task', { id, body: pick(rng, NOTES) }))
  if (plan.way === 'in_progress') return
  yield later(sim.clock.now(), between(rng, 8, 90) * MINUTE)
  if (plan.way === 'released')
    await sim.act(worker, (tx) => setTaskStatus(tx, id, { newStatus: 'open', reason: 'Handing over at the end of the shift.' }))
  else if (plan.way === 'failed')
    await sim.act(worker, (tx) => setTaskStatus(tx, id, { newStatus: 'failed', reason: 'Could not reach anyone.' }))
  else await sim.act(worker, (tx) => setTaskStatus(tx, id, { newStatus: 'done' }))
}

export interface ExceptionPlan {
  type: ExceptionType
  severity: Severity
  summary: string
  details?: Record<string, unknown>
  /** What raised it. */
  by: string
  about?: 'booking' | 'inquiry' | 'client'
  assignee?: Actor
  way: 'open' | 'investigating' | 'resolved' | 'dismissed'
}

export const EXCEPTIONS: readonly Pick<ExceptionPlan, 'type' | 'severity' | 'summary' | 'by' | 'about' | 'details'>[] = [
  {
    type: 'payment_failed',
    severity: 'high',
    summary: '{ref}: the card was declined at the terminal',
    by: 'payments',
    about: 'booking',
    details: { code: 'card_declined' },
  },
  {
    type: 'mismatch',
    severity: 'medium',
    summary: '{ref} lies outside the hours the model gave for that week',
    by: 'availability check',
    about: 'booking',
  },
  {
    type: 'overbooking',
    severity: 'critical',
    summary: '{ref}: the model says she is promised elsewhere at that time',
    by: 'availability check',
    about: 'booking',
  },
  {
    type: 'policy_violation',
    severity: 'medium',
    summary: '{ref}: asked for a discount beyond what the price list allows',
    by: 'policy check',
    about: 'inquiry',
  },
  { type: 'other', severity: 'low', summary: '{ref} has two phone numbers that both answer', by: 'data check', about: 'client' },
  {
    type: 'no_show_risk',
    severity: 'high',
    summary: '{ref} starts soon and the client has not confirmed arrival',
    by: 'no-show watch',
    about: 'booking',
  },
]

export async function* exceptionStory(world: World, plan: ExceptionPlan): Story {
  const { sim } = world
  const { rng } = sim
  const about = plan.about ? await somethingAt(world, plan.about) : undefined
  const { id } = await sim.act(systemActor(plan.by), (tx) =>
    raiseException(tx, {
      type: plan.type,
      severity: plan.severity,
      summary: plan.summary.replace('{ref}', about?.ref ?? 'One case'),
      details: plan.details ?? {},
      ...(about && plan.about
        ? { entityType: plan.about, entityId: about.id, entityRef: about.ref, clientId: about.clientId }
        : {}),
    }),
  )
  if (plan.way === 'open') return
  const worker = plan.assignee ?? pickHandler(world)
  yield later(sim.clock.now(), between(rng, 2, 15) * MINUTE)
  await sim.act(worker, (tx) => setExceptionStatus(tx, id, { newStatus: 'investigating' }))
  if (rng() < 0.4) await sim.act(worker, (tx) => addWorkNote(tx, 'exception', { id, body: pick(rng, NOTES) }))
  if (plan.way === 'investigating') return
  yield later(sim.clock.now(), between(rng, 5, 80) * MINUTE)
  const words = pick(rng, plan.way === 'dismissed' ? DISMISSALS : RESOLUTIONS)
  const newStatus = plan.way
  await sim.act(worker, (tx) => closeException(tx, { id, newStatus, words }))
}

interface About {
  id: string
  ref: string
  clientId: string
}

/** One of the last things of that kind that is still alive and that everybody at work may see. */
async function somethingAt({ sim, staff }: World, kind: 'booking' | 'inquiry' | 'client'): Promise<About | undefined> {
  const { db, rng } = sim
  if (kind === 'client') {
    const clients = await db
      .selectFrom('clients')
      .select(['id', 'ref'])
      .orderBy('created_at', 'desc')
      .orderBy('id')
      .limit(20)
      .execute()
    const client = clients.length > 0 ? pick(rng, clients) : undefined
    return client && { ...client, clientId: client.id }
  }
  const table = kind === 'booking' ? ('bookings' as const) : ('inquiries' as const)
  const rows = await db
    .selectFrom(table)
    .select(['id', 'ref', 'client_id'])
    .where(
      'status',
      'in',
      kind === 'booking' ? ['pending', 'deposit_required', 'confirmed', 'in_progress'] : ['new', 'qualified', 'awaiting_client'],
    )
    .where((eb) =>
      eb.or([eb('assignee_id', 'is', null), eb('assignee_id', 'in', [staff.operator.id, staff.operator2.id, staff.manager.id])]),
    )
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .limit(15)
    .execute()
  const row = rows.length > 0 ? pick(rng, rows) : undefined
  return row && { id: row.id, ref: row.ref, clientId: row.client_id }
}
