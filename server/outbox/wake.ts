import type pg from 'pg'

/** Tells the relay that there are new rows. */
export const OUTBOX_CHANNEL = 'virel_outbox'
/** NOTIFY takes one lock of the whole server: all commits of this time share one (CONCURRENCY 7). */
const COALESCE_MS = 5

/**
 * The `wakeRelay` of a process: the first call sends a NOTIFY at once, outside every transaction; any number of calls
 * in the 5 ms after it become one more. It promises nothing: when it fails, the relay's poll finds the rows within a
 * second.
 */
export function createWaker(pool: Pick<pg.Pool, 'query'>): () => void {
  let resting = false
  let again = false
  const send = () => {
    resting = true
    again = false
    pool.query(`notify ${OUTBOX_CHANNEL}`).catch(ignore)
    setTimeout(() => {
      resting = false
      if (again) send()
    }, COALESCE_MS)
  }
  return () => {
    if (resting) again = true
    else send()
  }
}

function ignore(): void {}
