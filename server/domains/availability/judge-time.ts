import { type Ctx, may, systemActor } from '#server/context.ts'
import { AppError } from '#server/errors.ts'
import type { Tx } from '#server/transact.ts'
import { findAlternatives } from './alternatives.ts'
import { decide } from './decide.ts'
import { expireHeld } from './expire-hold.ts'
import type { BlockFact, ModelTimeFacts } from './facts.ts'
import { lockModels } from './ledger.repository.ts'
import { loadTimeFacts } from './load-facts.ts'
import type { TimeDecision, TimeQuestion, TimeReason } from './time-question.ts'

/**
 * Locks the model (and `also` others, in the order of their ids) and asks what forbids this time: the one answer for
 * hold, book, move and extend. Lock and look are two statements sent together, so the look sees whatever the wait was
 * for. Lapsed holds in its way are ended first, in the clock's name. After this, until the transaction ends, nobody
 * else takes time of these models.
 */
export async function judgeTime(tx: Tx, question: TimeQuestion, also: readonly string[] = []): Promise<TimeDecision> {
  lockModels(tx, [question.modelId, ...also])
  const facts = await factsFor(tx, question)
  if (!facts) return UNKNOWN
  const decision = decide(facts, question, tx.now)
  await tx.ctx.faults?.beforeTakingTime?.()
  for (const block of lapsedIn(facts, question, decision, tx.now)) {
    if (!(await expireLapsed(tx, block))) return besideWork(decision, block)
  }
  return tx.ctx.faults?.tamper?.(decision) ?? decision
}

/** What decide asks about one time, in one round trip. */
export async function factsFor(
  tx: Pick<Tx, 'db'>,
  { modelId, startsAt, endsAt }: TimeQuestion,
): Promise<ModelTimeFacts | undefined> {
  return (await loadTimeFacts(tx.db, [modelId], { from: startsAt, to: endsAt })).get(modelId)
}

const NO_MARGINS = { tentative: false, minutesBefore: 0, minutesAfter: 0, travelBefore: 0, travelAfter: 0 }
const UNKNOWN: TimeDecision = {
  ok: false,
  reasons: [{ rule: 'inactive', overridable: false, text: 'There is no such model any more.', change: null }],
  ...NO_MARGINS,
}

const MINUTE = 60_000

/** Holds over this time that are none any more, but stand in the ledger still. */
function lapsedIn(facts: ModelTimeFacts, question: TimeQuestion, decision: TimeDecision, now: Date): BlockFact[] {
  const from = question.startsAt.getTime() - decision.minutesBefore * MINUTE
  const to = question.endsAt.getTime() + decision.minutesAfter * MINUTE
  return facts.blocks.filter(
    ({ id, bookingId, kind, expiresAt, ...block }) =>
      kind === 'hold' &&
      expiresAt !== null &&
      expiresAt <= now.getTime() &&
      block.from < to &&
      block.to > from &&
      id !== question.exceptHoldId &&
      (bookingId === null || bookingId !== question.exceptBookingId),
  )
}

/** Someone is about to pay, extend or end that hold: it counts as standing. */
function besideWork(decision: TimeDecision, block: BlockFact): TimeDecision {
  const reason: TimeReason = {
    rule: 'overlap',
    overridable: false,
    text: 'Someone is working on a hold over that time right now. Try again in a moment.',
    change: null,
    from: new Date(block.from),
    to: new Date(block.to),
    blockId: block.id,
    bookingId: block.bookingId,
  }
  return { ...decision, ok: false, reasons: [reason, ...decision.reasons] }
}

/**
 * Ends a hold whose deadline has passed, in the transaction of whoever wants its time. False when someone else has it
 * locked: a model's lock is held here, and rows are locked before models, so this never waits.
 */
export async function expireLapsed(tx: Tx, { id, bookingId }: Pick<BlockFact, 'id' | 'bookingId'>): Promise<boolean> {
  // In the clock's name: what lapsed is not put down to whoever noticed.
  const asClock = tx.as(systemActor('hold expiry'))
  if (bookingId) {
    // Imported when needed: bookings are built on availability, and this is the one step back.
    const { expireUnpaid } = await import('#server/domains/bookings/index.ts')
    if (await expireUnpaid(asClock, bookingId, { wait: false })) return true
  }
  return expireHeld(asClock, id, { wait: false })
}

export interface Override {
  reason: string
}

/** Throws `forbidden` unless this person may set rules aside. */
export function requireOverride(ctx: Ctx): void {
  if (!may(ctx, 'availability.override')) {
    throw new AppError('forbidden', 'Your role may not set a rule of availability aside. Ask a manager.')
  }
}

/** What still forbids it, and what the override sets aside. An overlap is never set aside. */
export function weigh(reasons: readonly TimeReason[], override: Override | undefined) {
  return {
    left: reasons.filter((reason) => !override || !reason.overridable),
    aside: reasons.filter((reason) => override && reason.overridable),
  }
}

/**
 * The refusal a person can act on: `taken` when someone has the time, else `transition_refused` with the rule; both
 * with up to three times that were free a moment ago. `left` is not empty.
 */
export async function refusalOf(
  tx: Pick<Tx, 'db' | 'now'>,
  modelName: string,
  question: TimeQuestion,
  left: readonly TimeReason[],
): Promise<AppError> {
  const alternatives = await findAlternatives(tx.db, question, tx.now)
  const reasons = left.map(reasonOut)
  const [first] = left
  if (!first || isTaken(first)) {
    const conflict = first?.from && first.to ? { from: first.from.toISOString(), to: first.to.toISOString() } : undefined
    const text = `${modelName} is not free at that time.`
    return new AppError('taken', text, { ...(conflict ? { conflict } : {}), reasons, overridable: false, alternatives })
  }
  const overridable = left.every((reason) => reason.overridable)
  return new AppError('transition_refused', first.text, { rule: first.rule, reasons, overridable, alternatives })
}

/** Somebody else has the time, or it can't be reached from theirs. */
export function isTaken({ rule }: TimeReason): boolean {
  return rule === 'overlap' || rule === 'travel'
}

/** As an answer carries it. */
export function reasonOut({ rule, overridable, text, change }: TimeReason) {
  return { rule, overridable, text, change: change?.text ?? null }
}

/**
 * The whole way for what has no lifecycle of its own to refuse with: judges, and throws the refusal when something
 * forbids the time. Answers the margins to keep and what was set aside, for the audit.
 */
export async function requireTime(
  tx: Tx,
  modelName: string,
  question: TimeQuestion,
  override: Override | undefined,
  also: readonly string[] = [],
): Promise<{ decision: TimeDecision; aside: TimeReason[] }> {
  if (override) requireOverride(tx.ctx)
  const decision = await judgeTime(tx, question, also)
  const { left, aside } = weigh(decision.reasons, override)
  if (left.length > 0) throw await refusalOf(tx, modelName, question, left)
  return { decision, aside }
}
