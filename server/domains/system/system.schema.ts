import { z } from 'zod'
import { listOf, nullableTimestamp, pageInput, piiTextOrNull, timestamp } from '#server/trpc/fields.ts'
import { QUEUE_NAMES } from '#workers/catalogue.ts'

export const healthOut = z.object({
  status: z.enum(['ok', 'degraded']),
  /** What is wrong, in words; empty when all is well. */
  problems: z.array(z.string()),
  database: z.object({ latencyMs: z.number() }),
  outbox: z.object({ waiting: z.number(), lagSeconds: z.number() }),
  audit: z.object({
    seal: z.object({ day: z.string(), number: z.number(), head: z.string(), at: timestamp }).nullable(),
    waiting: z.number(),
    lagSeconds: z.number(),
  }),
  /** Payments online: by whom, and whether they answer. */
  payments: z.object({
    mode: z.enum(['live', 'test', 'simulator']).nullable(),
    simulatorUrl: z.string().nullable(),
    state: z.enum(['closed', 'open', 'half_open']),
    since: nullableTimestamp,
    lastOkAt: nullableTimestamp,
    lastError: z.string().nullable(),
    eventsWaiting: z.number(),
    oldestEventSeconds: z.number(),
    effectsOpen: z.number(),
    effectsUnknown: z.number(),
  }),
  feed: z.object({ listening: z.boolean(), listeners: z.number() }).nullable(),
  workers: z.array(
    z.object({
      id: z.string(),
      kind: z.string(),
      host: z.string(),
      pid: z.number(),
      startedAt: timestamp,
      beatAt: timestamp,
      stoppedAt: nullableTimestamp,
      alive: z.boolean(),
    }),
  ),
})

export const queuesOut = z.object({
  queues: z.array(
    z.object({
      name: z.enum([...QUEUE_NAMES, 'unknown']),
      /** Due and not yet taken. */
      waiting: z.number(),
      running: z.number(),
      /** Timers and tries still to come. */
      scheduled: z.number(),
      failed: z.number(),
      oldestWaitingSeconds: z.number(),
    }),
  ),
})

/** graphile-worker's ids are numbers. */
export const jobId = z.string().regex(/^\d{1,18}$/, 'is the number of a job')

export const listFailedInput = z.strictObject(pageInput)
export type ListFailedInput = z.output<typeof listFailedInput>

export const failedJob = z.object({
  id: z.string(),
  task: z.string(),
  queue: z.string(),
  key: z.string().nullable(),
  attempts: z.number(),
  maxAttempts: z.number(),
  /** May quote what someone typed. */
  lastError: piiTextOrNull(),
  createdAt: timestamp,
  lastTriedAt: timestamp,
})
export const failedJobs = listOf(failedJob)

export const retryInput = z.strictObject({ id: jobId })
export const retryOut = z.object({ id: z.string(), task: z.string() })
