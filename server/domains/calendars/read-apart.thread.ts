import { parentPort, workerData } from 'node:worker_threads'
import { CalendarProblem } from './calendar-problem.ts'
import { type Reading, readBusyTimes } from './read-busy-times.ts'

/** The thread of read-apart.ts: one calendar, then it is over. */
const { text, reading } = workerData as { text: string; reading: Reading }
try {
  parentPort?.postMessage({ read: readBusyTimes(text, reading) })
} catch (error) {
  const problem =
    error instanceof CalendarProblem ? error.message : 'What the address answers is a calendar that can not be read.'
  parentPort?.postMessage({ problem })
}
