import type pg from 'pg'

/** Tells the relay that there are new rows. */
export const OUTBOX_CHANNEL = 'virel_outbox'
/** NOTIFY takes one lock of the whole server: all commits of this time share one (CONCURRENCY 7). */
const COALESCE_MS = 5

/**
 * The `wakeRelay` of a process: any number of calls within 5 ms become one NOTIFY, outside every transaction. It
 * promises nothing: when it fails, the relay's poll finds the rows within a second.
 */
export function createWaker(pool: Pick<pg.Pool, 'query'>): () => void {
  let planned = false
  const send = () => {
    planned = false
    pool.query(`notify ${OUTBOX_CHANNEL}`).catch(ignore)
  }
  return () => {
    if (planned) return
    planned = true
    setTimeout(send, COALESCE_MS)
  }
}

function ignore(): void {}
