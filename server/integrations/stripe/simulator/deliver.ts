import Stripe from 'stripe'
import type { StoredEvent } from './objects.ts'

/** How webhooks are brought; changed from the stand-in's page. */
export interface DeliveryMood {
  /** Waits this long before an event is brought. */
  delayMs: number
  /** Brings each event this many times. */
  times: number
  /** Brings what is waiting in random order. */
  shuffled: boolean
  /** Brings nothing until asked. */
  held: boolean
}

export interface Delivery {
  event: string
  type: string
  at: number
  status: number | null
}

export interface Courier {
  mood: DeliveryMood
  /** The header that goes with these bytes. */
  sign(payload: string, timestampSeconds: number): string
  send(event: StoredEvent): void
  /** At once, whatever the mood. Answers the receiver's status; null when nobody answered. */
  bring(event: StoredEvent, timestampSeconds?: number): Promise<number | null>
  /** What is held back or still to be tried again. */
  waiting(): readonly StoredEvent[]
  flush(): void
  log: readonly Delivery[]
  stop(): void
}

const LOG_LENGTH = 200
/** Stripe tries for days; here for some minutes. */
const RETRY_MS = [1_000, 3_000, 10_000, 30_000, 60_000, 120_000]

/** Signs and brings events to the product's webhook, and tries again while it does not answer 2xx. */
export function createCourier(target: { url: string; secret: string }, random: () => number = Math.random): Courier {
  const signer = new Stripe('sk_test_signer')
  const mood: DeliveryMood = { delayMs: 0, times: 1, shuffled: false, held: false }
  const log: Delivery[] = []
  let held: StoredEvent[] = []
  const retries = new Map<NodeJS.Timeout, StoredEvent>()
  let stopped = false

  const sign = (payload: string, timestamp: number) =>
    signer.webhooks.generateTestHeaderString({ payload, secret: target.secret, timestamp })

  async function bring(event: StoredEvent, timestamp = Math.floor(Date.now() / 1_000)): Promise<number | null> {
    const payload = JSON.stringify(event)
    const signature = sign(payload, timestamp)
    const status = await fetch(target.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'stripe-signature': signature,
        'user-agent': 'Stripe/1.0 (simulator)',
      },
      body: payload,
      signal: AbortSignal.timeout(10_000),
    })
      .then(async (response) => {
        await response.body?.cancel()
        return response.status
      })
      .catch(() => null)
    log.unshift({ event: event.id, type: event.type, at: Date.now(), status })
    log.length = Math.min(log.length, LOG_LENGTH)
    return status
  }

  function later(event: StoredEvent, ms: number, attempt: number): void {
    const timer = setTimeout(() => {
      retries.delete(timer)
      void attemptOne(event, attempt)
    }, ms)
    retries.set(timer, event)
  }

  async function attemptOne(event: StoredEvent, attempt: number): Promise<void> {
    const status = await bring(event)
    const wait = RETRY_MS[attempt]
    if ((status === null || status >= 300) && wait !== undefined && !stopped) later(event, wait, attempt + 1)
  }

  function dispatch(event: StoredEvent): void {
    const spread = mood.shuffled ? random() * Math.max(mood.delayMs, 500) : 0
    for (let n = 0; n < mood.times; n++) {
      if (mood.delayMs + spread === 0 && n === 0) void attemptOne(event, 0)
      else later(event, mood.delayMs + spread + n * 50, 0)
    }
  }

  return {
    mood,
    sign,
    log,
    bring,
    send(event) {
      if (mood.held) held.push(event)
      else dispatch(event)
    },
    waiting: () => [...held, ...retries.values()],
    flush() {
      const due = mood.shuffled ? held.toSorted(() => random() - 0.5) : held
      held = []
      for (const event of due) void attemptOne(event, 0)
      for (const [timer, event] of retries) {
        clearTimeout(timer)
        void attemptOne(event, 0)
      }
      retries.clear()
    },
    stop() {
      stopped = true
      for (const timer of retries.keys()) clearTimeout(timer)
      retries.clear()
    },
  }
}
