import type { CompiledQuery } from 'kysely'
import type pg from 'pg'
import { type Db, kyselyOn, statementName } from '#db/client.ts'
import type { Timer } from '#db/tables/index.ts'
import { AppError } from '#server/errors.ts'
import type { EventName } from '#server/outbox/catalogue.ts'
import type { Actor, Ctx } from './context.ts'

export interface AuditEntry {
  /** Drawn by the caller when something else must name this row. */
  id?: string
  action: string
  entityType: string
  entityId: string | null
  entityRef?: string | null
  before?: Record<string, unknown> | null
  after?: Record<string, unknown> | null
  reason?: string | null
}
export interface TimelineEntry {
  bookingId: string
  kind: string
  title: string
  body?: string | null
  data?: Record<string, unknown>
}
export interface DomainEvent {
  type: EventName
  entityType: string
  entityId: string
  entityRef?: string | null
  payload?: Record<string, unknown>
  timers?: Timer[]
  assigneeId?: string | null
  previousAssigneeId?: string | null
}

/** Told to the idempotency layer in the same transaction as the work itself. */
export interface IdempotencyClaim {
  scope: string
  key: string
  owner: string
  respond(result: unknown): unknown
}

/** A Kysely query or a raw one, not yet run. */
export interface Query<T> {
  compile(db: Db): CompiledQuery<T>
}

/**
 * One transaction. `db` runs on its connection. What is collected by audit, timeline and event is written in one
 * statement just before COMMIT: the rows a lifecycle needs cost one round trip however many they are.
 */
export interface Tx {
  readonly db: Db
  readonly ctx: Ctx
  /** Fixed for the whole transaction, from the context's clock. */
  readonly now: Date
  /** The same transaction, acting in another's name. */
  as(actor: Actor): Tx
  /** Runs a built query on this connection, in the order of the calls; several may be under way (pipelined). */
  run<T>(query: Query<T>): Promise<T[]>
  /** Like run, for writes nobody waits for: they travel with what follows, and their errors fail the transaction. */
  send(query: Query<unknown>): void
  audit(entry: AuditEntry): void
  timeline(entry: TimelineEntry): void
  event(event: DomainEvent): void
}

interface Writes {
  audit: Record<string, unknown>[]
  timeline: Record<string, unknown>[]
  events: Record<string, unknown>[]
}

const AUDIT_COLUMNS =
  'id uuid, at timestamptz, actor_kind text, actor_id uuid, actor_name text, via text, action text, entity_type text, entity_id uuid, entity_ref text, before jsonb, after jsonb, reason text, cause_id uuid, request_id text, ip text, agent text'
const TIMELINE_COLUMNS =
  'id uuid, booking_id uuid, at timestamptz, kind text, title text, body text, data jsonb, actor_id uuid, actor_name text'
const EVENT_COLUMNS =
  'id uuid, type text, entity_type text, entity_id uuid, entity_ref text, payload jsonb, timers jsonb, assignee_id uuid, previous_assignee_id uuid, actor_id uuid, cause_id uuid, depth smallint, occurred_at timestamptz'

function names(columns: string): string {
  return columns
    .split(', ')
    .map((column) => column.split(' ')[0])
    .join(', ')
}

const NAMES = new Map([AUDIT_COLUMNS, TIMELINE_COLUMNS, EVENT_COLUMNS].map((columns) => [columns, names(columns)]))

function insertFrom(table: string, columns: string, parameter: number): string {
  // WITH ORDINALITY keeps the order of the array: an outbox position follows the order of the calls.
  const list = NAMES.get(columns)
  return `insert into ${table} (${list}) select ${list} from rows from (jsonb_to_recordset($${parameter}::jsonb) as (${columns})) with ordinality as r(${list}, ord) order by ord`
}

/** One statement for all collected rows (and the idempotency answer); undefined when there is nothing to write. */
function flushStatement(writes: Writes, claim: IdempotencyClaim | undefined, result: unknown) {
  const parts: string[] = []
  const values: unknown[] = []
  const add = (label: string, table: string, columns: string, rows: Record<string, unknown>[]) => {
    if (rows.length === 0) return
    values.push(JSON.stringify(rows))
    parts.push(`${label} as (${insertFrom(table, columns, values.length)})`)
  }
  add('a', 'audit_log', AUDIT_COLUMNS, writes.audit)
  add('t', 'booking_timeline', TIMELINE_COLUMNS, writes.timeline)
  add('e', 'domain_events', EVENT_COLUMNS, writes.events)
  let claimed = '1'
  if (claim) {
    const at = values.length
    values.push(claim.scope, claim.key, claim.owner, JSON.stringify(claim.respond(result) ?? null))
    parts.push(
      `k as (update idempotency_keys set state = 'done', response = $${at + 4}::jsonb where scope = $${at + 1} and key = $${at + 2} and owner = $${at + 3}::uuid and state = 'running' returning 1)`,
    )
    claimed = '(select count(*) from k)'
  }
  if (parts.length === 0) return undefined
  const text = `with ${parts.join(', ')} select ${claimed} as claimed`
  return { name: statementName(text), text, values }
}

