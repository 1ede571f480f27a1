import { AppError, notFound } from '#server/errors.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import { pageOf, type SortColumn } from '#server/trpc/page.ts'
import type { ExportOut, ListExportsInput } from './export.schema.ts'

const SORTS: Record<string, SortColumn> = { createdAt: { ref: 'f.created_at', kind: 'time' } }

/** One's own only: what is in a file depends on who made it. */
function ownExports(ctx: CallCtx) {
  return ctx.db
    .selectFrom('export_files as f')
    .select(['f.id', 'f.kind', 'f.format', 'f.state', 'f.row_count', 'f.byte_count', 'f.error'])
    .select(['f.created_at', 'f.finished_at', 'f.expires_at'])
    .where('f.maker_id', '=', ctx.actor.kind === 'user' ? ctx.actor.id : null)
}

type Row = Awaited<ReturnType<ReturnType<typeof ownExports>['execute']>>[number]

function exportOf(row: Row, now: Date): ExportOut {
  return {
    id: row.id,
    kind: row.kind,
    format: row.format,
    state: row.state === 'done' && row.expires_at <= now ? 'removed' : row.state,
    rows: row.row_count,
    bytes: row.byte_count,
    error: row.error,
    createdAt: row.created_at,
    finishedAt: row.finished_at,
    expiresAt: row.expires_at,
  }
}

export async function listExports(ctx: CallCtx, input: ListExportsInput) {
  const page = await pageOf(ownExports(ctx), input, SORTS, 'f.id')
  return { ...page, items: page.items.map((row) => exportOf(row, ctx.clock.now())) }
}

/** Throws `not_found`, for others' as for unknown ones. */
export async function readExport(ctx: CallCtx, id: string): Promise<ExportOut> {
  const row = await ownExports(ctx).where('f.id', '=', id).executeTakeFirst()
  if (!row) throw notFound('export')
  return exportOf(row, ctx.clock.now())
}

const TYPES = { csv: 'text/csv; charset=utf-8', xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet' }

/** The file, for its maker and until it expires. Throws `not_found`, `conflict` while or when there is none. */
export async function readFile(ctx: CallCtx, id: string): Promise<{ name: string; type: string; base64: string }> {
  const found = await readExport(ctx, id)
  const row = await ctx.db.selectFrom('export_files').select('content').where('id', '=', id).executeTakeFirst()
  if (found.state !== 'done' || !row?.content) {
    const waits = found.state === 'waiting' || found.state === 'running'
    throw new AppError('conflict', waits ? 'This file is still being made.' : 'This file is no longer there. Make it anew.')
  }
  const day = found.createdAt.toISOString().slice(0, 10)
  const name = `virel-${found.kind}-${day}.${found.format}`
  return { name, type: TYPES[found.format], base64: row.content.toString('base64') }
}
