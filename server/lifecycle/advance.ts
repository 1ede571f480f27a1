import type { Timer } from '#db/tables/index.ts'
import { differences } from '#server/differences.ts'
import { AppError } from '#server/errors.ts'
import type { Tx } from '#server/transact.ts'
import type { Edge } from './lifecycle.ts'
import { decide, type Lifecycle } from './lifecycle.ts'

/** What has a lifecycle. */
export type LivingNoun = 'inquiry' | 'booking' | 'task' | 'exception' | 'model' | 'payment'

/** What every entity with a lifecycle carries. */
export interface LivingRow {
  id: string
  status: string
  version: number
}

export interface TransitionRequest {
  newStatus: string
  reason?: string
  /** What a step needs besides a reason: `deposit`, `waiver`, `resolution`. Parsed by the domain. */
  metadata?: Record<string, unknown>
  /** The version the person saw; another one now is `stale_write`. */
  expectedVersion?: number
}

export interface Transition {
  from: string
  to: string
  at: Date
  by: string
}

/** How one noun takes part: the only thing a domain writes to have a lifecycle. Row is its table's row, locked. */
export interface Living<Row extends LivingRow, Facts> {
  lifecycle: Lifecycle<Facts>
  entityType: LivingNoun
  refOf(row: Row): string
  assigneeOf(row: Row): string | null
  /** Facts for the rules, loaded under the lock; `row` already carries what the request brought. */
  facts(tx: Tx, row: Row, to: string, request: TransitionRequest): Promise<Facts>
  /** Takes deposit, waiver, resolution … from the request: columns to change before the rules are asked. */
  accept?(tx: Tx, row: Row, request: TransitionRequest): Promise<Partial<Row>>
  /** What the machine's actions do, in the same transaction, by the facts the rules saw. Returns columns to change with the status. */
  actions: Readonly<
    Record<string, (tx: Tx, row: Row, request: TransitionRequest, edge: Edge, facts: Facts) => Promise<Partial<Row>>>
  >
  /** Columns that follow from the step itself (answered_at, completed_at); none by default. */
  stamp?(tx: Tx, row: Row, edge: Edge, request: TransitionRequest): Partial<Row>
  /** Sends the UPDATE of exactly these columns plus status, version and updated_at. */
  save(tx: Tx, row: Row, columns: Partial<Row>): void
  /** Timers that start or end with this step. */
  timers?(row: Row, edge: Edge, tx: Tx): Timer[]
  /** May turn a refusal into a more helpful one (the time is taken → alternatives). */
  explain?(tx: Tx, row: Row, facts: Facts, refusal: AppError): Promise<AppError>
  /** The booking whose timeline tells of it. */
  timelineOf?(row: Row): string | null
}

/**
 * The one way a status changes. `row` is locked by the caller. Asks the machine, carries out its actions, writes
 * status, audit, timeline and outbox event into the transaction, and returns the row as it will be.
 * Throws `transition_refused` (audited after the rollback) or `stale_write`.
 */
export async function advance<Row extends LivingRow, Facts>(
  tx: Tx,
  living: Living<Row, Facts>,
  row: Row,
  request: TransitionRequest,
): Promise<{ row: Row; transition: Transition }> {
  const { entityType } = living
  requireVersion(row, request.expectedVersion)
  const from = row.status
  const accepted = (await living.accept?.(tx, row, request)) ?? {}
  const asked: Row = { ...row, ...accepted }
  const facts = await living.facts(tx, asked, request.newStatus, request)
  const edge = await askMachine(tx, living, asked, facts, request)
  const columns: Partial<Row> = { ...accepted }
  for (const name of edge.actions) {
    const action = living.actions[name]
    if (!action) throw new Error(`${entityType}: no action ${name}`)
    Object.assign(columns, await action(tx, { ...asked, ...columns }, request, edge, facts))
  }
  Object.assign(columns, living.stamp?.(tx, { ...asked, ...columns }, edge, request) ?? {})
  const next: Row = { ...asked, ...columns, status: edge.to, version: row.version + 1 }
  living.save(tx, next, columns)
  const ref = living.refOf(next)
  const change = differences(row, columns)
  tx.audit({
    action: `${entityType}.status_changed`,
    entityType,
    entityId: row.id,
    entityRef: ref,
    before: { status: from, ...change.before },
    after: { status: edge.to, ...change.after },
    reason: request.reason ?? null,
  })
  const bookingId = living.timelineOf?.(next)
  if (bookingId) {
    tx.timeline({
      bookingId,
      kind: 'status',
      title: `${words(from)} → ${words(edge.to)}`,
      body: request.reason ?? null,
      data: { from, to: edge.to },
    })
  }
  tx.event({
    type: `${entityType}.status_changed`,
    entityType,
    entityId: row.id,
    entityRef: ref,
    payload: { from, to: edge.to, ...(request.reason ? { reason: request.reason } : {}) },
    timers: living.timers?.(next, edge, tx),
    assigneeId: living.assigneeOf(next),
    previousAssigneeId: living.assigneeOf(row),
  })
  return { row: next, transition: { from, to: edge.to, at: tx.now, by: tx.ctx.actor.name } }
}

async function askMachine<Row extends LivingRow, Facts>(
  tx: Tx,
  living: Living<Row, Facts>,
  row: Row,
  facts: Facts,
  request: TransitionRequest,
): Promise<Edge> {
  try {
    return decide(living.lifecycle, row.status, request.newStatus, facts)
  } catch (error) {
    if (error instanceof AppError && error.code === 'transition_refused') {
      error.trace = {
        action: `${living.entityType}.transition_refused`,
        entityType: living.entityType,
        entityId: row.id,
        entityRef: living.refOf(row),
        before: { status: row.status },
        after: { asked: request.newStatus, rule: error.facts.rule },
        reason: request.reason ?? null,
      }
      tx.ctx.log.info({ entityType: living.entityType, id: row.id, rule: error.facts.rule }, 'transition refused')
      const explained = (await living.explain?.(tx, row, facts, error)) ?? error
      explained.trace ??= error.trace
      throw explained
    }
    throw error
  }
}

/** Throws `stale_write` when someone changed the row since the person saw it. */
export function requireVersion(row: LivingRow, expected: number | undefined, changed?: Record<string, unknown>): void {
  if (expected !== undefined && expected !== row.version) {
    throw new AppError('stale_write', 'Someone changed this meanwhile. Look at the current state and try again.', {
      currentVersion: row.version,
      changed: changed ?? { status: row.status },
    })
  }
}

function words(status: string): string {
  return status.replaceAll('_', ' ')
}
