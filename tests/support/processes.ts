import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

const ROOT = join(import.meta.dirname, '..', '..')

export type Settings = Readonly<Record<string, string | undefined>>

/** A program of ours under test: what it says, how it ends. */
export interface Program {
  child: ChildProcess
  output(): string
  /** Resolves when the output matches; rejects when it ends before. */
  says(pattern: RegExp): Promise<RegExpMatchArray>
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>
}

/** Runs a TypeScript file of the repository with Node, as npm scripts do, and ends it with the test. */
export function runProgram(file: string, env: Settings, args: string[] = []): Program {
  const own: NodeJS.ProcessEnv = { ...process.env, DATABASE_URL: '', SECRET_KEY: '', NODE_ENV: 'production', ...env }
  const child = spawn(process.execPath, [join(ROOT, file), ...args], {
    cwd: ROOT,
    env: own,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const listeners = new Set<() => void>()
  const hear = (chunk: Buffer) => {
    output += chunk.toString()
    for (const listener of listeners) listener()
  }
  child.stdout?.on('data', hear)
  child.stderr?.on('data', hear)
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }))
  })
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  return {
    child,
    output: () => output,
    ended,
    says(pattern) {
      return new Promise((resolve, reject) => {
        const look = () => {
          const match = output.match(pattern)
          if (match) resolve(match)
        }
        listeners.add(look)
        look()
        void ended.then(() => reject(new Error(`it ended without saying ${pattern}:\n${output}`)))
      })
    },
  }
}

/** A folder for one test, removed with everything that still runs on it. */
export function testFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'virel-runtime-'))
  onTestFinished(async () => {
    for (const pid of processesOf(dir)) signalIfThere(pid, 'SIGKILL')
    await until(() => processesOf(dir).length === 0)
    rmSync(dir, { recursive: true, force: true })
  })
  return dir
}

/** Every process of this machine that was started for the data directory: web, runners, PostgreSQL and its own. */
export function processesOf(dir: string): number[] {
  const wanted = `VIREL_DATA_DIR=${dir}`
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(wanted) && stateOf(pid) !== 'Z'
      } catch {
        return false
      }
    })
}

function stateOf(pid: number): string | undefined {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return stat.slice(stat.lastIndexOf(')') + 2)[0]
}

/** The processes of the directory whose command line has the words. */
export function findProcesses(dir: string, words: string): number[] {
  return processesOf(dir).filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').includes(words)
    } catch {
      return false
    }
  })
}

function signalIfThere(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It ended by itself.
  }
}

/** Waits until it is so, looking often; fails after the time. */
export async function until(isSo: () => boolean | Promise<boolean>, ms = 30_000): Promise<void> {
  const end = Date.now() + ms
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`it was not so within ${ms / 1_000} s`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}

/** The status of GET on the address, or undefined when nothing answers. */
export async function statusOf(address: string): Promise<number | undefined> {
  const answer = await fetch(address, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined)
  await answer?.body?.cancel()
  return answer?.status
}

/** Takes a port of this machine until the test ends. */
export async function takePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())))
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new Error('no port')
  return address.port
}
