import { CompiledQuery } from 'kysely'
import type pg from 'pg'
import type { Logger } from 'pino'
import type { Db } from '#db/client.ts'
import { FEED_CHANNEL } from '#server/outbox/relay.ts'
import { type FeedRow, frameOf, HEARTBEAT, isEntitled, LISTENING, NUDGE, readyFrame, resetFrame, type Viewer } from './frame.ts'
import { listen } from './listen.ts'
import { type PresenceChange, startPresence } from './presence-feed.ts'

const PAGE = 500
/** Without a NOTIFY (its connection may be coming back) the hub looks by itself this often. */
const POLL_MS = 2_000
const HEARTBEAT_MS = 15_000
const RECHECK_MS = 30_000
/** A client that lets this much pile up is cut off; it comes back and resumes. */
const MAX_BUFFERED = 1_048_576
/** Catching up waits for the client above this. */
const CATCH_UP_BUFFERED = 131_072
const CATCH_UP_PATIENCE_MS = 30_000
/** More than this is not replayed: loading the screen anew is cheaper. */
const MAX_MISSED = 50_000
/** Relayed events are kept 30 days (records-clean-up); a resume point older than this is not trusted. */
const KEPT = "interval '29 days'"

/** Where a subscriber's bytes go. */
export interface Sink {
  write(chunk: Uint8Array): void
  /** Bytes the client has not taken yet. */
  buffered(): number
  /** Resolves when the client has taken what was written, or is gone. */
  drained(): Promise<void>
  close(): void
}

export interface Subscription {
  close(): void
}

export interface HubState {
  listening: boolean
  lastSeq: number | null
  subscribers: number
}

export interface Hub {
  /** Live from now on, after what was missed since `lastEventId`. */
  subscribe(viewer: Viewer, sink: Sink, options?: SubscribeOptions): Subscription
  state(): HubState
  /** Settled when the hub has read where the feed stands. */
  ready: Promise<void>
  stop(): Promise<void>
}

export interface SubscribeOptions {
  lastEventId?: number
  /** Asked every 30 s and when its person was changed; false closes the stream (session ended, user disabled, permissions changed). */
  stillValid?: () => Promise<boolean>
}

export interface HubOptions {
  /** The server itself, not a pooler: LISTEN needs a session. */
  url: string
  pool: pg.Pool
  log: Logger
  heartbeatMs?: number
  recheckMs?: number
}

interface Subscriber {
  viewer: Viewer
  sink: Sink
  lastSeq: number
  live: boolean
  open: boolean
  stillValid: (() => Promise<boolean>) | undefined
}

const COLUMNS = 'seq, type, entity_type, entity_id, entity_ref, assignee_id, previous_assignee_id, occurred_at'
const READ_NEW = {
  name: 'virel_feed_new',
  text: `select ${COLUMNS} from domain_events where seq > $1 order by seq limit ${PAGE}`,
}
const READ_MISSED = {
  name: 'virel_feed_missed',
  text: `select ${COLUMNS} from domain_events where seq > $1 and seq <= $2 order by seq limit ${PAGE}`,
}
const LAST_SEQ = 'select coalesce(max(seq), 0) as seq from domain_events where seq is not null'
const CAN_RESUME = {
  name: 'virel_feed_can_resume',
  text: `select coalesce((select seq = $1 or $1 = 0 and seq = 1 from domain_events
      where seq >= $1 and relayed_at > now() - ${KEPT} order by seq limit 1), false)
    or ($1 = 0 and not exists (select 1 from domain_events where seq is not null)) as ok`,
}

/** Whether everything after this event is still kept, so that one can go on from it. */
export async function resumable(db: Db, seq: number): Promise<boolean> {
  const { rows } = await db.executeQuery<{ ok: boolean }>(CompiledQuery.raw(CAN_RESUME.text, [seq]))
  return rows[0]?.ok ?? false
}

const bytes = new TextEncoder()
const heartbeat = bytes.encode(HEARTBEAT)
const nudge = bytes.encode(NUDGE)
const listening = bytes.encode(LISTENING)

const hubs = new WeakMap<pg.Pool, Hub>()
/** The hub of the process this pool belongs to, if it has one: what health reports. */
export function hubOf(pool: pg.Pool): Hub | undefined {
  return hubs.get(pool)
}

/**
 * The live feed of one web process. It reads each event once, in the order of seq, writes its frame once and hands
 * the same bytes to everyone entitled (CONCURRENCY 12). A subscriber catches up from the table and goes live in the
 * same tick in which it has everything the hub has: nothing is missing and nothing comes twice.
 */