class Transaction implements Tx {
  readonly db: Db
  readonly ctx: Ctx
  readonly now: Date
  readonly writes: Writes
  readonly sent: Promise<unknown>[]
  readonly #client: pg.PoolClient
  constructor(client: pg.PoolClient, ctx: Ctx, parent?: Transaction) {
    this.db = kyselyOn(client)
    // Whoever reads through the context inside a transaction reads on its connection: a second one could starve the pool.
    this.ctx = { ...ctx, db: this.db }
    this.now = parent?.now ?? ctx.clock.now()
    this.writes = parent?.writes ?? { audit: [], timeline: [], events: [] }
    this.sent = parent?.sent ?? []
    this.#client = client
  }
  as(actor: Actor): Tx {
    return new Transaction(this.#client, { ...this.ctx, actor }, this)
  }
  async run<T>(query: Query<T>): Promise<T[]> {
    const { sql, parameters } = query.compile(this.db)
    const { rows } = await this.#client.query<T & pg.QueryResultRow>({
      name: statementName(sql),
      text: sql,
      values: [...parameters],
    })
    return rows
  }
  send(query: Query<unknown>): void {
    const running = this.run(query)
    running.catch(ignore)
    this.sent.push(running)
  }
  audit(entry: AuditEntry): void {
    const { ctx } = this
    this.writes.audit.push({
      id: entry.id ?? ctx.ids.next(),
      at: this.now,
      actor_kind: ctx.actor.kind,
      actor_id: ctx.actor.id,
      actor_name: ctx.actor.name,
      via: ctx.via,
      action: entry.action,
      entity_type: entry.entityType,
      entity_id: entry.entityId,
      entity_ref: entry.entityRef ?? null,
      before: entry.before ?? null,
      after: entry.after ?? null,
      reason: entry.reason ?? null,
      cause_id: ctx.causeId,
      request_id: ctx.requestId,
      ip: ctx.ip,
      agent: ctx.agent,
    })
  }
  timeline(entry: TimelineEntry): void {
    const { ctx } = this
    this.writes.timeline.push({
      id: ctx.ids.next(),
      booking_id: entry.bookingId,
      at: this.now,
      kind: entry.kind,
      title: entry.title,
      body: entry.body ?? null,
      data: entry.data ?? {},
      actor_id: ctx.actor.kind === 'user' ? ctx.actor.id : null,
      actor_name: ctx.actor.name,
    })
  }
  event(event: DomainEvent): void {
    const { ctx } = this
    this.writes.events.push({
      id: ctx.ids.next(),
      type: event.type,
      entity_type: event.entityType,
      entity_id: event.entityId,
      entity_ref: event.entityRef ?? null,
      payload: event.payload ?? {},
      timers: event.timers ?? null,
      assignee_id: event.assigneeId ?? null,
      // Not said: it has not changed hands. Null would tell it to everyone, as what nobody had before.
      previous_assignee_id: event.previousAssigneeId === undefined ? (event.assigneeId ?? null) : event.previousAssigneeId,
      actor_id: ctx.actor.kind === 'user' ? ctx.actor.id : null,
      cause_id: ctx.causeId,
      depth: ctx.depth,
      occurred_at: this.now,
    })
  }
}

// Sent as one message ahead of the first statement; the setting is what the lifecycle triggers ask for.
const BEGIN = "begin; set local virel.door = 'advance'"

function ignore(): void {}

/**
 * Runs `work` in one READ COMMITTED transaction and returns what it returns. All of it happens or none: an error
 * in the work, in the collected rows or at COMMIT (deferred constraints) rolls back and is thrown.
 * Contention (overlap, deadlock, lock timeout) is thrown as AppError `taken`; it never retries by itself.
 */
export async function transact<T>(ctx: Ctx, work: (tx: Tx) => Promise<T>, claim?: IdempotencyClaim): Promise<T> {
  const client = await ctx.pool.connect()
  let broken: Error | undefined
  try {
    // Not awaited here: the connection is pipelined, so BEGIN and the work's first statement travel together.
    const begun = client.query(BEGIN)
    begun.catch(ignore)
    const tx = new Transaction(client, ctx)
    let result: T
    try {
      result = await work(tx)
      await begun
      await finish(client, tx.sent, flushStatement(tx.writes, claim, result), claim !== undefined)
    } catch (error) {
      await client.query('rollback').catch((rollbackError: Error) => {
        broken = rollbackError
      })
      if (error instanceof AppError && error.trace && !broken) await writeTrace(client, ctx, error.trace)
      throw asAppError(error, ctx)
    }
    if (tx.writes.events.length > 0) ctx.wakeRelay()
    return result
  } finally {
    client.release(broken)
  }
}

