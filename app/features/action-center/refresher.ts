import { CallError } from '../../live/call.ts'

/** What is committed together is painted together. */
const GATHER_MS = 40
/** Between two readings: a burst of events costs few of them, and none waits for the burst's end. */
const LEAST_MS = 300
const RETRY_MS = 1_500

/**
 * Reads something again whenever it was asked to, one reading at a time: asked during one, it reads once more after it.
 * Waits while nobody looks; tries again while the server is away, and leaves what is shown as it is.
 */
export class Refresher {
  readonly #read: () => Promise<unknown>
  #wanted = false
  #running = false
  #timer: ReturnType<typeof setTimeout> | undefined
  #readAt = 0

  constructor(read: () => Promise<unknown>) {
    this.#read = read
  }

  ask(): void {
    this.#wanted = true
    this.#soon(Math.max(GATHER_MS, this.#readAt + LEAST_MS - Date.now()))
  }

  /** Returns what stops it. */
  start(): () => void {
    document.addEventListener('visibilitychange', this.#look)
    return () => {
      document.removeEventListener('visibilitychange', this.#look)
      clearTimeout(this.#timer)
      this.#timer = undefined
    }
  }

  readonly #look = (): void => {
    if (this.#wanted) this.#soon(0)
  }

  #soon(ms: number): void {
    if (this.#running) return
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      void this.#run()
    }, ms)
  }

  async #run(): Promise<void> {
    if (!this.#wanted || document.visibilityState === 'hidden') return
    this.#wanted = false
    this.#running = true
    this.#readAt = Date.now()
    let again = LEAST_MS
    try {
      await this.#read()
    } catch (error) {
      // What is refused for good stays refused: only an answer that did not come is waited for.
      const away = error instanceof CallError && (error.problem.status === 0 || error.problem.status >= 500)
      this.#wanted ||= away
      again = RETRY_MS
    }
    this.#running = false
    if (this.#wanted) this.#soon(again)
  }
}
