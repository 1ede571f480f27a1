import { mutation, nothing, query, router } from '#server/trpc/init.ts'
import { retryJob } from './retry-job.ts'
import { listFailedJobs, readHealth, readQueues } from './system.queries.ts'
import * as schema from './system.schema.ts'

const policy = 'none: the machinery belongs to nobody'

export const systemRouter = router({
  health: query({
    access: 'system.read',
    policy,
    summary: 'Database, outbox, live feed and workers, with what is wrong in words',
    rest: { method: 'GET', path: '/system/health' },
    input: nothing,
    output: schema.healthOut,
    run: (ctx) => readHealth(ctx),
  }),
  queues: query({
    access: 'system.read',
    policy,
    summary: 'Depth, age and failures of each queue',
    rest: { method: 'GET', path: '/system/queue' },
    input: nothing,
    output: schema.queuesOut,
    run: (ctx) => readQueues(ctx),
  }),
  failedJobs: query({
    access: 'system.read',
    policy,
    summary: 'Jobs that ran out of tries, newest first',
    rest: { method: 'GET', path: '/system/jobs/failed' },
    input: schema.listFailedInput,
    output: schema.failedJobs,
    run: listFailedJobs,
  }),
  retryJob: mutation({
    access: 'system.retry',
    policy,
    summary: 'Give a failed job its tries again',
    rest: { method: 'POST', path: '/system/jobs/{id}/retry' },
    input: schema.retryInput,
    output: schema.retryOut,
    run: (tx, { id }) => retryJob(tx, id),
  }),
})
