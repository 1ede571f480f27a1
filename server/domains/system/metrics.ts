import { collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import type { Ctx } from '#server/context.ts'
import { hubOf } from '#server/realtime/index.ts'
import { readHealth, readQueues } from './system.queries.ts'

/** Heap, event loop, garbage collection of this process: collected from the first look on. */
let ofProcess: Registry | undefined

/** What Prometheus reads: outbox, queues, workers, live feed, and this process. */
export async function metricsText(ctx: Pick<Ctx, 'db' | 'pool'>): Promise<{ text: string; contentType: string }> {
  if (!ofProcess) {
    ofProcess = new Registry()
    collectDefaultMetrics({ register: ofProcess })
  }
  const [health, { queues }] = await Promise.all([readHealth(ctx), readQueues(ctx)])
  const registers = [new Registry()]
  const gauge = <L extends string>(name: string, help: string, ...labelNames: L[]) =>
    new Gauge({ name, help, labelNames, registers })
  gauge('virel_outbox_waiting', 'Events not yet relayed').set(health.outbox.waiting)
  gauge('virel_outbox_lag_seconds', 'Age of the oldest event not yet relayed').set(health.outbox.lagSeconds)
  gauge('virel_audit_unsealed', 'Audit rows not yet sealed').set(health.audit.waiting)
  gauge('virel_audit_lag_seconds', 'Age of the oldest audit row not yet sealed').set(health.audit.lagSeconds)
  const jobs = gauge('virel_queue_jobs', 'Jobs by queue and state', 'queue', 'state')
  const age = gauge('virel_queue_oldest_waiting_seconds', 'How long the oldest due job has waited', 'queue')
  for (const queue of queues) {
    for (const state of ['waiting', 'running', 'scheduled', 'failed'] as const)
      jobs.set({ queue: queue.name, state }, queue[state])
    age.set({ queue: queue.name }, queue.oldestWaitingSeconds)
  }
  const alive = gauge('virel_workers_alive', 'Runners that beat within 15 s', 'kind')
  for (const { name } of queues) {
    alive.set({ kind: name }, health.workers.filter((worker) => worker.kind === name && worker.alive).length)
  }
  const feed = hubOf(ctx.pool)?.state()
  gauge('virel_feed_listeners', 'Open live streams of this process').set(feed?.subscribers ?? 0)
  gauge('virel_feed_listening', '1 while the hub hears the database').set(feed?.listening ? 1 : 0)
  const text = await Registry.merge([...registers, ofProcess]).metrics()
  return { text, contentType: Registry.PROMETHEUS_CONTENT_TYPE }
}
