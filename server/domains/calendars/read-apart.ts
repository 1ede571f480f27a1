import { Worker } from 'node:worker_threads'
import { CalendarProblem } from './calendar-problem.ts'
import type { BusyTimes, Reading } from './read-busy-times.ts'

const TIME_MS = 10_000
const MEMORY_MB = 256

/**
 * Reads a calendar in a thread of its own with an end to its time and memory: whatever a stranger wrote into it, the
 * process goes on with its other work. Throws CalendarProblem.
 */
export async function readApart(text: string, reading: Reading, { timeMs = TIME_MS } = {}): Promise<BusyTimes> {
  const thread = new Worker(new URL('./read-apart.thread.ts', import.meta.url), {
    workerData: { text, reading },
    env: {},
    execArgv: ['--disable-warning=ExperimentalWarning'],
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB, maxYoungGenerationSizeMb: 32 },
  })
  let timer: NodeJS.Timeout | undefined
  try {
    return await new Promise<BusyTimes>((resolve, reject) => {
      const tooMuch = () => reject(new CalendarProblem('The calendar is too large or too intricate to be read.'))
      timer = setTimeout(tooMuch, timeMs)
      thread.once('message', (answer: { read?: BusyTimes; problem?: string }) =>
        answer.read ? resolve(answer.read) : reject(new CalendarProblem(answer.problem ?? 'The calendar can not be read.')),
      )
      // Out of memory, above all.
      thread.once('error', tooMuch)
      thread.once('exit', tooMuch)
    })
  } finally {
    clearTimeout(timer)
    await thread.terminate()
  }
}
