import { type RawBuilder, type Selectable, sql } from 'kysely'
import type { AvailabilityMismatchesTable, ExceptionStatus } from '#db/tables/index.ts'
import { systemActor } from '#server/context.ts'
import { closeException, raiseException } from '#server/domains/exceptions/index.ts'
import type { Tx } from '#server/transact.ts'
import { entityOf, type Found } from './found.ts'

type Open = Selectable<AvailabilityMismatchesTable> & { exception_status: ExceptionStatus | null }

/**
 * What happened, to what, and when. Found again by something that happened to it since it was last seen: counted once more. A
 * sweep names nothing and counts nothing.
 */
export type Cause = { entityId: string; at: Date } | null

/**
 * Makes the open mismatches of a scope be those that were found: a new one raises its exception, one that is found in another
 * form, or again by something done to it, is counted on it, and one that is no longer there closes both. One that a person
 * dismissed stays quiet until it changes; one that was said to be resolved and is not is raised anew. Under the scope's lock.
 */
export async function settleFound(tx: Tx, found: readonly Found[], scope: RawBuilder<boolean>, cause: Cause): Promise<void> {
  const system = tx.as(systemActor('mismatches'))
  const open = await tx.run(sql<Open>`
    select m.*, x.status as exception_status from availability_mismatches m left join exceptions x on x.id = m.exception_id
    where m.resolved_at is null and ${scope} order by m.dedupe_key for update of m`)
  const before = new Map(open.map((row) => [row.dedupe_key, row]))
  const keys = new Set(found.map(({ key }) => key))
  for (const one of found) {
    const row = before.get(one.key)
    if (!row) await detect(system, one)
    else await seeAgain(system, row, one, cause)
  }
  for (const row of open) if (!keys.has(row.dedupe_key)) await mend(system, row)
}

async function detect(tx: Tx, found: Found): Promise<void> {
  const id = tx.ctx.ids.next()
  const exception = await raise(tx, found, id)
  tx.send(
    tx.db.insertInto('availability_mismatches').values({
      id,
      kind: found.kind,
      dedupe_key: found.key,
      location_id: found.locationId ?? null,
      booking_id: found.bookingId ?? null,
      calendar_id: found.calendarId ?? null,
      cover_rule_id: found.coverRuleId ?? null,
      ...changing(found),
      exception_id: exception.id,
      detected_at: tx.now,
      seen_at: tx.now,
    }),
  )
  tx.audit({
    action: 'mismatch.detected',
    entityType: 'mismatch',
    entityId: id,
    after: { kind: found.kind, actual: found.actual },
  })
  tx.event({ type: 'mismatch.detected', entityType: 'mismatch', entityId: id, payload: { kind: found.kind } })
}

function changing(found: Found) {
  return {
    // A booking may have gone to another model.
    model_id: found.modelId,
    severity: found.severity,
    from_at: found.from,
    to_at: found.to,
    summary: found.summary,
    expected: found.expected,
    actual: found.actual,
    fixes: JSON.stringify(found.fixes),
  }
}

async function seeAgain(tx: Tx, row: Open, found: Found, cause: Cause): Promise<void> {
  const otherwise = row.actual !== found.actual || row.severity !== found.severity || row.summary !== found.summary
  const concerned = cause !== null && [row.booking_id, row.calendar_id, row.cover_rule_id].includes(cause.entityId)
  const byCause = concerned && cause.at > row.seen_at
  const saidResolved = row.exception_status === 'resolved'
  const fixes = JSON.stringify(found.fixes) !== JSON.stringify(row.fixes)
  if (!otherwise && !byCause && !saidResolved && !fixes) return
  const counted = otherwise || byCause || saidResolved
  const exception = counted ? await raise(tx, found, row.id) : { id: row.exception_id }
  tx.send(
    tx.db
      .updateTable('availability_mismatches')
      .set({
        ...changing(found),
        exception_id: exception.id,
        seen_at: tx.now,
        ...(counted ? { occurrences: row.occurrences + 1 } : {}),
      })
      .where('id', '=', row.id),
  )
  if (!counted) return
  tx.audit({
    action: 'mismatch.changed',
    entityType: 'mismatch',
    entityId: row.id,
    entityRef: row.ref,
    before: { actual: row.actual, occurrences: row.occurrences },
    after: { actual: found.actual, occurrences: row.occurrences + 1 },
  })
  tx.event({
    type: 'mismatch.changed',
    entityType: 'mismatch',
    entityId: row.id,
    entityRef: row.ref,
    payload: { kind: row.kind },
  })
}

function raise(tx: Tx, found: Found, mismatchId: string): Promise<{ id: string }> {
  return raiseException(tx, {
    type: 'mismatch',
    severity: found.severity,
    summary: found.summary,
    details: { mismatchId, kind: found.kind, expected: found.expected, actual: found.actual },
    ...(entityOf(found) ?? {}),
    dedupeKey: `mismatch:${found.key}`,
  })
}

async function mend(tx: Tx, row: Open): Promise<void> {
  tx.send(tx.db.updateTable('availability_mismatches').set({ resolved_at: tx.now, seen_at: tx.now }).where('id', '=', row.id))
  tx.audit({
    action: 'mismatch.resolved',
    entityType: 'mismatch',
    entityId: row.id,
    entityRef: row.ref,
    before: { actual: row.actual },
    after: { actual: null },
  })
  tx.event({
    type: 'mismatch.resolved',
    entityType: 'mismatch',
    entityId: row.id,
    entityRef: row.ref,
    payload: { kind: row.kind },
  })
  if (row.exception_id && (row.exception_status === 'open' || row.exception_status === 'investigating')) {
    await closeException(tx, { id: row.exception_id, newStatus: 'resolved', words: 'Mended: it fits again.' })
  }
}
