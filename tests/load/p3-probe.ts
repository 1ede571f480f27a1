import pg from 'pg'
import { decide, loadTimeFacts } from '#server/domains/availability/index.ts'
import { type Contest, closedLoop } from './measure.ts'
import type { Stage } from './stage.ts'

interface Look {
  modelId: string
  from: Date
  to: Date
}

const BARE = {
  name: 'bench_probe',
  text: `select booking_id from time_blocks where model_id = $1 and active and block_from < $3
    and block_from > $2::timestamptz - interval '16 days' and block_to > $2 order by block_from limit 1`,
}

/**
 * May this model be booked from then to then? Hours of the next weeks, where the ledger is full. The product's answer takes in
 * her rules, slots, exceptions, neighbours and the ways to them; the floor looks into the ledger alone.
 */
export async function probe(stage: Stage, ms: number): Promise<Contest> {
  const plain = new pg.Pool({ connectionString: stage.url, max: 1 })
  const { db } = stage.database
  const models = await db.selectFrom('models').select('id').where('status', '=', 'active').orderBy('id').execute()
  let asked = 0
  const next = (): Look => {
    asked += 1
    const from = new Date(Date.now() + (asked % 1_200) * 3_600_000)
    return { modelId: models[(asked * 7) % models.length]?.id ?? '', from, to: new Date(from.getTime() + 7_200_000) }
  }
  const bare = async ({ modelId, from, to }: Look) =>
    (await plain.query({ ...BARE, values: [modelId, from, to] })).rows.length > 0
  const product = async ({ modelId, from, to }: Look) => {
    const facts = (await loadTimeFacts(db, [modelId], { from, to })).get(modelId)
    if (!facts) throw new Error('every model asked about is there')
    const question = { modelId, startsAt: from, endsAt: to, locationId: facts.locationId, callType: 'incall' as const }
    return decide(facts, question, new Date(0))
  }
  return {
    id: 'P3',
    what: 'is this model free?',
    floor: () => closedLoop(1, ms, () => bare(next())),
    product: () => closedLoop(1, ms, () => product(next())),
    bars: [
      { kind: 'p50', atMostTimes: 4 },
      { kind: 'p99 ms', atMost: 5 },
    ],
    async oracle() {
      for (let n = 0; n < 500; n++) {
        const look = next()
        const { reasons } = await product(look)
        // Buffers and ways forbid more than the bare probe sees; never less.
        if ((await bare(look)) && !reasons.some((reason) => reason.rule === 'overlap')) return 'a taken time was called free'
      }
    },
    close: () => plain.end(),
  }
}
