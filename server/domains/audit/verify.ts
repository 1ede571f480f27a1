import pg from 'pg'
import { DIGEST_BYTES, GENESIS, headOf, type Seal } from './digest.ts'
import type { HeadsFile } from './heads-file.ts'
import { readSealBefore, readSealsAfter } from './seal.repository.ts'
import { compareHeads } from './verify-heads.ts'
import { createRowChecker } from './verify-rows.ts'
import { findUnsealed } from './verify-unsealed.ts'

export type ProblemKind =
  | 'altered'
  | 'missing'
  | 'inserted'
  | 'moved'
  | 'seal_altered'
  | 'seal_missing'
  | 'head_differs'
  | 'not_kept'
  | 'not_redacted_by_erasure'
  | 'not_sealed'

/** The first thing that is wrong, in one sentence that names where. */
export interface Problem {
  kind: ProblemKind
  day: string | null
  number: number | null
  rowId: string | null
  sentence: string
}

export interface VerifyOptions {
  url: string
  /** The heads kept outside; undefined compares the database only with itself. */
  heads?: HeadsFile
  /** First and last day to look at (2026-11-21); everything by default. */
  from?: string
  to?: string
  /** For what counts as late; the time of this machine by default. */
  now?: Date
  onProgress?: (rows: number) => void
  /** Set only by tests that must see the verifier miss what it should find. */
  faults?: { skipRows?: boolean; skipHeads?: boolean }
}

export interface Verified {
  problem: Problem | null
  seals: number
  rows: number
  /** Rows that wait for the sealer. */
  waiting: number
  /** Lines of the file that were compared. */
  heads: number
  head: string | null
  /** What is no problem and worth knowing. */
  notes: string[]
}

const SEALS_AT_ONCE = 25
/** Rows compared in one round trip. */
const ROWS_AT_ONCE = 2_000
const PROGRESS_EVERY = 50_000

/**
 * Reads every seal in order, computes each row's digest and each head anew, and stops at the first difference; then looks
 * for rows no seal knows, and compares the chain with the heads kept outside. One read-only snapshot, so it may run
 * beside the product; memory does not grow with the log.
 */
export async function verifyAudit(options: VerifyOptions): Promise<Verified> {
  const client = new pg.Client({ connectionString: options.url, application_name: 'virel-audit-verify' })
  client.on('error', () => {})
  await client.connect()
  try {
    await client.query("set timezone = 'UTC'; set statement_timeout = 0")
    await client.query('begin isolation level repeatable read read only')
    const verified: Verified = { problem: null, seals: 0, rows: 0, waiting: 0, heads: 0, head: null, notes: [] }
    verified.problem =
      (await followChain(client, options, verified)) ??
      (await findUnsealed(client, options, verified)) ??
      (options.heads && !options.faults?.skipHeads ? await compareHeads(client, options.heads, options, verified) : null)
    return verified
  } finally {
    await client.end().catch(() => {})
  }
}

async function followChain(
  client: pg.Client,
  { from, to, onProgress, faults }: VerifyOptions,
  verified: Verified,
): Promise<Problem | null> {
  const before = from === undefined ? undefined : await readSealBefore(client, from)
  let last: Pick<Seal, 'day' | 'number' | 'head'> = before ?? { day: '0001-01-01', number: 0, head: GENESIS }
  const checkRows = createRowChecker(client)
  let told = 0
  for (;;) {
    const seals = await readSealsAfter(client, last, to, SEALS_AT_ONCE)
    if (seals.length === 0) break
    for (const group of groupsOf(seals)) {
      for (const seal of group) {
        const broken = linkProblem(seal, last)
        // The seals before it stand: what is wrong with their rows comes first.
        if (broken) return (await rowsOf(group.slice(0, group.indexOf(seal)))) ?? broken
        last = seal
      }
      const problem = await rowsOf(group)
      if (problem) return problem
      verified.seals += group.length
      verified.rows += group.reduce((sum, seal) => sum + seal.ids.length, 0)
      if (verified.rows - told >= PROGRESS_EVERY) {
        told = verified.rows
        onProgress?.(told)
      }
    }
  }
  verified.head = last.head.toString('hex')
  return null

  async function rowsOf(group: Seal[]): Promise<Problem | null> {
    return faults?.skipRows ? null : checkRows(group)
  }
}

function* groupsOf(seals: readonly Seal[]): Generator<Seal[]> {
  let group: Seal[] = []
  let rows = 0
  for (const seal of seals) {
    group.push(seal)
    rows += seal.ids.length
    if (rows < ROWS_AT_ONCE) continue
    yield group
    group = []
    rows = 0
  }
  if (group.length > 0) yield group
}

/** Whether a seal continues the one before it and says the truth about itself. */
function linkProblem(seal: Seal, last: Pick<Seal, 'day' | 'number' | 'head'>): Problem | null {
  const name = `Seal ${seal.number} of ${seal.day}`
  const expected = seal.day === last.day ? last.number + 1 : 1
  if (seal.number !== expected) {
    return sealProblem(
      seal,
      'seal_missing',
      `${name} follows seal ${last.number} of ${last.day}: what stood between them is gone.`,
    )
  }
  const whole = seal.digests.length === seal.ids.length * DIGEST_BYTES
  if (!whole || !headOf(seal).equals(seal.head))
    return sealProblem(seal, 'seal_altered', `${name} was altered: its head does not fit what it says.`)
  if (!seal.previous.equals(last.head)) {
    const before = last.number === 0 ? 'the beginning' : `seal ${last.number} of ${last.day}`
    return sealProblem(
      seal,
      'seal_altered',
      `${name} does not continue ${before}: one of them was replaced, or seals between them are gone.`,
    )
  }
  return null
}

function sealProblem(seal: Seal, kind: ProblemKind, sentence: string): Problem {
  return { kind, day: seal.day, number: seal.number, rowId: null, sentence }
}
