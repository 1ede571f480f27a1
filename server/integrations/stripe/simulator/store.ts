import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** Anything with an id that the stand-in keeps. */
export interface Kept {
  id: string
  object: string
  created: number
}

/**
 * The stand-in's memory: objects by id, in the order they were made, every change appended to a file of its own before it
 * is answered, so that a stand-in that is killed comes back with what it had said.
 */
export interface Store {
  get<T extends Kept>(id: string, object: T['object']): T | undefined
  put<T extends Kept>(kept: T): void
  /** Newest first. */
  list<T extends Kept>(object: T['object']): T[]
  /** What was answered to an Idempotency-Key. */
  answered(key: string): Answered | undefined
  answer(key: string, answered: Answered): void
}

export interface Answered {
  /** Of what was asked: the same key with other words is refused. */
  hash: string
  status: number
  body: unknown
}

type Line = { kept: Kept } | { key: string; answered: Answered }

export function openStore(file: string | null): Store {
  const kept = new Map<string, Kept>()
  const answers = new Map<string, Answered>()
  const take = (line: Line) => {
    if ('kept' in line) kept.set(line.kept.id, line.kept)
    else answers.set(line.key, line.answered)
  }
  if (file !== null) {
    mkdirSync(dirname(file), { recursive: true })
    for (const line of linesOf(file)) take(line)
    compact(file, kept, answers)
  }
  const write = (line: Line) => {
    take(line)
    if (file !== null) appendFileSync(file, `${JSON.stringify(line)}\n`, { mode: 0o600 })
  }
  return {
    get<T extends Kept>(id: string, object: T['object']) {
      const found = kept.get(id)
      return found?.object === object ? (found as T) : undefined
    },
    put: (one) => write({ kept: one }),
    list: <T extends Kept>(object: T['object']) => [...kept.values()].filter((one): one is T => one.object === object).reverse(),
    answered: (key) => answers.get(key),
    answer: (key, answered) => write({ key, answered }),
  }
}

/** A line that was being written when the process was killed is none. */
function linesOf(file: string): Line[] {
  if (!existsSync(file)) return []
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((text) => {
      try {
        return text === '' ? [] : [JSON.parse(text) as Line]
      } catch {
        return []
      }
    })
}

/** Once per start: only the last state of each object is kept. */
function compact(file: string, kept: Map<string, Kept>, answers: Map<string, Answered>): void {
  const lines: Line[] = [
    ...[...kept.values()].map((one) => ({ kept: one })),
    ...[...answers].map(([key, answered]) => ({ key, answered })),
  ]
  writeFileSync(`${file}.new`, lines.map((line) => `${JSON.stringify(line)}\n`).join(''), { mode: 0o600 })
  renameSync(`${file}.new`, file)
}
