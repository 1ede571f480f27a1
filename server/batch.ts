/**
 * Collects what is asked for at the same time into one query. Each answer comes from a query that was sent after its
 * question came in, so nobody is served from before; up to `flights` queries are under way at once, and what comes in
 * meanwhile travels together on the next.
 */
export function batcher<K, V>(
  load: (keys: readonly K[]) => Promise<ReadonlyMap<K, V>>,
  { flights = 2, most = 500 } = {},
): (key: K) => Promise<V | undefined> {
  interface Asked {
    key: K
    resolve: (value: V | undefined) => void
    reject: (error: unknown) => void
  }
  let waiting: Asked[] = []
  let flying = 0
  let planned = false

  async function fly(): Promise<void> {
    const batch = waiting.slice(0, most)
    waiting = waiting.slice(most)
    flying++
    try {
      const found = await load([...new Set(batch.map((asked) => asked.key))])
      for (const asked of batch) asked.resolve(found.get(asked.key))
    } catch (error) {
      for (const asked of batch) asked.reject(error)
    } finally {
      flying--
      plan()
    }
  }

  function plan(): void {
    if (planned || waiting.length === 0 || flying >= flights) return
    planned = true
    // After the requests of this turn of the event loop were read, so that they travel together.
    setImmediate(() => {
      planned = false
      if (waiting.length > 0 && flying < flights) void fly().then(plan)
      plan()
    })
  }

  return (key) =>
    new Promise((resolve, reject) => {
      waiting.push({ key, resolve, reject })
      plan()
    })
}
