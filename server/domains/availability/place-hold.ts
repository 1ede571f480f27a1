import { sql } from 'kysely'
import type { ModelStatus } from '#db/tables/index.ts'
import { AppError, invalid } from '#server/errors.ts'
import type { Tx } from '#server/transact.ts'
import { endHold, holdTimer } from './end-hold.ts'
import { lockHold } from './hold.repository.ts'
import type { PlaceHoldInput } from './hold.schema.ts'
import { requireTime } from './judge-time.ts'
import { insertBlock } from './ledger.repository.ts'
import { auditAside } from './set-aside.ts'
import type { TimeQuestion } from './time-question.ts'

interface Facts {
  model: { name: string; status: ModelStatus } | null
  client: { tags: string[]; merged: boolean; erased: boolean } | null
  location_id: string | null
  service_ids: string[]
  minutes: number
  most_minutes: number
  present: { id: string; location_id: string; starts_at: string; ends_at: string; expires_at: string; own: boolean } | null
}

/**
 * Holds a model's time for a client until a deadline. The same wish again answers the hold there is; another time with
 * the same model is refused while that one stands. Throws `taken` with alternatives, `transition_refused` with the rule
 * that forbids the time, `conflict`.
 */
export async function placeHold(tx: Tx, wish: PlaceHoldInput): Promise<string> {
  const facts = await loadFacts(tx, wish)
  const { model, locationId } = requireHoldable(facts)
  if (wish.end <= tx.now) throw invalid('end', 'must be in the future')
  const known = await presentHold(tx, wish, facts, model.name)
  if (known) return known
  const question: TimeQuestion = {
    modelId: wish.modelId,
    startsAt: wish.start,
    endsAt: wish.end,
    locationId,
    callType: wish.callType,
    serviceIds: facts.service_ids,
  }
  const { decision, aside } = await requireTime(tx, model.name, question, wish.override)
  const id = tx.ctx.ids.next()
  const latest = earlier(later(tx.now, facts.most_minutes), wish.end)
  const expires = earlier(later(tx.now, wish.minutes ?? facts.minutes), latest)
  const block = { modelId: wish.modelId, startsAt: wish.start, endsAt: wish.end, locationId }
  insertHold(tx, id, wish, locationId, { expires, latest })
  insertBlock(tx, { ...block, ...decision, id, kind: 'hold', expiresAt: expires })
  tell(tx, id, wish, expires)
  auditAside(tx, { entityType: 'hold', entityId: id }, aside, wish.override)
  return id
}

async function loadFacts(tx: Tx, wish: PlaceHoldInput): Promise<Facts> {
  const [facts] = await tx.run(
    sql<Facts>`select
      (select jsonb_build_object('name', m.name, 'status', m.status) from models m where m.id = ${wish.modelId}::uuid and m.deleted_at is null) as model,
      (select jsonb_build_object('tags', c.tags, 'merged', c.merged_into_id is not null, 'erased', c.erased_at is not null)
        from clients c where c.id = ${wish.clientId}::uuid and c.deleted_at is null) as client,
      (select l.id from locations l where l.slug = ${wish.location}) as location_id,
      array(select s.id from services s where s.code = any(${wish.services}::text[])) as service_ids,
      (select (value #>> '{}')::int from settings where key = 'time_hold_minutes') as minutes,
      (select (value #>> '{}')::int from settings where key = 'time_hold_most_minutes') as most_minutes,
      (select jsonb_build_object('id', h.id, 'location_id', h.location_id, 'starts_at', h.starts_at, 'ends_at', h.ends_at,
          'expires_at', h.expires_at, 'own', h.created_by is not distinct from ${tx.ctx.actor.id}::uuid)
        from time_holds h where h.client_id = ${wish.clientId}::uuid and h.model_id = ${wish.modelId}::uuid
          and h.status = 'held') as present`,
  )
  if (!facts) throw new Error('a select without FROM answers one row')
  return facts
}

function requireHoldable(facts: Facts) {
  const { model, client, location_id: locationId } = facts
  if (!client) throw invalid('clientId', 'There is no such client.')
  if (client.merged) throw invalid('clientId', 'This client was merged into another. Use the other one.')
  if (client.erased) throw invalid('clientId', 'This client was erased.')
  if (!model) throw invalid('modelId', 'There is no such model.')
  if (!locationId) throw invalid('location', 'There is no such location.')
  if (model.status === 'suspended') {
    throw new AppError('conflict', `${model.name} is suspended and takes no new bookings. Choose another model.`)
  }
  if (client.tags.includes('blacklist')) {
    throw new AppError('conflict', 'This client is on the blacklist. Remove the tag first if that is wrong.')
  }
  return { model, locationId }
}

/** The hold this client has with this model already: the same one is answered, a lapsed one ends, another is in the way. */
async function presentHold(tx: Tx, wish: PlaceHoldInput, { present }: Facts, modelName: string): Promise<string | undefined> {
  if (!present) return undefined
  if (new Date(present.expires_at) <= tx.now) {
    const lapsed = await lockHold(tx.as({ ...tx.ctx.actor, kind: 'system', id: null }), present.id)
    if (lapsed.status === 'held') endHold(tx, lapsed, 'expired')
    return undefined
  }
  const same =
    new Date(present.starts_at).getTime() === wish.start.getTime() && new Date(present.ends_at).getTime() === wish.end.getTime()
  if (same && present.own) return present.id
  throw new AppError(
    'conflict',
    `This client holds time with ${modelName} already, until ${present.expires_at}. Use that hold, move it, or release it first.`,
  )
}

function insertHold(
  tx: Tx,
  id: string,
  wish: PlaceHoldInput,
  locationId: string,
  { expires, latest }: { expires: Date; latest: Date },
): void {
  tx.send(
    tx.db.insertInto('time_holds').values({
      id,
      client_id: wish.clientId,
      model_id: wish.modelId,
      location_id: locationId,
      starts_at: wish.start,
      ends_at: wish.end,
      call_type: wish.callType,
      expires_at: expires,
      latest_at: latest,
      created_by: tx.ctx.actor.kind === 'user' ? tx.ctx.actor.id : null,
      created_at: tx.now,
      updated_at: tx.now,
    }),
  )
}

function tell(tx: Tx, id: string, wish: PlaceHoldInput, expires: Date): void {
  tx.audit({
    action: 'hold.placed',
    entityType: 'hold',
    entityId: id,
    after: {
      status: 'held',
      client_id: wish.clientId,
      model_id: wish.modelId,
      starts_at: wish.start,
      ends_at: wish.end,
      expires_at: expires,
    },
  })
  tx.event({
    type: 'hold.created',
    entityType: 'hold',
    entityId: id,
    payload: { modelId: wish.modelId },
    timers: [holdTimer(id, expires)],
    assigneeId: tx.ctx.actor.kind === 'user' ? tx.ctx.actor.id : null,
  })
}

function later(from: Date, minutes: number): Date {
  return new Date(from.getTime() + minutes * 60_000)
}

function earlier(a: Date, b: Date): Date {
  return a < b ? a : b
}
