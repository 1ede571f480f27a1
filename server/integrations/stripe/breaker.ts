import { BrokenCircuitError, CircuitState, ConsecutiveBreaker, circuitBreaker, handleWhen } from 'cockatiel'
import { failureOf } from './failure.ts'
import { ProviderFailure, type ProviderHealth } from './provider.ts'
import type { Guard } from './sdk.ts'

/** This many calls without a usable answer in a row, and nobody is asked for a while. */
const FAILURES = 5
const PAUSE_MS = 15_000

const STATES = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.Open]: 'open',
  [CircuitState.HalfOpen]: 'half_open',
  [CircuitState.Isolated]: 'open',
} as const

export interface Breaker {
  guard: Guard
  /** Told at each change and each first failure after a success. */
  watch(listener: (health: ProviderHealth) => void): void
}

/**
 * Stops asking a provider that does not answer, and tries one call after a pause. A refusal is an answer: only lost
 * answers, errors of the provider's own and limits count.
 */
export function createBreaker({ failures = FAILURES, pauseMs = PAUSE_MS, now = () => new Date() } = {}): Breaker {
  const policy = circuitBreaker(
    handleWhen((error) => failureOf(error).kind !== 'refused'),
    { halfOpenAfter: pauseMs, breaker: new ConsecutiveBreaker(failures) },
  )
  const listeners = new Set<(health: ProviderHealth) => void>()
  let inARow = 0
  let lastError: string | null = null
  const tell = (ok: boolean) => {
    const health: ProviderHealth = { state: STATES[policy.state], at: now(), ok, failures: inARow, lastError }
    for (const listener of listeners) listener(health)
  }
  policy.onStateChange(() => tell(policy.state === CircuitState.Closed))
  return {
    watch: (listener) => void listeners.add(listener),
    async guard(call) {
      try {
        const answer = await policy.execute(call)
        if (inARow > 0 || lastError !== null) {
          inARow = 0
          lastError = null
          tell(true)
        }
        return answer
      } catch (error) {
        if (error instanceof BrokenCircuitError)
          throw new ProviderFailure('unavailable', 'circuit_open', 'The provider does not answer; it is asked again in a moment.')
        const failure = failureOf(error)
        if (failure.kind !== 'refused') {
          inARow += 1
          lastError = `${failure.code}: ${failure.message}`.slice(0, 300)
          tell(false)
        }
        throw failure
      }
    },
  }
}
