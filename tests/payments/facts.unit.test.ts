import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { believe, fold, impliedState, type ProviderFacts, type Said } from '#server/domains/payments/provider-facts.ts'
import { createBreaker, ProviderFailure } from '#server/integrations/stripe/index.ts'

const seed = Number(process.env.VIREL_SEED ?? Date.now() % 1_000_000_000)
process.stdout.write(`R1: seed ${seed}\n`)

const at = fc.integer({ min: 1, max: 4 })
const intent = fc.record({ at, status: fc.constantFrom('open', 'action', 'failed', 'succeeded' as const) }).map(
  ({ at: when, status }): Said => ({
    kind: 'intent',
    fact: {
      status: status as 'open',
      at: when,
      amount: 100,
      received: (status as string) === 'succeeded' ? 100 : 0,
      currency: 'GBP',
      chargeId: null,
      failureCode: null,
      failureText: null,
    },
  }),
)
const refund = fc
  .record({ at, id: fc.constantFrom('re_1', 're_2'), status: fc.constantFrom('pending', 'succeeded', 'failed') })
  .map(
    ({ at: when, id, status }): Said => ({
      kind: 'refund',
      id,
      fact: { status: status as 'pending', at: when, amount: 40, ours: null },
    }),
  )
const dispute = fc.record({ at, status: fc.constantFrom('open', 'won') }).map(
  ({ at: when, status }): Said => ({
    kind: 'dispute',
    id: 'dp_1',
    fact: { status: status as 'open', at: when, amount: 100, reason: 'fraudulent', dueBy: null },
  }),
)
const story = fc.array(fc.oneof(intent, refund, dispute), { minLength: 1, maxLength: 8 })

type Step = (facts: ProviderFacts, said: Said) => ProviderFacts
/** Told in order, and told shuffled with repetitions: whether both come to the same state. */
const sameEnd = (step: Step) =>
  fc.property(story, fc.infiniteStream(fc.nat()), (told, chance) => {
    const draw = () => chance.next().value ?? 0
    const again = [...told, ...told].map((said) => ({ said, key: draw() })).sort((a, b) => a.key - b.key)
    const end = (all: readonly Said[]) => impliedState(all.reduce<ProviderFacts>(step, {}))
    return end(told) === end(again.map(({ said }) => said))
  })

describe('what the provider says', () => {
  test('comes to the same in any order and however often it is said', () => {
    fc.assert(sameEnd(fold), { seed, numRuns: 2_000 })
  })

  test('does not when the last word wins: the planted bug is seen', () => {
    expect(fc.check(sameEnd(believe), { seed, numRuns: 2_000 }).failed).toBe(true)
  })
})

describe('the circuit to a provider', () => {
  const fails = (kind: 'unknown' | 'refused') => () => Promise.reject(new ProviderFailure(kind, 'x', 'no'))

  test('opens after failures in a row, asks nobody then, and says so', async () => {
    const { guard, watch } = createBreaker({ failures: 3, pauseMs: 60_000 })
    const states: string[] = []
    watch((health) => states.push(health.state))
    for (let n = 0; n < 3; n++) await expect(guard(fails('unknown'))).rejects.toMatchObject({ kind: 'unknown' })
    let asked = false
    const ask = async () => {
      asked = true
    }
    await expect(guard(ask)).rejects.toMatchObject({ kind: 'unavailable' })
    expect(asked).toBe(false)
    expect(states.at(-1)).toBe('open')
  })

  test('a refusal is an answer and opens nothing', async () => {
    const { guard } = createBreaker({ failures: 2, pauseMs: 60_000 })
    for (let n = 0; n < 5; n++) await expect(guard(fails('refused'))).rejects.toMatchObject({ kind: 'refused' })
    expect(await guard(async () => 'answer')).toBe('answer')
  })
})
