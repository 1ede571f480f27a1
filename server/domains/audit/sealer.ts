import type { Logger } from 'pino'
import type { HeadsFile } from './heads-file.ts'
import { type SealDeps, type Sealed, sealOnce } from './seal.ts'

export interface SealerOptions {
  batch?: number
  everyMs?: number
  /** The head is written outside at most this often, and at the end of each day. */
  keepMs?: number
}

export interface Sealer {
  stop(): Promise<void>
}

const BATCH = 1_000

/**
 * Seals the audit log until stopped, each second. Any number of processes may run one; a lock lets one work. Each keeps
 * the head outside the database: in its file, and in its log for whatever collects logs.
 */
export function startSealer(
  deps: SealDeps & { log: Logger; heads?: HeadsFile },
  { batch = BATCH, everyMs = 1_000, keepMs = 5_000 }: SealerOptions = {},
): Sealer {
  const keep = keeperOf(deps, keepMs)
  let stopped = false
  let wakeUp: (() => void) | undefined
  const running = (async () => {
    while (!stopped) {
      try {
        let full = true
        while (full && !stopped) {
          const sealed = await sealOnce(deps, { batch })
          full = sealed.count === batch
          await keep(sealed)
        }
      } catch (error) {
        deps.log.warn({ err: error }, 'the audit log was not sealed; it tries again in a second')
      }
      if (!stopped)
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, everyMs)
          wakeUp = () => {
            clearTimeout(timer)
            resolve()
          }
        })
    }
    await keep(await sealOnce(deps, { batch }), true).catch(() => {})
  })()
  return {
    async stop() {
      stopped = true
      wakeUp?.()
      await running.catch((error: unknown) => deps.log.warn({ err: error }, 'the last audit rows are sealed at the next start'))
    },
  }
}

/** Writes the newest head outside, unless it was written already or a moment ago. */
function keeperOf({ log, heads, clock }: SealDeps & { log: Logger; heads?: HeadsFile }, keepMs: number) {
  let kept: { day: string; number: number; head: string } | undefined
  let keptAt = Number.NEGATIVE_INFINITY
  return async ({ seal }: Sealed, last = false): Promise<void> => {
    if (!seal) return
    const head = seal.head.toString('hex')
    const isNewDay = kept !== undefined && kept.day !== seal.day
    if (head === kept?.head || !(last || isNewDay || performance.now() - keptAt >= keepMs)) return
    const line = { day: seal.day, number: seal.number, head, at: clock.now().toISOString() }
    await heads?.append(line)
    log.info({ audit: line }, 'head of the audit log')
    kept = line
    keptAt = performance.now()
  }
}