async function finish(
  client: pg.PoolClient,
  sent: readonly Promise<unknown>[],
  flush: ReturnType<typeof flushStatement>,
  claimed: boolean,
): Promise<void> {
  if (flush && claimed) {
    // A claim lost to a takeover must not commit, so here the answer is awaited first.
    const answering = client.query<{ claimed: number }>(flush)
    answering.catch(ignore)
    for (const running of sent) await running
    const { rows } = await answering
    if (rows[0]?.claimed !== 1) {
      throw new AppError(
        'idempotency_key_running',
        'Another request with this Idempotency-Key took over. Ask again for its answer.',
      )
    }
    await commit(client)
    return
  }
  // Sent together; if the flush fails PostgreSQL turns this COMMIT into a ROLLBACK.
  const flushed = flush ? client.query(flush) : undefined
  flushed?.catch(ignore)
  const committing = commit(client)
  committing.catch(ignore)
  // In this order the first failure is the one that is thrown, not "transaction is aborted" of those behind it.
  for (const running of sent) await running
  await flushed
  await committing
}

async function commit(client: pg.PoolClient): Promise<void> {
  const { command } = await client.query('commit')
  if (command !== 'COMMIT') throw new Error('the transaction was aborted before COMMIT')
}

async function writeTrace(client: pg.PoolClient, ctx: Ctx, trace: AuditEntry): Promise<void> {
  const tx = new Transaction(client, ctx)
  tx.audit(trace)
  const statement = flushStatement(tx.writes, undefined, undefined)
  if (statement)
    await client.query(statement).catch((error: Error) => ctx.log.error({ err: error, trace }, 'refusal not audited'))
}

/** Unique keys people can run into, in words. */
const UNIQUE_TEXTS: Record<string, string> = {
  bookings_one_live_per_inquiry: 'This inquiry already has a live booking. Open it, or cancel it first.',
  time_holds_one_per_client_and_model: 'This client holds time with that model already. Use that hold, or release it first.',
  models_public_code_key: 'Another model has this public code.',
  availability_rules_one_key: 'There is an active rule of this kind for the same already. Change that one.',
  models_slug_key: 'Another model has this slug.',
  users_email_key: 'Another user has this email address.',
  saved_views_own_name_key: 'You have a view of this name already. Choose another name, or delete that one first.',
  invitations_one_pending_per_email: 'This address has an invitation already. Send that one again, or revoke it first.',
  passkeys_credential_key: 'This passkey is registered already.',
  roles_name_key: 'Another role has this name.',
  tasks_dedupe_key: 'The same task has been made again meanwhile; work that one.',
  exceptions_dedupe_key: 'The same exception has been raised again meanwhile; work that one.',
  client_merges_merged_key: 'This client is already merged into another.',
}

function pgConstraint(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'constraint' in error && typeof error.constraint === 'string'
    ? error.constraint
    : undefined
}

function pgCode(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

/** 23P01 overlap, 40P01 deadlock, 40001 serialization, 55P03 lock timeout: the losers of a race, never a 500. */
export function asAppError(error: unknown, ctx: Pick<Ctx, 'log'>): unknown {
  switch (pgCode(error)) {
    case '40P01':
      // CONCURRENCY: there were none in 6,000 contended requests; one is a defect in lock order.
      ctx.log.error({ err: error }, 'deadlock')
      return new AppError('taken', 'Someone else is changing the same thing right now. Try again.')
    case '23P01':
    case '40001':
    case '55P03':
      return new AppError('taken', 'Someone else took that time a moment ago. Choose another.')
    case '23505': {
      const text = UNIQUE_TEXTS[pgConstraint(error) ?? '']
      return text ? new AppError('conflict', text) : error
    }
    case 'VR004':
      return new AppError('conflict', 'This client was erased. Nothing new can be made for them.')
    case 'VR007':
      return new AppError('conflict', 'That month is closed in the books. Post it today, in the month that is open.')
    case '23514':
    case '22003':
      // A constraint without words of its own; one that only a defect can break stays a defect.
      return pgConstraint(error) === 'booking_holds_its_time'
        ? error
        : new AppError('invalid', 'A value lies outside what is possible here.')
    case '22P05':
    case '22021':
      return new AppError('invalid', 'Text contains a character that can not be stored.')
    default:
      return error
  }
}
