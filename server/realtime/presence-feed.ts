import type pg from 'pg'
import type { Logger } from 'pino'
import { type EntitledRow, presenceFrame } from './frame.ts'
import { listen } from './listen.ts'

/** Tells every web process that somebody came, went or began to edit. */
export const PRESENCE_CHANNEL = 'virel_presence'
/** Who was silent for this long is gone. */
export const PRESENT_SECONDS = 30
/** Who left without a word is noticed this often; nobody present, nothing asked. */
const LOOK_MS = 2_000

interface Row {
  kind: 'task' | 'exception'
  id: string
  assignee_id: string | null
  people: { id: string; name: string; mode: string }[]
}

/** Who is with one item now, for who may see that item. */
export interface PresenceChange {
  about: EntitledRow
  frame: string
}

export interface PresenceFeed {
  /** Who is where now: for a screen that has just connected. */
  now(): PresenceChange[]
  stop(): Promise<void>
}

const READ = {
  name: 'virel_presence_now',
  text: `select p.kind, p.item_id as id, coalesce(t.assignee_id, x.assignee_id) as assignee_id,
      jsonb_agg(jsonb_build_object('id', u.id, 'name', u.name, 'mode', p.mode) order by u.name, u.id) as people
    from presence p join users u on u.id = p.user_id
    left join tasks t on p.kind = 'task' and t.id = p.item_id
    left join exceptions x on p.kind = 'exception' and x.id = p.item_id
    where p.seen_at > $1::timestamptz
    group by p.kind, p.item_id, t.assignee_id, x.assignee_id`,
}

interface PresenceOptions {
  url: string
  pool: pg.Pool
  log: Logger
  onChange: (change: PresenceChange) => void
}

/**
 * Reads who is with which item when told to, compares it with what it knew, and hands on what changed. The table is the
 * truth and the notice only a hint, so a notice that is lost or comes twice costs nothing.
 */
export function startPresence({ url, pool, log, onChange }: PresenceOptions): PresenceFeed {
  const known = new Map<string, { text: string; change: PresenceChange }>()
  let stopped = false
  let again = false
  let looking: Promise<void> | undefined

  async function look(): Promise<void> {
    const since = new Date(Date.now() - PRESENT_SECONDS * 1_000)
    const { rows } = await pool.query<Row>({ ...READ, values: [since] })
    const gone = new Map(known)
    for (const row of rows) {
      const key = `${row.kind}:${row.id}`
      const text = JSON.stringify([row.assignee_id, row.people])
      gone.delete(key)
      if (known.get(key)?.text === text) continue
      const change = changeOf(row)
      known.set(key, { text, change })
      onChange(change)
    }
    for (const [key, { change }] of gone) {
      known.delete(key)
      const [kind, id = ''] = key.split(':')
      if (kind === 'task' || kind === 'exception')
        onChange(changeOf({ kind, id, assignee_id: change.about.assignee_id, people: [] }))
    }
  }

  function pump(): void {
    again = true
    looking ??= (async () => {
      while (again && !stopped) {
        again = false
        await look().catch((error: unknown) => log.warn({ err: error }, 'who is present can not be read; it tries again'))
      }
      looking = undefined
    })()
  }

  const listener = listen({ url, channel: PRESENCE_CHANNEL, log, onNotify: pump, onListening: pump })
  const timer = setInterval(() => {
    if (known.size > 0) pump()
  }, LOOK_MS)
  return {
    now: () => [...known.values()].map(({ change }) => change),
    async stop() {
      stopped = true
      clearInterval(timer)
      await listener.stop()
      await looking
    },
  }
}

function changeOf({ kind, id, assignee_id, people }: Row): PresenceChange {
  const about = { type: 'presence', entity_type: kind, assignee_id, previous_assignee_id: assignee_id }
  return { about, frame: presenceFrame({ kind, id, people }) }
}
