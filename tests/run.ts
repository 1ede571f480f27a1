import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { findChromium } from './support/chromium.ts'

/**
 * `npm test`: types, lint, build, then every test against a real PostgreSQL and a real Chromium. The last line counts.
 * `--faults` runs the long versions of the random and crash tests.
 */
const ROOT = join(import.meta.dirname, '..')
const bin = (name: string) => join(ROOT, 'node_modules', '.bin', name)
const faults = process.argv.includes('--faults')

function tell(message: string): void {
  process.stdout.write(`${message}\n`)
}

let passed = 0
let failed = 0

function run(command: string, args: string[], env: Record<string, string> = {}): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, ...env } })
    child.on('error', () => resolve(false))
    child.on('exit', (code) => resolve(code === 0))
  })
}

async function check(what: string, command: string, args: string[]): Promise<void> {
  const from = Date.now()
  const good = await run(command, args)
  if (good) passed++
  else failed++
  tell(`${good ? '✓' : '✗'} ${what} (${((Date.now() - from) / 1000).toFixed(1)} s)`)
}

const report = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numTotalTests: z.number(),
  numFailedTestSuites: z.number(),
})

async function vitest(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'virel-report-'))
  const file = join(folder, 'report.json')
  // Without a Chromium the browser tests fail and say so; the others still run.
  const chromium = await findChromium(tell).catch((error: Error) => {
    tell(error.message)
    return ''
  })
  const good = await run(bin('vitest'), ['run', '--reporter=default', '--reporter=json', `--outputFile=${file}`], {
    VIREL_CHROMIUM: chromium,
    ...(faults ? { VIREL_FAULTS: '1' } : {}),
  })
  try {
    const counts = report.parse(JSON.parse(readFileSync(file, 'utf8')))
    passed += counts.numPassedTests
    failed += counts.numFailedTests
    // A file that could not even be loaded counts no test of its own.
    if (!good && counts.numFailedTests === 0) failed++
    // Nothing is skipped here: a test that did not run did not pass.
    failed += counts.numTotalTests - counts.numPassedTests - counts.numFailedTests
  } catch {
    tell('The test runner left no report.')
    failed++
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

await check('types', bin('tsc'), ['--noEmit'])
await check('lint and format', bin('biome'), ['ci', '--error-on-warnings', '.'])
await check('screens build', process.execPath, [join(ROOT, 'server', 'build.ts')])
await vitest()
tell(`${passed} passed, ${failed} failed`)
process.exit(failed === 0 ? 0 : 1)
