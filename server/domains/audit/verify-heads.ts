import type pg from 'pg'
import type { HeadLine, HeadsFile } from './heads-file.ts'
import { readLastSeal } from './seal.repository.ts'
import type { Problem, Verified, VerifyOptions } from './verify.ts'

const LINES_AT_ONCE = 1_000
/** The sealer writes a head every few seconds: a file that is further behind than this was cut, or isn't the right one. */
const BEHIND_SECONDS = 60

/**
 * Compares the database with the heads kept outside it. Each line must be signed and name a seal with that very head; as
 * a head covers all before it, a line that holds proves the chain up to there. What was cut off the end together with
 * its seals shows here, and nowhere else.
 */
export async function compareHeads(
  client: pg.Client,
  file: HeadsFile,
  { from, to }: VerifyOptions,
  verified: Verified,
): Promise<Problem | null> {
  let batch: HeadLine[] = []
  let newest: HeadLine | undefined
  for await (const line of file.read()) {
    if (line.signature === 'bad') {
      return problemAt(line, `Line ${line.line} of ${file.path} was altered: its signature does not fit it.`)
    }
    newest = line
    if ((from !== undefined && line.day < from) || (to !== undefined && line.day > to)) continue
    batch.push(line)
    if (batch.length < LINES_AT_ONCE) continue
    const problem = await compare(client, batch, file.path, verified)
    if (problem) return problem
    batch = []
  }
  return (await compare(client, batch, file.path, verified)) ?? endProblem(client, newest, file.path, to)
}

async function compare(client: pg.Client, lines: readonly HeadLine[], path: string, verified: Verified): Promise<Problem | null> {
  if (lines.length === 0) return null
  const { rows } = await client.query<{ day: string; number: number; head: string }>(
    `select s.day::text, s.number, encode(s.head, 'hex') as head
     from unnest($1::date[], $2::int[]) as l (day, number) join audit_seals s using (day, number)`,
    [lines.map((line) => line.day), lines.map((line) => line.number)],
  )
  const heads = new Map(rows.map((row) => [`${row.day} ${row.number}`, row.head]))
  for (const line of lines) {
    const head = heads.get(`${line.day} ${line.number}`)
    const where = `${path}, line ${line.line}`
    if (head === undefined) {
      return problemAt(
        line,
        `Seal ${line.number} of ${line.day} is missing: its head is kept in ${where}, and the database ends before it or has lost it with its rows.`,
      )
    }
    if (head !== line.head) {
      return problemAt(
        line,
        `The head of seal ${line.number} of ${line.day} differs from the one kept in ${where}: rows and seals up to it were rewritten.`,
      )
    }
    verified.heads += 1
  }
  return null
}

async function endProblem(
  client: pg.Client,
  newest: HeadLine | undefined,
  path: string,
  to: string | undefined,
): Promise<Problem | null> {
  const last = await readLastSeal(client)
  if (!last || to !== undefined) return null
  if (!newest) {
    return notKept(
      last,
      `No head is kept in ${path}: the chain agrees with itself, and nothing outside the database confirms it.`,
    )
  }
  if (newest.signature === 'unknown_key') {
    return notKept(last, `The newest line of ${path} is signed with a key that is not among SECRET_KEY and SECRET_KEY_BEFORE.`)
  }
  const behind = (last.at.getTime() - Date.parse(newest.at)) / 1_000
  const isNewest = newest.day === last.day && newest.number === last.number
  return !isNewest && behind > BEHIND_SECONDS
    ? notKept(
        last,
        `${path} ends with seal ${newest.number} of ${newest.day}: nothing outside the database confirms what was sealed since, up to seal ${last.number} of ${last.day}.`,
      )
    : null
}

function problemAt(line: HeadLine, sentence: string): Problem {
  return { kind: 'head_differs', day: line.day || null, number: line.number || null, rowId: null, sentence }
}

function notKept(last: { day: string; number: number }, sentence: string): Problem {
  return { kind: 'not_kept', day: last.day, number: last.number, rowId: null, sentence }
}
