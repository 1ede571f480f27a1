import type pg from 'pg'
import { type AuditRowText, DIGEST_BYTES, payloadDigest, ROW_TEXT, rowDigest, type Seal } from './digest.ts'
import { digestOfIds, ERASURES } from './redact.ts'
import type { Problem, ProblemKind } from './verify.ts'

type RowChecker = (seals: readonly Seal[]) => Promise<Problem | null>

/** Compares the rows of seals with the log. Remembers which erasures it has looked at. */
export function createRowChecker(client: pg.Client): RowChecker {
  const erasures = new Map<string, string | null>()
  return async (seals) => {
    const ids = seals.flatMap((seal) => seal.ids)
    if (ids.length === 0) return null
    const { rows } = await client.query<AuditRowText>({
      name: 'virel_verify_rows',
      text: `select ${ROW_TEXT} from audit_log a where a.id = any($1::uuid[])`,
      values: [ids],
    })
    const found = new Map(rows.map((row) => [row.id, row]))
    for (const seal of seals) {
      for (const [index, id] of seal.ids.entries()) {
        const problem = await checkRow(client, seal, index, found.get(id), erasures)
        if (problem) return problem
      }
    }
    return null
  }
}

async function checkRow(
  client: pg.Client,
  seal: Seal,
  index: number,
  row: AuditRowText | undefined,
  erasures: Map<string, string | null>,
): Promise<Problem | null> {
  const id = seal.ids[index] ?? ''
  const say = (kind: ProblemKind, what: string): Problem => ({
    kind,
    day: seal.day,
    number: seal.number,
    rowId: id,
    sentence: `Row ${id} of seal ${seal.number} of ${seal.day} ${what}`,
  })
  const sealed = slice(seal.digests, index)
  if (!row) {
    const elsewhere = await findUnsealedWith(client, sealed)
    return elsewhere ? say('moved', `was moved: its contents stand under the id ${elsewhere}.`) : say('missing', 'is missing.')
  }
  const payload = row.redacted_by === null ? payloadDigest(row) : slice(seal.payloads, index)
  const digest = rowDigest(row, payload)
  if (!digest.equals(sealed)) {
    const owner = await findSealedAs(client, digest)
    return owner
      ? say('moved', `was moved: in its place stands what was sealed as row ${owner}.`)
      : say('altered', 'was altered: it is not what was sealed.')
  }
  if (Number(row.position) !== seal.positions[index]) {
    return say('moved', `was moved: its place in the log was ${seal.positions[index]} and is now ${row.position}.`)
  }
  if (row.redacted_by === null) return null
  if ([row.before, row.after, row.reason, row.ip, row.agent, row.salt].some((value) => value !== null)) {
    return say('altered', 'was altered: it is marked as erased and has contents.')
  }
  if (!erasures.has(row.redacted_by)) erasures.set(row.redacted_by, await erasureProblem(client, row.redacted_by))
  const why = erasures.get(row.redacted_by)
  return why ? say('not_redacted_by_erasure', `lost its contents, and ${why}`) : null
}

function slice(digests: Buffer, index: number): Buffer {
  return digests.subarray(index * DIGEST_BYTES, (index + 1) * DIGEST_BYTES)
}

/** Why this erasure does not account for the rows that name it; null when it does. */
async function erasureProblem(client: pg.Client, erasureId: string): Promise<string | null> {
  const { rows } = await client.query<{ action: string; redacted: unknown }>(
    `select action, after -> 'redacted' as redacted from audit_log where id = $1::uuid`,
    [erasureId],
  )
  const erasure = rows[0]
  if (!erasure) return `the erasure ${erasureId} it names is not in the log.`
  if (!ERASURES.includes(erasure.action)) return `the row ${erasureId} it names is no erasure but ${erasure.action}.`
  const { rows: named } = await client.query<{ id: string }>('select id::text from audit_log where redacted_by = $1::uuid', [
    erasureId,
  ])
  const said = erasure.redacted as { count?: unknown; digest?: unknown } | null
  const ids = named.map((row) => row.id)
  if (said?.count === ids.length && said.digest === digestOfIds(ids)) return null
  return `the erasure ${erasureId} it names speaks of other rows.`
}

/** The id under which these very contents were sealed. Only for the wording: reads the seals once. */
async function findSealedAs(client: pg.Client, digest: Buffer): Promise<string | undefined> {
  const { rows } = await client.query<{ id: string }>(
    `select row_ids[(position($1::bytea in digests) - 1) / ${DIGEST_BYTES} + 1]::text as id
     from audit_seals where position($1::bytea in digests) > 0 limit 1`,
    [digest],
  )
  return rows[0]?.id
}

/** An unsealed row with these contents: it was given another id. Only for the wording. */
async function findUnsealedWith(client: pg.Client, digest: Buffer): Promise<string | undefined> {
  const { rows } = await client.query<AuditRowText>(
    `select ${ROW_TEXT} from audit_log a
     where not exists (select 1 from (select unnest(row_ids) as id from audit_seals) s where s.id = a.id) limit 10000`,
  )
  return rows.find((row) => rowDigest(row, payloadDigest(row)).equals(digest))?.id
}
