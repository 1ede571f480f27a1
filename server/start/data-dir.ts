import { randomBytes } from 'node:crypto'
import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { errorCode, StartError } from './problems.ts'

const LOG_LIMIT_BYTES = 20_000_000

/** Another process that is alive holds the directory. */
export class LockedError extends StartError {
  readonly pid: number
  constructor(dir: string, pid: number) {
    super(`Virel already runs on ${dir} (process ${pid}). Stop it first, or name another directory with VIREL_DATA_DIR.`)
    this.pid = pid
  }
}

/**
 * One start for a data directory, which is made when absent. A lock left by a process that is gone is taken over; of two
 * starts that find it at once one wins. Returns what gives the directory free.
 */
export function lockDataDir(dir: string): () => void {
  mkdirSync(dir, { recursive: true })
  const file = join(dir, 'virel.lock')
  const own = join(dir, `virel.lock.${process.pid}`)
  const identity = `${process.pid} ${startTime(process.pid)}`
  // Written first and linked then: a lock file is never seen half written.
  writeFileSync(own, identity, { mode: 0o600 })
  try {
    for (;;) {
      try {
        linkSync(own, file)
        return () => {
          if (readIfThere(file) === identity) rmSync(file, { force: true })
        }
      } catch (error) {
        if (errorCode(error) !== 'EEXIST') throw error
      }
      const found = readIfThere(file)
      if (found === undefined) continue
      const [pid, started] = found.split(' ').map(Number)
      if (pid && isAlive(pid) && startTime(pid) === started) {
        throw new LockedError(dir, pid)
      }
      takeAway(file, found, `${own}.stale`)
    }
  } finally {
    rmSync(own, { force: true })
  }
}

/** Removes the stale lock; what another start put there meanwhile is put back. */
function takeAway(file: string, stale: string, aside: string): void {
  try {
    renameSync(file, aside)
    if (readIfThere(aside) !== stale) linkSync(aside, file)
  } catch (error) {
    if (errorCode(error) !== 'ENOENT' && errorCode(error) !== 'EEXIST') throw error
  } finally {
    rmSync(aside, { force: true })
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return errorCode(error) === 'EPERM'
  }
}

/** When the process began, in the kernel's ticks: tells it from a later one of the same number. 0 where it can't be known. */
function startTime(pid: number): number {
  const stat = existsSync('/proc/self/stat') ? readIfThere(`/proc/${pid}/stat`) : undefined
  // The name in brackets may hold spaces; the start time is the 20th field after it.
  return Number(stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? 0)
}

/** The key of this directory, made on first use; all its processes share it. */
export function secretKeyOf(dir: string): string {
  const file = join(dir, 'secret-key')
  const found = readIfThere(file)?.trim()
  if (found) return found
  const made = randomBytes(32).toString('hex')
  writeFileSync(`${file}.new`, made, { mode: 0o600 })
  renameSync(`${file}.new`, file)
  return made
}

/** Where the processes' logs go. A log that has grown large is set aside, so that two files of a process are all there are. */
export function logDirOf(dir: string, names: readonly string[]): string {
  const logDir = join(dir, 'logs')
  mkdirSync(logDir, { recursive: true })
  for (const name of names) {
    const file = join(logDir, `${name}.log`)
    if (existsSync(file) && statSync(file).size > LOG_LIMIT_BYTES) renameSync(file, `${file}.1`)
  }
  return logDir
}

/** Marks that demo data is being written, so that a start that is killed meanwhile isn't taken for a finished one. */
export function unfinishedDemo(dir: string) {
  const file = join(dir, 'demo-data-unfinished')
  return {
    isThere: () => existsSync(file),
    set: () => writeFileSync(file, ''),
    clear: () => rmSync(file, { force: true }),
  }
}
