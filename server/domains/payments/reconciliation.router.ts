import { z } from 'zod'
import { id, instant, listOf, nullableTimestamp, optional, pageInput, person, text, timestamp } from '#server/trpc/fields.ts'
import { mutation, query, router } from '#server/trpc/init.ts'
import { resolveDifference } from './differences.ts'
import { hourlyWindow, insertRun } from './reconcile.ts'
import { listDifferences, listRuns, readRun } from './reconciliation.queries.ts'

const KINDS = ['missing_here', 'missing_there', 'status', 'amount', 'refunds', 'currency'] as const
const runOut = z.object({
  id: z.string(),
  state: z.enum(['running', 'done', 'failed']),
  from: timestamp,
  to: timestamp,
  compared: z.number(),
  differences: z.number(),
  error: z.string().nullable(),
  askedBy: person.nullable(),
  createdAt: timestamp,
  finishedAt: nullableTimestamp,
})
const differenceOut = z.object({
  id: z.string(),
  kind: z.enum(KINDS),
  state: z.enum(['open', 'resolved']),
  payment: z.object({ id: z.string(), ref: z.string() }).nullable(),
  objectId: z.string().nullable(),
  ours: z.record(z.string(), z.unknown()),
  theirs: z.record(z.string(), z.unknown()),
  exceptionRef: z.string().nullable(),
  resolution: z.string().nullable(),
  createdAt: timestamp,
  seenAt: timestamp,
  resolvedAt: nullableTimestamp,
})
const policy = 'none beyond the permission: the books are whole or nothing'

export const reconciliationRouter = router({
  runs: query({
    access: 'payments.read',
    policy,
    summary: 'Comparisons with the payment provider, newest first',
    rest: { method: 'GET', path: '/payments/reconciliations' },
    input: z.strictObject(pageInput),
    output: listOf(runOut),
    run: listRuns,
  }),
  differences: query({
    access: 'payments.read',
    policy,
    summary: 'Where our payments and the provider’s differ',
    rest: { method: 'GET', path: '/payments/differences' },
    input: z.strictObject({ ...pageInput, state: z.enum(['open', 'resolved']).optional() }),
    output: listOf(differenceOut),
    run: listDifferences,
  }),
  start: mutation({
    access: 'payments.reconcile',
    policy,
    summary: 'Compare with the payment provider now',
    rest: { method: 'POST', path: '/payments/reconciliations', status: 201 },
    input: z.strictObject({ from: optional(instant), to: optional(instant) }),
    output: runOut,
    run: async (tx, { from, to }, ctx) => {
      const usual = hourlyWindow(tx.now)
      const window = { from: from ?? usual.from, to: to ?? tx.now }
      const runId = insertRun(tx, window)
      tx.audit({
        action: 'reconciliation.started',
        entityType: 'reconciliation',
        entityId: runId,
        after: { from: window.from, to: window.to },
      })
      tx.event({
        type: 'payment.updated',
        entityType: 'payment',
        entityId: runId,
        payload: { fields: ['reconciliation'] },
        timers: [{ key: `reconcile:${runId}`, task: 'payments-reconcile', runAt: tx.now.toISOString(), payload: { runId } }],
      })
      return readRun(ctx, runId)
    },
  }),
  resolve: mutation({
    access: 'payments.reconcile',
    policy,
    summary: 'Settle a difference: take the provider’s word, or leave it for a reason',
    rest: { method: 'POST', path: '/payments/differences/{id}/resolve' },
    input: z.strictObject({ id, action: z.enum(['adopt', 'accept']), reason: text(500, 3) }),
    output: z.object({ ok: z.boolean() }),
    run: async (tx, input) => {
      await resolveDifference(tx, input)
      return { ok: true }
    },
  }),
})
