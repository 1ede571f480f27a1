import { sql } from 'kysely'
import { AppError, invalid } from '#server/errors.ts'
import type { Tx } from '#server/transact.ts'
import type { SetTravelInput } from './travel.schema.ts'

/** Sets how long the way between two places takes, or leaves it to the estimate. Throws `invalid`. */
export async function setTravel(tx: Tx, input: SetTravelInput) {
  const { minutes, bothWays } = input
  if (input.from === input.to) throw invalid('to', 'Choose another place: within a place the way takes no time.')
  const rows = await tx.run(tx.db.selectFrom('locations').select(['id', 'slug']).where('slug', 'in', [input.from, input.to]))
  const ids = new Map(rows.map((row) => [row.slug, row.id]))
  const [from, to] = [ids.get(input.from), ids.get(input.to)]
  if (!from || !to) throw new AppError('invalid', `There is no location “${from ? input.to : input.from}”.`)
  const ways = bothWays
    ? [
        [from, to],
        [to, from],
      ]
    : [[from, to]]
  const before = await tx.run(
    sql<{
      minutes: number
    }>`select minutes from travel_times where from_location_id = ${from}::uuid and to_location_id = ${to}::uuid`,
  )
  for (const [one, other] of ways) {
    if (minutes === null) {
      tx.send(sql`delete from travel_times where from_location_id = ${one}::uuid and to_location_id = ${other}::uuid`)
    } else {
      tx.send(sql`insert into travel_times (from_location_id, to_location_id, minutes, updated_at)
        values (${one}::uuid, ${other}::uuid, ${minutes}, ${tx.now})
        on conflict (from_location_id, to_location_id) do update set minutes = excluded.minutes, updated_at = excluded.updated_at`)
    }
  }
  tx.audit({
    action: 'travel_time.updated',
    entityType: 'location',
    entityId: from,
    entityRef: input.from,
    before: { to: input.to, minutes: before[0]?.minutes ?? null, both_ways: null },
    after: { to: input.to, minutes, both_ways: bothWays },
  })
  return { from: input.from, to: input.to, minutes, bothWays }
}
