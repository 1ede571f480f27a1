import type pg from 'pg'
import type { Logger } from 'pino'
import type { Db } from '#db/client.ts'
import type { Via } from '#db/tables/index.ts'
import { throwawaySecretBox } from '#server/auth/secret-box.ts'
import { type Actor, type Clock, type Ctx, type Ids, idsFrom, type Rng, systemActor } from '#server/context.ts'
import { AppError } from '#server/errors.ts'
import { jobsOf } from '#server/outbox/relay.ts'
import { type Tx, transact } from '#server/transact.ts'
import type { TaskName } from '#workers/catalogue.ts'
import { enqueue, type JobSpec } from '#workers/enqueue.ts'
import type { Attempt } from '#workers/task.ts'
import { HANDLERS } from '#workers/tasks/index.ts'

/** Something that happens step by step: each yielded time is when it goes on. What would go on after now, doesn't. */
export type Story = AsyncGenerator<Date, void, void>

export interface From {
  via?: Via
  ip?: string
  agent?: string
}

/**
 * The past, played in order on the product's own operations: a clock that jumps from one thing to the next, a seeded
 * chance, and the outbox's own consequences — reactions a second later, timers when they are due.
 */
export interface Simulation {
  readonly db: Db
  readonly rng: Rng
  readonly ids: Ids
  readonly clock: Clock
  /** The end of the past. */
  readonly until: Date
  /** From `at` on; a story that begins after now is not told. */
  tell(at: Date, story: () => Story): void
  /** One transaction in this person's name. */
  act<T>(actor: Actor, work: (tx: Tx) => Promise<T>, from?: From): Promise<T>
  /** Like act; false when it was refused by a rule or the time was taken, as happens to people. */
  attempt(actor: Actor, work: (tx: Tx) => Promise<unknown>): Promise<boolean>
  run(): Promise<void>
}

interface Entry {
  at: number
  order: number
  key?: string
  job?: JobSpec
  run: () => Promise<void>
}

const REACTION_MS = 1_000

export interface SimulationDeps {
  db: Db
  pool: pg.Pool
  log: Logger
  rng: Rng
  from: Date
  until: Date
}

/** What these find depends on how things stand, not on how they came so: one look when the story is told finds the same. */
const AT_THE_END: readonly TaskName[] = ['mismatch-check', 'slots-follow']

export function createSimulation({ db, pool, log, rng, from, until }: SimulationDeps): Simulation {
  let current = from.getTime()
  let order = 0
  let jobs = 0
  let lastPosition = 0
  const queue: Entry[] = []
  const clock: Clock = { now: () => new Date(current) }
  const ids = idsFrom(clock, rng)

  function context(actor: Actor, { via = 'screen', ip, agent }: From, cause: Pick<Ctx, 'causeId' | 'depth'>): Ctx {
    return {
      db,
      pool,
      clock,
      rng,
      ids,
      log,
      actor,
      via,
      requestId: ids.next(),
      ip: ip ?? null,
      agent: agent ?? null,
      ...cause,
      idempotencyKey: null,
      wakeRelay: () => {},
      appUrl: 'http://localhost',
      secrets: throwawaySecretBox,
    }
  }

  /** Keeps the queue sorted by time, then by when it was planned. */
  function plan(entry: Omit<Entry, 'order'>): void {
    const at = Math.max(entry.at, current)
    let low = 0
    let high = queue.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((queue[middle]?.at ?? 0) <= at) low = middle + 1
      else high = middle
    }
    queue.splice(low, 0, { ...entry, at, order: order++ })
  }

  function drop(key: string): void {
    const index = queue.findIndex((entry) => entry.key === key)
    if (index >= 0) queue.splice(index, 1)
  }

  /** What the relay does, on the moved clock. */
  async function follow(): Promise<void> {
    const rows = await db
      .selectFrom('domain_events')
      .select(['id', 'position', 'position as seq', 'type', 'depth', 'timers'])
      .where('position', '>', lastPosition)
      .where('seq', 'is', null)
      .orderBy('position')
      .execute()
    if (rows.length === 0) return
    lastPosition = rows.at(-1)?.position ?? lastPosition
    const { jobs: all, removed } = jobsOf(rows, log)
    const specs = all.filter((job) => !AT_THE_END.includes(job.task))
    for (const key of removed) drop(key)
    for (const job of specs) {
      if (job.key !== undefined) drop(job.key)
      plan({ at: job.runAt?.getTime() ?? current + REACTION_MS, key: job.key, job, run: () => work(job) })
    }
  }

  async function work(job: JobSpec): Promise<void> {
    const handler: (ctx: Ctx, payload: never, attempt: Attempt) => Promise<void> = HANDLERS[job.task as TaskName]
    const jobId = String(++jobs)
    const ctx = context(systemActor(job.task), { via: 'job' }, job.cause ?? { causeId: null, depth: 0 })
    await handler({ ...ctx, requestId: `job-${jobId}` }, job.payload as never, {
      jobId,
      number: 1,
      of: 1,
      signal: new AbortController().signal,
    })
    await follow()
  }

  async function act<T>(actor: Actor, run: (tx: Tx) => Promise<T>, from: From = {}): Promise<T> {
    const result = await transact(context(actor, from, { causeId: null, depth: 0 }), run)
    await follow()
    return result
  }

  return {
    db,
    rng,
    ids,
    clock,
    until,
    act,
    async attempt(actor, run) {
      try {
        await act(actor, run)
        return true
      } catch (error) {
        if (error instanceof AppError && ['taken', 'transition_refused', 'conflict'].includes(error.code)) return false
        throw error
      }
    },
    tell(at, story) {
      let telling: Story | undefined
      const step = async () => {
        telling ??= story()
        const { value, done } = await telling.next()
        if (!done) plan({ at: value.getTime(), run: step })
      }
      plan({ at: at.getTime(), run: step })
    },
    async run() {
      const end = until.getTime()
      for (let next = queue[0]; next !== undefined && next.at <= end; next = queue[0]) {
        queue.shift()
        current = next.at
        await next.run()
      }
      current = end
      await closeBooks({ db, pool }, queue)
    },
  }
}

/**
 * The past is relayed: every event gets its number in order and makes no job, or the workers would react to it all again
 * when they start. Of what is planned, the jobs live on in the real queue: timers at their time, last reactions at once.
 */
async function closeBooks({ db, pool }: Pick<SimulationDeps, 'db' | 'pool'>, queue: readonly Entry[]): Promise<void> {
  await db
    .with('sorted', (w) => w.selectFrom('domain_events').select('id').where('seq', 'is', null).orderBy('position'))
    .with('numbered', (w) =>
      w.selectFrom('sorted').select(['id', (eb) => eb.fn<number>('nextval', [eb.val('domain_event_seq')]).as('seq')]),
    )
    .updateTable('domain_events as e')
    .from('numbered as n')
    .set((eb) => ({ seq: eb.ref('n.seq'), relayed_at: eb.ref('e.occurred_at') }))
    .whereRef('e.id', '=', 'n.id')
    .execute()
  const specs = queue.flatMap((entry) => (entry.job ? [entry.job] : []))
  await enqueue(pool, specs)
}
