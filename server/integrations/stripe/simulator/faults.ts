import type { ServerResponse } from 'node:http'

/** Ways an outside service fails. `accept_then_time_out` does what was asked and never says so. */
export type FaultKind = 'accept_then_time_out' | 'server_error' | 'slow' | 'rate_limited' | 'down'

export interface FaultRates {
  /** Shares of requests, 0–1. */
  accept_then_time_out: number
  server_error: number
  slow: number
  rate_limited: number
  /** Nothing is answered at all. */
  down: boolean
  slowMs: number
  /** How long an answer that never comes keeps its connection. */
  timeOutMs: number
}

export type Faults = ReturnType<typeof createFaults>

/** Fails requests at the rates that are set. Reading is never failed by "accept then time out": nothing was accepted. */
export function createFaults(random: () => number = Math.random) {
  const rates: FaultRates = {
    accept_then_time_out: 0,
    server_error: 0,
    slow: 0,
    rate_limited: 0,
    down: false,
    slowMs: 30_000,
    timeOutMs: 30_000,
  }
  const counts: Record<FaultKind, number> = { accept_then_time_out: 0, server_error: 0, slow: 0, rate_limited: 0, down: 0 }

  function next(method: string): { before?: FaultKind; after?: FaultKind } {
    if (rates.down) return { before: 'down' }
    const drawn = random()
    let bound = rates.rate_limited
    if (drawn < bound) return { before: 'rate_limited' }
    bound += rates.server_error
    // Half of them after it was done: a 500 says nothing about that.
    if (drawn < bound) return random() < 0.5 ? { before: 'server_error' } : { after: 'server_error' }
    bound += rates.slow
    if (drawn < bound) return { after: 'slow' }
    bound += rates.accept_then_time_out
    if (drawn < bound && method === 'POST') return { after: 'accept_then_time_out' }
    return {}
  }

  async function act(kind: FaultKind, response: ServerResponse): Promise<void> {
    counts[kind] += 1
    if (kind === 'down') return void response.destroy()
    if (kind === 'rate_limited') return error(response, 429, 'rate_limit_error', 'Too many requests.')
    if (kind === 'server_error') return error(response, 500, 'api_error', 'Something went wrong on our end.')
    await new Promise((resolve) => setTimeout(resolve, kind === 'slow' ? rates.slowMs : rates.timeOutMs).unref())
    response.destroy()
  }

  return { rates, counts, next, act }
}

function error(response: ServerResponse, status: number, type: string, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ error: { type, message } }))
}
