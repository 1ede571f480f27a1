import { createSessions } from '#server/auth/sessions.ts'
import { userActor } from '#server/auth/user-actor.ts'
import type { Actor, Ctx } from '#server/context.ts'
import { statementInput } from '#server/domains/payouts/payout.schema.ts'
import { AppError } from '#server/errors.ts'
import { transact } from '#server/transact.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import { type Caller, createCaller } from '#server/trpc/router.ts'
import { type Cell, COLUMNS, type ExportColumn, type ExportKind } from './export.columns.ts'
import { csvOf, xlsxOf } from './write-file.ts'

/** A workbook is built in memory; a CSV file takes five times as many. */
export const MOST_ROWS = { csv: 100_000, xlsx: 20_000 } as const
const PAGE = 200
/** So often the page hears how far it is. */
const TELL_EVERY = 1_000

/** The maker's own door: the procedures check, filter and mask as they would for their screens. */
function callerAs(ctx: Ctx, actor: Actor): Caller {
  const refuse = (): never => {
    throw new Error('an export signs nothing')
  }
  const browser = { device: null, step: null }
  const call: CallCtx = {
    ...ctx,
    browser,
    actor,
    sign: refuse,
    sessions: createSessions(ctx.db, ctx.clock),
    token: null,
    answer: {},
  }
  return createCaller(call)
}

interface Page<Row> {
  items: Row[]
  nextCursor: string | null
}

async function collect<Row>(
  list: (cursor: string | undefined) => Promise<Page<Row>>,
  columns: readonly ExportColumn<Row>[],
  { most, tell, signal }: { most: number; tell: (rows: number) => Promise<void>; signal: AbortSignal },
): Promise<Cell[][]> {
  const rows: Cell[][] = []
  let cursor: string | undefined
  let told = 0
  do {
    signal.throwIfAborted()
    const page = await list(cursor)
    for (const item of page.items) rows.push(columns.map((column) => column.value(item)))
    if (rows.length > most) throw new AppError('conflict', `More than ${most.toLocaleString('en-GB')} rows. Narrow the filters.`)
    if (rows.length - told >= TELL_EVERY) {
      told = rows.length
      await tell(told)
    }
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  return rows
}

type Collecting = Parameters<typeof collect>[2]

function rowsOf(api: Caller, kind: ExportKind, filters: Record<string, unknown>, how: Collecting): Promise<Cell[][]> {
  const paged = (cursor: string | undefined) => ({ ...filters, limit: PAGE, ...(cursor ? { cursor } : {}) })
  switch (kind) {
    case 'bookings':
      return collect((cursor) => api.bookings.list(paged(cursor)), COLUMNS.bookings, how)
    case 'clients':
      return collect((cursor) => api.clients.list(paged(cursor)), COLUMNS.clients, how)
    case 'inquiries':
      return collect((cursor) => api.inquiries.list(paged(cursor)), COLUMNS.inquiries, how)
    case 'payments':
      return collect((cursor) => api.payments.list(paged(cursor)), COLUMNS.payments, how)
    case 'ledger':
      return collect((cursor) => api.ledger.list(paged(cursor)), COLUMNS.ledger, how)
    case 'payouts':
      return collect((cursor) => api.payouts.list(paged(cursor)), COLUMNS.payouts, how)
    case 'statement':
      // Parsed when it was asked for: it names its model and month.
      return collect((cursor) => api.payouts.statement(statementInput.parse(paged(cursor))), COLUMNS.statement, how)
  }
}

/**
 * Makes the file of an export that waits, with what its maker may see now: a permission taken away meanwhile, or a disabled
 * maker, ends it without one. Killed midway it begins anew; once it is done running it again does nothing.
 */
export async function runExport(ctx: Ctx, exportId: string, signal: AbortSignal): Promise<void> {
  const row = await ctx.db
    .updateTable('export_files')
    .set({ state: 'running', row_count: 0 })
    .where('id', '=', exportId)
    .where('state', 'in', ['waiting', 'running'])
    .returning(['id', 'maker_id', 'kind', 'format', 'filters'])
    .executeTakeFirst()
  if (!row) return
  const actor = await userActor(ctx.db, row.maker_id)
  try {
    if (!actor?.permissions.has('exports.make')) throw new AppError('forbidden', 'You may not export any more.')
    const tell = async (rows: number) => {
      await ctx.db.updateTable('export_files').set({ row_count: rows }).where('id', '=', exportId).execute()
    }
    const rows = await rowsOf(callerAs(ctx, actor), row.kind, row.filters, { most: MOST_ROWS[row.format], tell, signal })
    const sheet = { name: row.kind, headers: COLUMNS[row.kind].map((column) => column.header), rows }
    const content = row.format === 'csv' ? csvOf(sheet) : await xlsxOf(sheet)
    await keep(ctx, actor, { ...row, rows: rows.length, content })
  } catch (error) {
    // A refusal is an answer; anything else is tried again.
    if (!(error instanceof AppError) || error.code === 'unavailable') throw error
    await ctx.db
      .updateTable('export_files')
      .set({ state: 'failed', error: error.message.slice(0, 500), finished_at: ctx.clock.now() })
      .where('id', '=', exportId)
      .where('state', '=', 'running')
      .execute()
  }
}

interface Made {
  id: string
  kind: ExportKind
  format: 'csv' | 'xlsx'
  filters: Record<string, unknown>
  rows: number
  content: Buffer
}

async function keep(ctx: Ctx, actor: Actor, made: Made): Promise<void> {
  await transact(ctx, async (tx) => {
    const [kept] = await tx.run(
      tx.db
        .updateTable('export_files')
        .set({
          state: 'done',
          row_count: made.rows,
          byte_count: made.content.length,
          content: made.content,
          finished_at: tx.now,
        })
        .where('id', '=', made.id)
        .where('state', '=', 'running')
        .returning('id'),
    )
    if (!kept) return
    const { kind, format, filters, rows } = made
    tx.as(actor).audit({
      action: 'export.made',
      entityType: 'export',
      entityId: made.id,
      after: { kind, format, filters, rows },
    })
  })
}
