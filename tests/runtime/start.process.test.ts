import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  findProcesses,
  processesOf,
  runProgram,
  type Settings,
  statusOf,
  takePort,
  testFolder,
  until,
} from '#tests/support/processes.ts'

const READY = /Ready after .* at (http:\/\/localhost:\d+)/

/** `npm start` without demo data on a folder of its own and a free port. */
function start(dir: string, env: Settings = {}) {
  return runProgram('server/start.ts', { VIREL_DATA_DIR: dir, VIREL_DEMO: 'off', PORT: '0', ...env })
}

async function ready(program: ReturnType<typeof start>): Promise<string> {
  const [, address] = await program.says(READY)
  if (!address) throw new Error('no address')
  return address
}

describe('npm start', () => {
  test('a second start on the same directory is refused in one sentence, and Ctrl-C leaves no process and no lock', async () => {
    const dir = testFolder()
    const first = start(dir)
    const address = await ready(first)
    expect(await statusOf(`${address}/health/ready`)).toBe(200)
    expect(findProcesses(dir, 'workers/main.ts --queue')).toHaveLength(3)

    const second = start(dir)
    expect(await second.ended).toEqual({ code: 1, signal: null })
    expect(second.output()).toBe(
      `Virel already runs on ${dir} (process ${first.child.pid}). Stop it first, or name another directory with VIREL_DATA_DIR.\n`,
    )
    expect(await statusOf(`${address}/health/ready`)).toBe(200)

    // Twice within a moment, as npm and the terminal send it: still one orderly stop.
    first.child.kill('SIGINT')
    first.child.kill('SIGINT')
    expect(await first.ended).toEqual({ code: 0, signal: null })
    expect(processesOf(dir)).toEqual([])
    expect(existsSync(join(dir, 'virel.lock'))).toBe(false)
  })

  test('killed at any moment it takes its processes along, and starts again on what it left', async () => {
    const dir = testFolder()
    const first = start(dir)
    await first.says(/PostgreSQL runs/)
    first.child.kill('SIGKILL')
    await first.ended
    expect(existsSync(join(dir, 'virel.lock'))).toBe(true)

    const second = start(dir)
    await ready(second)
    second.child.kill('SIGKILL')
    await second.ended
    await until(() => processesOf(dir).length === 0)

    const third = start(dir)
    expect(await statusOf(`${await ready(third)}/health/ready`)).toBe(200)
    third.child.kill('SIGTERM')
    expect(await third.ended).toEqual({ code: 0, signal: null })
    expect(processesOf(dir)).toEqual([])
  })

  test.each([
    ['the web process', 'server/main.ts'],
    ['a runner', '--queue critical'],
    ['PostgreSQL', 'bin/postgres -D'],
  ])('%s that is killed runs again; without its database web answers 503 at once', async (what, words) => {
    const dir = testFolder()
    const program = start(dir)
    const address = await ready(program)
    const [killed] = findProcesses(dir, words)
    const [web] = findProcesses(dir, 'server/main.ts')
    if (!killed || !web) throw new Error(`${what} does not run`)
    process.kill(killed, 'SIGKILL')
    const seen: (number | undefined)[] = []
    await until(async () => {
      const status = await statusOf(`${address}/health/ready`)
      seen.push(status)
      return status === 200 && findProcesses(dir, words).some((pid) => pid !== killed)
    })
    if (what === 'PostgreSQL') {
      expect(seen).toContain(503)
      expect(seen.filter((status) => status !== 200 && status !== 503)).toEqual([])
      expect(findProcesses(dir, 'server/main.ts')).toEqual([web])
    }
    await until(() => findProcesses(dir, 'workers/main.ts --queue').length === 3)
  })

  test('a taken port is one sentence', async () => {
    const port = await takePort()
    const program = start(testFolder(), { PORT: String(port) })
    expect(await program.ended).toEqual({ code: 1, signal: null })
    expect(program.output()).toBe(`Port ${port} is taken. Stop what uses it, or choose another with PORT.\n`)
  })

  test('a data directory that can not be one is one sentence', async () => {
    const file = join(testFolder(), 'a-file')
    writeFileSync(file, '')
    for (const dir of [file, join(file, 'inside')]) {
      const program = start(dir)
      expect(await program.ended).toEqual({ code: 1, signal: null })
      expect(program.output()).toBe(
        `The data directory ${dir} can not be made: something that is not a directory is in its place. Name another with VIREL_DATA_DIR.\n`,
      )
    }
  })

  test('a lock whose process is gone, or was given its number later, is taken over', async () => {
    const dir = testFolder()
    writeFileSync(join(dir, 'virel.lock'), `${process.pid} 1`)
    const program = start(dir)
    await program.says(/PostgreSQL runs/)
    program.child.kill('SIGINT')
    expect(await program.ended).toEqual({ code: 0, signal: null })
  })

  test('a setting that can not be used is named and nothing is started', async () => {
    const dir = join(testFolder(), 'data')
    const program = start(dir, { PORT: 'eighty', STRIPE_SECRET_KEY: '' })
    expect(await program.ended).toEqual({ code: 1, signal: null })
    expect(program.output()).toBe('The setting PORT must be a whole number from 0 to 65535.\n')
    expect(existsSync(dir)).toBe(false)
  })
})

describe('the production parts', () => {
  test.each(['server/main.ts', 'workers/main.ts', 'db/migrate.ts'])('%s without DATABASE_URL says so', async (file) => {
    const program = runProgram(file, {})
    expect(await program.ended).toEqual({ code: 1, signal: null })
    expect(program.output()).toMatch(/^The setting DATABASE_URL is missing: .*\n$/)
  })
})
