import { sql } from 'kysely'
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

/**
 * Shows the contact data of this answer's own client in full, if this person may see it: with `pii.read`, or with
 * `pii.read_own` when the item is theirs. The look is audited as `client.viewed`, once per person and client in
 * 15 minutes.
 */
export async function revealContact(ctx: CallCtx, subject: ContactSubject): Promise<void> {
  const { actor } = ctx
  const theirs = subject.assigneeId !== null && subject.assigneeId === actor.id && actor.permissions.has('pii.read_own')
  if (!actor.id || !(theirs || actor.permissions.has('pii.read'))) return
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
        and a.action = 'client.viewed' and a.at > ${since}::timestamptz)`.execute(ctx.db)
  // Only now: what is shown has been audited.
  ctx.answer.revealed = true
}
