import type { Priority, Severity } from '#db/tables/index.ts'
import { type DirectPlan, directStory } from './booking-story.ts'
import { type LeadPlan, leadStory } from './lead-story.ts'
import { DAY, HOUR, later, MINUTE } from './london.ts'
import { between, pick } from './people.ts'
import { EXCEPTIONS, exceptionStory, TASKS, taskStory } from './work-story.ts'
import { inventWish, type Wish, type World } from './world.ts'

/** Minutes a default SLA policy gives; what stands in reference data. */
const SLA: Record<Priority | Severity, number> = { critical: 30, high: 60, normal: 240, medium: 240, low: 1_440 }

/** What is open, and how many minutes its deadline lies ahead (or behind, when negative). */
const OPEN_TASKS = [
  ['check_identity', -12],
  ['call_back', -45],
  ['chase_deposit', 13],
  ['notify_model', 40],
  ['call_back', 55],
  ['confirm_arrival', -190],
  ['send_details', 4],
  ['collect_balance', 27],
  ['confirm_arrival', 88],
  ['send_details', 120],
  ['collect_balance', 210],
  ['invoice', 300],
  ['feedback', 900],
  ['invoice', -30],
] as const
const OPEN_EXCEPTIONS = [
  ['payment_failed', -75],
  ['mismatch', -8],
  ['no_show_risk', 6],
  ['overbooking', 19],
  ['payment_failed', 43],
  ['mismatch', 100],
  ['policy_violation', 180],
  ['other', 600],
] as const

/**
 * What a person finds when they sign in now, whatever the hour: leads in every stage, holds that run out in minutes
 * and in hours, bookings in progress, and a list of work of which some is late.
 */
export function planPresent(world: World): void {
  bookingsInProgress(world)
  openHolds(world)
  openLeads(world)
  upcoming(world)
  openWork(world)
}

function ago(world: World, minutes: number): Date {
  return later(world.sim.until, -minutes * MINUTE)
}

/** People agree on round times. */
function fiveMinutes(at: Date): Date {
  return new Date(Math.round(at.getTime() / (5 * MINUTE)) * 5 * MINUTE)
}

function direct(world: World, plan: Omit<DirectPlan, 'wish'> & { wish?: Partial<Wish> }, daysAhead = 2): void {
  world.sim.tell(plan.at, () => {
    const wish = { ...inventWish(world, plan.at, daysAhead), ...plan.wish }
    return directStory(world, { ...plan, wish })
  })
}

function lead(world: World, plan: Omit<LeadPlan, 'wish'>, daysAhead: number): void {
  world.sim.tell(plan.at, () => leadStory(world, { prompt: true, ...plan, wish: inventWish(world, plan.at, daysAhead) }))
}

function bookingsInProgress(world: World): void {
  for (const [started, length] of [
    [85, 180],
    [40, 120],
    [22, 90],
  ] as const) {
    const start = fiveMinutes(ago(world, started))
    const wish = { start, end: later(start, length * MINUTE) }
    direct(world, { at: later(start, -between(world.sim.rng, 20, 70) * HOUR), way: 'paid', outcome: 'completed', wish })
  }
}

function openHolds(world: World): void {
  const { sim } = world
  for (const minutes of [9, 26, 58, 140, 310]) {
    const at = ago(world, between(sim.rng, 70, 420))
    direct(world, { at, way: 'held', deadline: later(sim.until, minutes * MINUTE) }, between(sim.rng, 1, 6))
  }
  for (const minutes of [17, 95, 480, 1_200]) {
    const deadline = later(sim.until, minutes * MINUTE)
    lead(
      world,
      { at: ago(world, between(sim.rng, 600, 900)), end: 'paid', stop: 'awaiting_deposit', deadline },
      between(sim.rng, 2, 8),
    )
  }
  // Ran out this morning, nobody has looked yet.
  for (const minutes of [35, 190])
    direct(world, { at: ago(world, minutes + 300), way: 'expired', deadline: ago(world, minutes) }, 4)
}

function openLeads(world: World): void {
  const { rng } = world.sim
  const priorities = ['normal', 'high', 'normal', 'normal', 'critical', 'normal', 'low'] as const
  for (const [index, minutes] of [3, 11, 24, 38, 52, 74, 130].entries()) {
    lead(world, { at: ago(world, minutes), end: 'paid', stop: 'new', priority: priorities[index] }, between(rng, 2, 10))
  }
  // Forgotten: two days without an answer made a task.
  for (const hours of [51, 60]) lead(world, { at: ago(world, hours * 60), end: 'paid', stop: 'new' }, 9)
  for (let index = 0; index < 6; index++) {
    lead(world, { at: ago(world, between(rng, 60, 900)), end: 'paid', stop: 'qualified' }, between(rng, 2, 9))
    lead(world, { at: ago(world, between(rng, 180, 1_500)), end: 'paid', stop: 'awaiting_client' }, between(rng, 3, 12))
  }
  for (const minutes of [20, 150, 400, 2_000, 2_600])
    direct(world, { at: ago(world, minutes), way: 'pending' }, between(rng, 3, 9))
  for (const minutes of [8, 95, 600]) direct(world, { at: ago(world, minutes), way: 'draft' }, between(rng, 3, 9))
}

/** Confirmed, spread over the next two weeks. */
function upcoming(world: World): void {
  const { sim } = world
  const { rng } = sim
  for (let day = 0; day <= 14; day++) {
    for (let count = between(rng, 2, 3); count > 0; count--) {
      const before = between(rng, 2, 9)
      direct(
        world,
        { at: later(sim.until, -before * DAY + between(rng, -300, 300) * MINUTE), way: rng() < 0.3 ? 'waived' : 'paid' },
        before + day,
      )
    }
  }
}

function openWork(world: World): void {
  const { sim, staff } = world
  const { rng } = sim
  const hands = [undefined, staff.operator, undefined, staff.operator2, staff.operator, undefined, staff.manager]
  for (const [index, [type, left]] of OPEN_TASKS.entries()) {
    const task = TASKS.find((candidate) => candidate.type === type)
    if (!task) throw new Error(`no task ${type}`)
    const way = index % 4 === 3 ? 'in_progress' : 'open'
    const plan = { ...task, assignee: hands[index % hands.length], way } as const
    sim.tell(ago(world, SLA[task.priority] - left), () => taskStory(world, plan))
  }
  for (const [index, [type, left]] of OPEN_EXCEPTIONS.entries()) {
    const exception = EXCEPTIONS.find((candidate) => candidate.type === type)
    if (!exception) throw new Error(`no exception ${type}`)
    const way = index % 3 === 2 ? 'investigating' : 'open'
    const plan = { ...exception, assignee: pick(rng, [staff.operator, staff.operator2]), way } as const
    sim.tell(ago(world, SLA[exception.severity] - left), () => exceptionStory(world, plan))
  }
}
