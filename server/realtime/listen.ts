import pg from 'pg'
import type { Logger } from 'pino'

export interface ListenOptions {
  url: string
  channel: string
  log: Logger
  onNotify: (payload: string) => void
  /** After each (re)connect: whatever was told meanwhile was not heard. */
  onListening?: () => void
  /** Waits between attempts, growing; the last one repeats. */
  waitsMs?: readonly number[]
}

export interface Listener {
  listening(): boolean
  stop(): Promise<void>
}

const WAITS_MS = [50, 200, 500, 1_000, 2_000] as const
/** A connection cut without a word is noticed by a question nobody answers. */
const PROBE_EVERY_MS = 10_000
const PROBE_TIMEOUT_MS = 5_000

/**
 * One direct connection that LISTENs and comes back by itself. Past a connection pooler in transaction mode LISTEN
 * hears nothing, so the address must be the server's own.
 */
export function listen({ url, channel, log, onNotify, onListening, waitsMs = WAITS_MS }: ListenOptions): Listener {
  let stopped = false
  let listening = false
  let current: pg.Client | undefined
  let endPause: (() => void) | undefined

  async function once(): Promise<void> {
    const client = new pg.Client({
      connectionString: url,
      application_name: `virel listen ${channel}`,
      keepAlive: true,
      connectionTimeoutMillis: 2_000,
    })
    current = client
    let probe: NodeJS.Timeout | undefined
    try {
      const ended = new Promise<void>((resolve) => {
        client.on('end', () => resolve())
        client.on('error', () => resolve())
      })
      await client.connect()
      client.on('notification', (message) => onNotify(message.payload ?? ''))
      await client.query(`listen ${pg.escapeIdentifier(channel)}`)
      if (stopped) return
      listening = true
      onListening?.()
      probe = setInterval(() => {
        const late = setTimeout(() => client.connection.stream.destroy(), PROBE_TIMEOUT_MS)
        client.query('select 1').then(
          () => clearTimeout(late),
          () => clearTimeout(late),
        )
      }, PROBE_EVERY_MS)
      await ended
    } finally {
      clearInterval(probe)
      listening = false
      current = undefined
      client.end().catch(ignore)
    }
  }

  const running = (async () => {
    for (let failures = 0; !stopped; failures++) {
      const started = performance.now()
      try {
        await once()
        if (!stopped) log.warn({ channel }, 'the listening connection was lost')
      } catch (error) {
        if (!stopped) log.warn({ err: error, channel }, 'can not listen')
      }
      if (performance.now() - started > PROBE_EVERY_MS) failures = 0
      if (stopped) return
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, waitsMs[Math.min(failures, waitsMs.length - 1)])
        endPause = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  })()

  return {
    listening: () => listening,
    async stop() {
      stopped = true
      endPause?.()
      await current?.end().catch(ignore)
      await running
    },
  }
}

function ignore(): void {}
