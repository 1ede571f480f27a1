import type { CronItem } from 'graphile-worker'
import { TASKS, type TaskName } from './catalogue.ts'

/**
 * What happens by the clock alone, in UTC. Every critical runner keeps this schedule; the database sees to it that
 * each time is met once. One that has not started when its next time comes is replaced, not doubled.
 */
function every(task: TaskName, match: string): CronItem {
  return {
    task,
    match,
    identifier: task,
    options: { jobKey: `schedule:${task}`, jobKeyMode: 'replace', maxAttempts: TASKS[task].maxAttempts },
  }
}

export const SCHEDULE: CronItem[] = [
  every('bookings-expire-holds', '* * * * *'),
  every('work-sweep', '* * * * *'),
  every('calendars-sweep', '*/5 * * * *'),
  every('mismatches-sweep', '*/15 * * * *'),
  every('payments-sweep', '* * * * *'),
  every('slots-keep', '7 2 * * *'),
  every('payments-reconcile', '7 * * * *'),
  every('records-clean-up', '17 * * * *'),
  every('search-heal', '37 * * * *'),
]
