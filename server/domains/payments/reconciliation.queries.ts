import { notFound } from '#server/errors.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import { pageOf } from '#server/trpc/page.ts'

interface PageInput {
  limit: number
  cursor?: string
}

function runs(ctx: CallCtx) {
  return ctx.db
    .selectFrom('reconciliation_runs as r')
    .leftJoin('users as u', 'u.id', 'r.asked_by')
    .select([
      'r.id',
      'r.state',
      'r.from_at',
      'r.to_at',
      'r.compared',
      'r.difference_count',
      'r.error',
      'r.asked_by',
      'u.name as asked_by_name',
      'r.created_at',
      'r.finished_at',
    ])
}

function runOf(row: Awaited<ReturnType<ReturnType<typeof runs>['execute']>>[number]) {
  return {
    id: row.id,
    state: row.state,
    from: row.from_at,
    to: row.to_at,
    compared: row.compared,
    differences: row.difference_count,
    error: row.error,
    askedBy: row.asked_by === null ? null : { id: row.asked_by, name: row.asked_by_name ?? '' },
    createdAt: row.created_at,
    finishedAt: row.finished_at,
  }
}

export async function listRuns(ctx: CallCtx, input: PageInput) {
  const page = await pageOf(
    runs(ctx),
    { ...input, sort: '-createdAt' },
    { createdAt: { ref: 'r.created_at', kind: 'time' } },
    'r.id',
  )
  return { ...page, items: page.items.map(runOf) }
}

export async function readRun(ctx: CallCtx, id: string) {
  const row = await runs(ctx).where('r.id', '=', id).executeTakeFirst()
  if (!row) throw notFound('reconciliation')
  return runOf(row)
}

export async function listDifferences(ctx: CallCtx, input: PageInput & { state?: 'open' | 'resolved' }) {
  let query = ctx.db
    .selectFrom('provider_differences as d')
    .leftJoin('payments as p', 'p.id', 'd.payment_id')
    .leftJoin('exceptions as x', 'x.id', 'd.exception_id')
    .select([
      'd.id',
      'd.kind',
      'd.state',
      'd.payment_id',
      'p.ref as payment_ref',
      'd.object_id',
      'd.ours',
      'd.theirs',
      'x.ref as exception_ref',
      'd.resolution',
      'd.created_at',
      'd.seen_at',
      'd.resolved_at',
    ])
  if (input.state) query = query.where('d.state', '=', input.state)
  const sort = { createdAt: { ref: 'd.created_at', kind: 'time' as const } }
  const page = await pageOf(query, { ...input, sort: '-createdAt' }, sort, 'd.id')
  return {
    ...page,
    items: page.items.map((row) => ({
      id: row.id,
      kind: row.kind,
      state: row.state,
      payment: row.payment_id === null ? null : { id: row.payment_id, ref: row.payment_ref ?? '' },
      objectId: row.object_id,
      ours: row.ours,
      theirs: row.theirs,
      exceptionRef: row.exception_ref,
      resolution: row.resolution,
      createdAt: row.created_at,
      seenAt: row.seen_at,
      resolvedAt: row.resolved_at,
    })),
  }
}
