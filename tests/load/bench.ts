import { parseArgs } from 'node:util'
import { lighthouseLines } from './lighthouse.ts'
import { type Contest, closedLoop, hold, type Line } from './measure.ts'
import { confirmInProcess } from './p1-confirm.ts'
import { confirmOverRest } from './p2-rest.ts'
import { probe } from './p3-probe.ts'
import { match } from './p4-match.ts'
import { listOverRest } from './p6-list.ts'
import { feed } from './p7-feed.ts'
import { search } from './p8-search.ts'
import { outbox } from './p9-outbox.ts'
import { timeline } from './p11-timeline.ts'
import { openStage, type Stage } from './stage.ts'

/**
 * `npm run bench`: each benchmark's floor and the product side by side, in rounds by turns, and one table at the end.
 * `--only P1,P6`, `--scale 1000000` (what QUALITY calls large), `--rounds 5`, `--ms 4000` for each stretch.
 */
const BENCHES: Record<string, (stage: Stage, ms: number) => Promise<Contest[]>> = {
  P1: async (stage, ms) => [confirmInProcess(stage, ms)],
  P2: async (stage, ms) => [await confirmOverRest(stage, ms, 8), await confirmOverRest(stage, ms, 32)],
  P3: async (stage, ms) => [await probe(stage, ms)],
  P4: async (stage, ms) => [await match(stage, ms)],
  P6: async (stage, ms) => [await listOverRest(stage, ms)],
  P7: async (stage, ms) => [await feed(stage, ms)],
  P8: search,
  P9: outbox,
  P11: timeline,
}

/** Judged by somebody else's measure, with no floor beside them; only when named. */
const JUDGED: Record<string, (stage: Stage, tell: (text: string) => void) => Promise<Line[]>> = { LH: lighthouseLines }

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: Object.keys(BENCHES).join() },
    scale: { type: 'string', default: '100000' },
    rounds: { type: 'string', default: '3' },
    ms: { type: 'string', default: '3000' },
  },
})
const wanted = values.only.toUpperCase().split(',')
const unknown = wanted.filter((id) => !(id in BENCHES || id in JUDGED))
if (unknown.length > 0) {
  console.error(`There is no ${unknown.join(', ')}. Known: ${[...Object.keys(BENCHES), ...Object.keys(JUDGED)].join(', ')}.`)
  process.exit(1)
}

const scale = Number(values.scale)
const tell = (text: string) => {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`)
  else process.stderr.write(`${text}\n`)
}
const stage = await openStage(scale, tell)
const lines: Line[] = []
try {
  const { rate, p50 } = await closedLoop(1, 1_000, () => stage.database.pool.query('select 1'))
  const commits = await closedLoop(1, 1_000, () =>
    stage.database.pool.query(`update settings set updated_at = now() where key = 'deposit_hold_minutes'`),
  )
  console.log(
    `${scale.toLocaleString('en-GB')} bookings. Calibration: ${Math.round(rate)} round trips/s (p50 ${p50.toFixed(2)} ms), ${Math.round(commits.rate)} commits/s (p50 ${commits.p50.toFixed(2)} ms), one at a time.`,
  )
  for (const [id, open] of Object.entries(BENCHES)) {
    if (!wanted.includes(id)) continue
    const contests = await open(stage, Number(values.ms))
    try {
      for (const contest of contests) lines.push(...(await hold(contest, Math.max(3, Number(values.rounds)), tell)))
    } catch (error) {
      console.error(error)
      lines.push({ id, what: String(error), floor: '', product: '', ratio: '', bar: '', verdict: 'broken' })
    }
    for (const contest of contests) await contest.close?.()
  }
  for (const [id, judge] of Object.entries(JUDGED)) if (wanted.includes(id)) lines.push(...(await judge(stage, tell)))
} finally {
  await stage.close()
}
tell('')
printTable(lines)
process.exitCode = lines.some(({ verdict }) => verdict === 'miss' || verdict === 'broken') ? 1 : 0

function printTable(rows: readonly Line[]): void {
  const columns = ['id', 'what', 'floor', 'product', 'ratio', 'bar', 'verdict'] as const
  const widths = columns.map((name) => Math.max(name.length, ...rows.map((row) => row[name].length)))
  const print = (cells: readonly string[]) =>
    console.log(
      cells
        .map((cell, index) => cell.padEnd(widths[index] ?? 0))
        .join('  ')
        .trimEnd(),
    )
  print(columns)
  for (const row of rows) print(columns.map((name) => row[name]))
  console.log('close: within 30 % of its bar, which may be noise.')
}
