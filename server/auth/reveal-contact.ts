import { sql } from 'kysely'
import { z } from 'zod'
import { nullableTimestamp } from '#server/trpc/fields.ts'
import type { CallCtx } from '#server/trpc/init.ts'

/** Looking at the same client again within this time is the same look. */
const ONE_LOOK_MINUTES = 15

export interface ContactSubject {
  clientId: string
  /** Whose item this is: the one who may see its contact with `pii.read_own`. */
  assigneeId: string | null
  /** What was opened. */
  entityType: string
  entityId: string
  entityRef: string
}

/** How far this person sees the contact of an answer's client. */
export const contactAccessOut = z.object({
  /** `revealed`: for a while, by an explicit reveal with a reason. */
  state: z.enum(['full', 'revealed', 'masked']),
  /** When a reveal ends. */
  until: nullableTimestamp,
  mayReveal: z.boolean(),
})
export type ContactAccess = z.input<typeof contactAccessOut>

/** Until when this person's reveal of this client lasts; undefined when there is none (any more). */
async function revealedUntil(ctx: CallCtx, clientId: string): Promise<Date | undefined> {
  const row = await ctx.db
    .selectFrom('contact_reveals')
    .select('expires_at')
    .where('user_id', '=', ctx.actor.id)
    .where('client_id', '=', clientId)
    .where('ended_at', 'is', null)
    .where('expires_at', '>', ctx.clock.now())
    .executeTakeFirst()
  return row?.expires_at
}

/**
 * Shows the contact data of this answer's own client in full, if this person may see it: with `pii.read`, with
 * `pii.read_own` when the item is theirs, or while their own reveal lasts. The look is audited as `client.viewed`, once
 * per person and client in 15 minutes.
 */
export async function revealContact(ctx: CallCtx, subject: ContactSubject): Promise<ContactAccess> {
  const { actor } = ctx
  if (actor.kind === 'system') return { state: 'full', until: null, mayReveal: false }
  const has = (permission: 'pii.read_own' | 'pii.read' | 'pii.reveal') => actor.permissions.has(permission)
  const theirs = subject.assigneeId !== null && subject.assigneeId === actor.id && has('pii.read_own')
  const full = actor.id !== null && (theirs || has('pii.read'))
  const mayReveal = !full && actor.kind === 'user' && has('pii.reveal')
  const until = mayReveal ? await revealedUntil(ctx, subject.clientId) : undefined
  if (!full && !until) return { state: 'masked', until: null, mayReveal }
  await auditLook(ctx, subject)
  // Only now: what is shown has been audited.
  ctx.answer.revealed = true
  return { state: until ? 'revealed' : 'full', until: until ?? null, mayReveal }
}

async function auditLook(ctx: CallCtx, subject: ContactSubject): Promise<void> {
  const { actor } = ctx
  const now = ctx.clock.now()
  const since = new Date(now.getTime() - ONE_LOOK_MINUTES * 60_000)
  const opened = { entityType: subject.entityType, entityId: subject.entityId, entityRef: subject.entityRef }
  await sql`
    insert into audit_log (id, at, actor_kind, actor_id, actor_name, via, action, entity_type, entity_id, entity_ref, after,
      cause_id, request_id, ip, agent)
    select ${ctx.ids.next()}::uuid, ${now}::timestamptz, ${actor.kind}, ${actor.id}::uuid, ${actor.name}, ${ctx.via},
      'client.viewed', 'client', c.id, c.ref, ${JSON.stringify({ opened })}::jsonb,
      ${ctx.causeId}::uuid, ${ctx.requestId}, ${ctx.ip}, ${ctx.agent}
    from clients c
    where c.id = ${subject.clientId}::uuid and not exists (
      select 1 from audit_log a
      where a.entity_type = 'client' and a.entity_id = c.id and a.actor_id = ${actor.id}::uuid
        and a.action in ('client.viewed', 'client.revealed') and a.at > ${since}::timestamptz)`.execute(ctx.db)
}