export function startHub({ url, pool, log, heartbeatMs = HEARTBEAT_MS, recheckMs = RECHECK_MS }: HubOptions): Hub {
  const subscribers = new Set<Subscriber>()
  let lastSeq: number | null = null
  let stopped = false
  let pumping: Promise<void> | undefined
  let again = false
  let becomeReady: () => void
  const ready = new Promise<void>((resolve) => {
    becomeReady = resolve
  })

  function drop(subscriber: Subscriber): void {
    if (!subscriber.open) return
    subscriber.open = false
    subscribers.delete(subscriber)
    subscriber.sink.close()
  }

  function send(subscriber: Subscriber, chunk: Uint8Array): void {
    if (subscriber.sink.buffered() > MAX_BUFFERED) {
      log.info('a feed client is too slow; cut off, it may resume')
      drop(subscriber)
    } else subscriber.sink.write(chunk)
  }

  function broadcast(row: FeedRow): void {
    let frame: Uint8Array | undefined
    for (const subscriber of subscribers) {
      if (!subscriber.live || row.seq <= subscriber.lastSeq) continue
      subscriber.lastSeq = row.seq
      if (!isEntitled(subscriber.viewer, row)) continue
      if (subscriber.viewer.about) {
        send(subscriber, nudge)
        continue
      }
      frame ??= bytes.encode(frameOf(row))
      send(subscriber, frame)
    }
  }

  /** Closes the stream unless its session is still what it was opened with. */
  function recheck(subscriber: Subscriber): void {
    subscriber.stillValid?.().then(
      (valid) => valid || drop(subscriber),
      // Unknown is not revoked: the database may be away for a moment.
      (error: unknown) => log.warn({ err: error }, 'a feed session could not be checked'),
    )
  }

  /** Something about a person changed: they may have been disabled, signed out, or given other roles. */
  function recheckPerson(userId: string): void {
    for (const subscriber of subscribers) if (subscriber.viewer.userId === userId) recheck(subscriber)
  }

  function tellPresence({ about, frame }: PresenceChange): void {
    const chunk = bytes.encode(frame)
    for (const subscriber of subscribers) if (subscriber.live && isEntitled(subscriber.viewer, about)) send(subscriber, chunk)
  }

  async function readNew(): Promise<void> {
    if (lastSeq === null) {
      const { rows } = await pool.query<{ seq: number }>(LAST_SEQ)
      lastSeq = rows[0]?.seq ?? 0
      becomeReady()
    }
    for (let full = true; full && !stopped; ) {
      const page: pg.QueryResult<FeedRow> = await pool.query<FeedRow>({ ...READ_NEW, values: [lastSeq] })
      for (const row of page.rows) {
        lastSeq = row.seq
        broadcast(row)
        if (row.type === 'user.updated') recheckPerson(row.entity_id)
      }
      full = page.rows.length === PAGE
    }
  }

  /** One reader at a time; a call while it reads makes it look once more. */
  function pump(): void {
    again = true
    pumping ??= (async () => {
      while (again && !stopped) {
        again = false
        await readNew().catch((error: unknown) => log.warn({ err: error }, 'the feed can not be read; it tries again'))
      }
      pumping = undefined
    })()
  }

  async function catchUp(subscriber: Subscriber, asked: number | undefined): Promise<void> {
    await ready
    if (subscriber.viewer.about) {
      subscriber.lastSeq = lastSeq ?? 0
      subscriber.live = true
      subscriber.sink.write(listening)
      return
    }
    if (asked === undefined) {
      subscriber.lastSeq = lastSeq ?? 0
    } else {
      subscriber.lastSeq = asked
      const { rows } = await pool.query<{ ok: boolean }>({ ...CAN_RESUME, values: [asked] })
      // The hub may be behind the process that served this client before: the table knows better than lastSeq.
      if (!rows[0]?.ok || (lastSeq ?? 0) - asked > MAX_MISSED) {
        subscriber.lastSeq = lastSeq ?? 0
        subscriber.sink.write(bytes.encode(resetFrame(subscriber.lastSeq)))
      }
    }
    subscriber.sink.write(bytes.encode(readyFrame(subscriber.lastSeq)))
    while (subscriber.open) {
      const upTo = lastSeq ?? 0
      if (subscriber.lastSeq >= upTo) {
        subscriber.live = true
        for (const { about, frame } of presence.now())
          if (isEntitled(subscriber.viewer, about)) send(subscriber, bytes.encode(frame))
        return
      }
      const { rows } = await pool.query<FeedRow>({ ...READ_MISSED, values: [subscriber.lastSeq, upTo] })
      const frames = rows.filter((row) => isEntitled(subscriber.viewer, row)).map(frameOf)
      if (frames.length > 0 && subscriber.open) subscriber.sink.write(bytes.encode(frames.join('')))
      subscriber.lastSeq = rows.length === PAGE ? (rows.at(-1)?.seq ?? upTo) : upTo
      if (subscriber.sink.buffered() > CATCH_UP_BUFFERED) await patiently(subscriber.sink.drained())
    }
  }

  const listener = listen({ url, channel: FEED_CHANNEL, log, onNotify: pump, onListening: pump })
  const presence = startPresence({ url, pool, log, onChange: tellPresence })
  pump()
  const timers = [
    setInterval(pump, POLL_MS),
    setInterval(() => {
      for (const subscriber of subscribers) if (subscriber.live) send(subscriber, heartbeat)
    }, heartbeatMs),
    setInterval(() => {
      for (const subscriber of subscribers) recheck(subscriber)
    }, recheckMs),
  ]

  const hub: Hub = {
    ready,
    state: () => ({ listening: listener.listening(), lastSeq, subscribers: subscribers.size }),
    subscribe(viewer, sink, { lastEventId, stillValid } = {}) {
      const subscriber: Subscriber = { viewer, sink, lastSeq: 0, live: false, open: true, stillValid }
      subscribers.add(subscriber)
      catchUp(subscriber, lastEventId).catch((error: unknown) => {
        // It comes back with the same id and asks again.
        log.warn({ err: error }, 'a feed client could not catch up')
        drop(subscriber)
      })
      return { close: () => drop(subscriber) }
    },
    async stop() {
      stopped = true
      for (const timer of timers) clearInterval(timer)
      for (const subscriber of subscribers) drop(subscriber)
      becomeReady()
      await Promise.all([listener.stop(), presence.stop()])
      await pumping
    },
  }
  hubs.set(pool, hub)
  return hub
}

async function patiently(drained: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('the client does not read')), CATCH_UP_PATIENCE_MS)
  })
  try {
    await Promise.race([drained, late])
  } finally {
    clearTimeout(timer)
  }
}
