import { sql } from 'kysely'
import { requireAccess } from '#server/auth/require-access.ts'
import { CLAIM_MINUTES, type Kind, visibleWork, WORK, workTable } from '#server/domains/work/index.ts'
import { AppError, notFound } from '#server/errors.ts'
import { PRESENCE_CHANNEL, PRESENT_SECONDS } from '#server/realtime/index.ts'
import type { CallCtx } from '#server/trpc/init.ts'

/** A holder's claim is kept alive at most this often: it writes the item's row. */
const KEEP_ALIVE_SECONDS = 60

interface Beat {
  kind: Kind
  id: string
  mode: 'viewing' | 'editing' | 'gone'
}

/**
 * Says that this person looks at or edits an item, or has left it. Screens are told only when that is news. Keeps a
 * claim alive. Answers who is there now. Throws `not_found`, `forbidden` for keys.
 */
export async function beat(ctx: CallCtx, { kind, id, mode }: Beat) {
  if (ctx.actor.kind !== 'user') throw new AppError('forbidden', 'Only people are present.')
  requireAccess(ctx, `${kind}s.read`)
  const { alias } = WORK[kind]
  const { rows } = await sql<{ id: string }>`
    select ${sql.ref(`${alias}.id`)} as id from ${workTable(kind)}
    where ${sql.ref(`${alias}.id`)} = ${id}::uuid and ${visibleWork(ctx, kind)}`.execute(ctx.db)
  if (!rows[0]) throw notFound(kind)
  const isNews = mode === 'gone' ? await leave(ctx, kind, id) : await stay(ctx, kind, id, mode)
  if (mode !== 'gone') await keepClaim(ctx, kind, id)
  if (isNews) await sql`select pg_notify(${PRESENCE_CHANNEL}, '')`.execute(ctx.db)
  return { presence: await readPresence(ctx, kind, id) }
}

async function stay(ctx: CallCtx, kind: Kind, id: string, mode: 'viewing' | 'editing'): Promise<boolean> {
  const now = ctx.clock.now()
  const { rows } = await sql<{ news: boolean }>`
    with before as (
      select mode, seen_at from presence where kind = ${kind} and item_id = ${id}::uuid and user_id = ${ctx.actor.id}::uuid
    ), now as (
      insert into presence (kind, item_id, user_id, mode, seen_at)
      values (${kind}, ${id}::uuid, ${ctx.actor.id}::uuid, ${mode}, ${now})
      on conflict (kind, item_id, user_id) do update set mode = excluded.mode, seen_at = excluded.seen_at
    )
    select not exists (select 1 from before where mode = ${mode} and seen_at > ${seenSince(now)}::timestamptz) as news`.execute(
    ctx.db,
  )
  return rows[0]?.news ?? true
}

async function leave(ctx: CallCtx, kind: Kind, id: string): Promise<boolean> {
  const { rows } = await sql`
    delete from presence where kind = ${kind} and item_id = ${id}::uuid and user_id = ${ctx.actor.id}::uuid returning 1`.execute(
    ctx.db,
  )
  return rows.length > 0
}

/** No event and no new version: nothing about the work has changed. Its timer finds out when it fires. */
async function keepClaim(ctx: CallCtx, kind: Kind, id: string): Promise<void> {
  const until = new Date(ctx.clock.now().getTime() + CLAIM_MINUTES * 60_000)
  const soon = new Date(until.getTime() - KEEP_ALIVE_SECONDS * 1_000)
  await sql`
    update ${sql.table(WORK[kind].table)} set claimed_until = ${until}
    where id = ${id}::uuid and assignee_id = ${ctx.actor.id}::uuid and claimed_until < ${soon}::timestamptz`.execute(ctx.db)
}

export function seenSince(now: Date): Date {
  return new Date(now.getTime() - PRESENT_SECONDS * 1_000)
}

async function readPresence(ctx: CallCtx, kind: Kind, id: string) {
  const { rows } = await sql<{ id: string; name: string; mode: 'viewing' | 'editing' }>`
    select u.id, u.name, p.mode from presence p join users u on u.id = p.user_id
    where p.kind = ${kind} and p.item_id = ${id}::uuid and p.seen_at > ${seenSince(ctx.clock.now())}::timestamptz
    order by u.name, u.id`.execute(ctx.db)
  return rows
}
