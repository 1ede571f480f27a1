import { sql } from 'kysely'
import { expect, test } from 'vitest'
import type { Faults } from '#server/context.ts'
import type { TimeDecision } from '#server/domains/availability/index.ts'
import { createTestDatabase } from '#tests/support/database.ts'
import { Story } from '#tests/support/time-story.ts'

const LONG = process.env.VIREL_FAULTS === '1'
const STEPS = LONG ? 400 : 90
const RUNS = LONG ? 10 : 1
interface Run {
  seed: number
  faults?: Faults
  steps?: number
  unguarded?: boolean
}

/** One story by chance; answers the first difference between product and model, or null. */
async function story({ seed, faults, steps = STEPS, unguarded = false }: Run): Promise<string | null> {
  const database = await createTestDatabase({ max: 4 })
  try {
    if (unguarded) await sql`alter table time_blocks drop constraint time_blocks_no_overlap`.execute(database.db)
    const told = await (await Story.in(database, seed, faults)).run(steps)
    return told
  } finally {
    await database.drop()
  }
}

test(
  'whatever is asked by chance: never an overlap, offers can be held, and each refusal names the rules that forbid',
  async () => {
    for (let run = 0; run < RUNS; run++) {
      const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31))
      process.stdout.write(`time: seed ${seed}\n`)
      expect(await story({ seed }), `seed ${seed}`).toBeNull()
    }
  },
  LONG ? 900_000 : undefined,
)

/** A decision without this rule, as if the engine had forgotten it. */
const forgetting = (...rules: string[]) => ({
  tamper: (decision: TimeDecision): TimeDecision => {
    const reasons = decision.reasons.filter(({ rule }) => !rules.includes(rule))
    return { ...decision, ok: reasons.length === 0, reasons }
  },
})

test('negative control: a hold that forgets who is there, or her hours, or names a rule too many, is found', async () => {
  const more = (decision: TimeDecision): TimeDecision => ({
    ...decision,
    ok: false,
    reasons: [...decision.reasons, { rule: 'notice', overridable: true, text: 'Too early.', change: null }],
  })
  expect(await story({ seed: 1, faults: forgetting('overlap', 'travel'), unguarded: true })).toContain('forbidden by [')
  expect(await story({ seed: 2, faults: forgetting('hours', 'exception', 'step', 'blackout') })).toContain('forbidden by [')
  expect(await story({ seed: 3, faults: { tamper: more } })).toContain('said transition_refused notice')
})
