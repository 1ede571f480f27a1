import { sql } from 'kysely'
import { createCaller } from '#server/trpc/router.ts'
import { type Contest, closedLoop } from './measure.ts'
import type { Stage } from './stage.ts'

const MODELS = 50
const DAYS = 7
const DAY_MS = 86_400_000

/**
 * The timeline of 50 models and a week, through its procedure: who may see what, hours, names, and the answer's shape.
 * Its floor is the one walk of the btree it can't do without: the ledger's rows of these models in that week.
 */
export async function timeline(stage: Stage, ms: number): Promise<Contest[]> {
  const { db, pool } = stage.database
  const { rows: models } = await sql<{ id: string }>`select id from models where deleted_at is null order by id`.execute(db)
  const caller = createCaller(stage.ctx())
  const from = new Date(Math.floor(Date.now() / DAY_MS) * DAY_MS)
  const to = new Date(from.getTime() + DAYS * DAY_MS)
  let turn = 0
  /** Other models each time, as if people scrolled through them. */
  const next = () => {
    turn += 1
    return Array.from({ length: MODELS }, (_, at) => models[(turn * MODELS + at) % models.length]?.id ?? '')
  }
  const window = { from: from.toISOString(), to: to.toISOString() }
  const ask = (modelIds: string[]) => caller.availability.timeline({ modelIds, ...window })
  const walk = (modelIds: string[]) =>
    pool.query({
      name: 'p11-floor',
      text: `select t.id, t.model_id, t.kind, t.starts_at, t.ends_at from unnest($1::uuid[]) as wanted(id) join lateral (
        select * from time_blocks t where t.model_id = wanted.id and t.active and t.block_from < $3 and t.block_from > $2::timestamptz - interval '16 days'
          and t.block_to > $2) t on true`,
      values: [modelIds, from, to],
    })
  return [
    {
      id: 'P11',
      what: `timeline of ${MODELS} models × ${DAYS} days`,
      floor: () => closedLoop(1, ms, () => walk(next())),
      product: () => closedLoop(1, ms, () => ask(next())),
      bars: [
        { kind: 'p50', atMostTimes: 4 },
        { kind: 'p99 ms', atMost: 15 },
      ],
      async oracle() {
        const asked = next()
        const [answer, floor] = [await ask(asked), await walk(asked)]
        const told = answer.rows.flatMap((row) => row.entries.map((entry) => entry.id))
        const missing = floor.rows.filter((row: { id: string }) => !told.includes(row.id)).length
        return missing === 0 && answer.rows.length === MODELS ? undefined : `${missing} blocks are not told`
      },
    },
  ]
}
