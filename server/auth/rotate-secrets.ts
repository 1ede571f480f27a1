import { sql } from 'kysely'
import type { Db } from '#db/client.ts'
import type { SealedColumn } from './sealed-columns.ts'
import type { SecretBox } from './secret-box.ts'

const BATCH = 500

export interface Rotated {
  table: string
  column: string
  /** Sealed anew with the present key. */
  resealed: number
  /** Had it already. */
  current: number
  /** Written by someone else meanwhile, so with the present key. */
  overtaken: number
  /** Rows that no given key opens. */
  lost: string[]
}

interface Row {
  row: string
  sealed: string
}

/**
 * Seals anew, with the present key, what an earlier one has sealed, a few hundred rows a statement while Virel runs. Ended
 * midway it goes on where it was when it is started again. A row that no key opens is named and left as it is.
 */
export async function rotateSecrets(db: Db, box: SecretBox, columns: readonly SealedColumn[]): Promise<Rotated[]> {
  const done: Rotated[] = []
  for (const column of columns) done.push(await rotateColumn(db, box, column))
  return done
}

async function rotateColumn(db: Db, box: SecretBox, { table, column, row }: SealedColumn): Promise<Rotated> {
  const counts: Rotated = { table, column, resealed: 0, current: 0, overtaken: 0, lost: [] }
  let after: string | undefined
  for (;;) {
    const { rows }: { rows: Row[] } = await sql<Row>`
      select ${sql.ref(row)}::text as row, ${sql.ref(column)} as sealed from ${sql.table(table)}
      where ${sql.ref(column)} is not null ${after === undefined ? sql`` : sql`and ${sql.ref(row)}::text > ${after}`}
      order by ${sql.ref(row)}::text limit ${BATCH}`.execute(db)
    const renewed = rows.flatMap((one) => resealed(box, { table, column, row: one.row }, one.sealed, counts))
    if (renewed.length > 0) {
      // Only where the text is still the one that was read: who wrote meanwhile wins.
      const { numAffectedRows = 0n } = await sql`
        update ${sql.table(table)} as t set ${sql.ref(column)} = n.renewed
        from unnest(${renewed.map((one) => one.row)}::text[], ${renewed.map((one) => one.sealed)}::text[],
          ${renewed.map((one) => one.renewed)}::text[]) as n (row, sealed, renewed)
        where t.${sql.ref(row)}::text = n.row and t.${sql.ref(column)} = n.sealed`.execute(db)
      counts.resealed += Number(numAffectedRows)
      counts.overtaken += renewed.length - Number(numAffectedRows)
    }
    if (rows.length < BATCH) return counts
    after = rows.at(-1)?.row
  }
}

function resealed(
  box: SecretBox,
  place: { table: string; column: string; row: string },
  sealed: string,
  counts: Rotated,
): { row: string; sealed: string; renewed: string }[] {
  if (box.isCurrent(sealed)) {
    counts.current += 1
    return []
  }
  try {
    return [{ row: place.row, sealed, renewed: box.seal(place, box.open(place, sealed)) }]
  } catch {
    counts.lost.push(place.row)
    return []
  }
}
