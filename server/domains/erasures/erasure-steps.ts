import { type RawBuilder, sql } from 'kysely'
import type { Tx } from '#server/transact.ts'
import { allTheirIds, bookingsOf, type Erased, isAboutThem, theirs } from './erased.ts'
import { redactTrail } from './redact-trail.ts'
import { sweepTexts } from './sweep.ts'

export interface Step {
  code: string
  /** What is being done, as the page says it. */
  doing: string
  /** What was changed, as the page counts it. */
  what: string
  /** Answers how many rows it changed. Running it again changes nothing more. */
  run(tx: Tx, erased: Erased): Promise<number>
}

/** What stands where words about the person stood and something must stand. */
const GONE = 'Erased.'

async function changed(tx: Tx, statement: RawBuilder<unknown>): Promise<number> {
  return (await tx.run(sql`${statement} returning 1`)).length
}

/** In this order; each a transaction of its own. */
export const STEPS: readonly Step[] = [
  {
    code: 'inquiries',
    doing: 'Emptying inquiries',
    what: 'inquiries',
    run: (tx, erased) =>
      changed(
        tx,
        sql`update inquiries set subject = '', message = '', external_ref = null,
          status_reason = case when status_reason is not null then ${GONE} end,
          waiver_reason = case when waiver_reason is not null then ${GONE} end,
          version = version + 1, updated_at = ${tx.now}
        where client_id = any(${erased.clientIds}::uuid[]) and (subject <> '' or message <> '' or external_ref is not null
          or status_reason <> ${GONE} or waiver_reason <> ${GONE})`,
      ),
  },
  {
    code: 'bookings',
    doing: 'Emptying texts of bookings',
    what: 'bookings',
    run: (tx, erased) =>
      changed(
        tx,
        sql`update bookings set internal_notes = '',
          status_reason = case when status_reason is not null then ${GONE} end,
          waiver_reason = case when waiver_reason is not null then ${GONE} end,
          version = version + 1, updated_at = ${tx.now}
        where client_id = any(${erased.clientIds}::uuid[])
          and (internal_notes <> '' or status_reason <> ${GONE} or waiver_reason <> ${GONE})`,
      ),
  },
  {
    code: 'timelines',
    doing: 'Emptying timelines',
    what: 'timeline entries',
    run: (tx, erased) =>
      changed(
        tx,
        sql`update booking_timeline set body = null, data = data - array['reason', 'note', 'body', 'text', 'reference']
        where booking_id in (${bookingsOf(erased)})
          and (body is not null or data ?| array['reason', 'note', 'body', 'text', 'reference'])`,
      ),
  },
  {
    code: 'payments',
    doing: 'Emptying references of payments',
    what: 'payments',
    run: (tx, erased) =>
      changed(
        tx,
        sql`update payments set reference = null, raw = null, reason = null, failure_text = null, version = version + 1, updated_at = ${tx.now}
        where booking_id in (${bookingsOf(erased)}) and (reference is not null or raw is not null or reason is not null or failure_text is not null)`,
      ),
  },
  {
    code: 'messages',
    doing: 'Removing messages to them',
    what: 'messages',
    run: (tx, erased) => changed(tx, sql`delete from outgoing_messages where client_id = any(${erased.clientIds}::uuid[])`),
  },
  {
    code: 'tasks',
    doing: 'Emptying tasks',
    what: 'tasks',
    run: (tx, erased) =>
      changed(
        tx,
        sql`update tasks w set subject = ${GONE}, details = '',
          status_reason = case when status_reason is not null then ${GONE} end, version = version + 1, updated_at = ${tx.now}
        where ${isAboutThem(erased)} and (subject <> ${GONE} or details <> '' or status_reason <> ${GONE})`,
      ),
  },
  {
    code: 'exceptions',
    doing: 'Emptying exceptions',
    what: 'exceptions',
    run: (tx, erased) =>
      changed(
        tx,
        sql`update exceptions w set summary = ${GONE}, details = '{}',
          resolution = case when resolution is not null then ${GONE} end, version = version + 1, updated_at = ${tx.now}
        where ${isAboutThem(erased)} and (summary <> ${GONE} or details <> '{}' or resolution <> ${GONE})`,
      ),
  },
  {
    code: 'notes',
    doing: 'Removing notes',
    what: 'notes',
    run: async (tx, erased) => {
      let removed = 0
      for (const { entityType, ids } of theirs(erased)) {
        removed += await changed(tx, sql`delete from notes where entity_type = ${entityType} and entity_id in (${ids})`)
      }
      return removed
    },
  },
  {
    code: 'looks',
    doing: 'Emptying reasons of reveals',
    what: 'reveals',
    run: (tx, erased) =>
      changed(
        tx,
        sql`update contact_reveals set reason = ${GONE} where client_id = any(${erased.clientIds}::uuid[]) and reason <> ${GONE}`,
      ),
  },
  {
    code: 'events',
    doing: 'Emptying events',
    what: 'events',
    run: (tx, erased) =>
      changed(
        tx,
        sql`update domain_events set payload = payload - 'reason' where entity_id in (${allTheirIds(erased)}) and payload ? 'reason'`,
      ),
  },
  {
    code: 'answers',
    doing: 'Emptying stored answers',
    what: 'stored answers',
    // What a repeated request is told is kept to its id and ref.
    run: (tx, erased) =>
      changed(
        tx,
        sql`update idempotency_keys set response = jsonb_build_object('status', response -> 'status',
          'data', jsonb_build_object('id', response #> '{data,id}', 'ref', response #> '{data,ref}', 'erased', true))
        where response is not null and not coalesce(response -> 'data' ? 'erased', false)
          and exists (select 1 from (${allTheirIds(erased)}) mine (id) where response::text like '%' || mine.id || '%')`,
      ),
  },
  {
    code: 'files',
    doing: 'Removing exported files',
    what: 'exported files',
    // Any of them may hold the person; they are kept for a day at most and can be made anew.
    run: (tx) => changed(tx, sql`update export_files set state = 'removed', content = null where state in ('done', 'running')`),
  },
  {
    code: 'elsewhere',
    doing: 'Looking through all other texts',
    what: 'texts elsewhere',
    run: async (tx, erased) => (erased.pattern ? sweepTexts(tx, erased.pattern, erased.ref) : 0),
  },
  {
    code: 'words',
    doing: 'Forgetting their name as a word to search by',
    what: 'words of the search',
    // The index itself follows its rows; what mistyped words are compared with does not forget by itself.
    run: (tx, { names }) =>
      changed(
        tx,
        sql`delete from search_terms t
        where t.term in (select substr(w, 2) from unnest(${names}::text[]) name, unnest(search_lexemes('n', name)) w)
          and not exists (select 1 from clients c where c.erased_at is null and lower(c.name) like '%' || t.term || '%')
          and not exists (select 1 from models m where lower(m.name) like '%' || t.term || '%')`,
      ),
  },
  {
    code: 'trail',
    doing: 'Redacting the audit log',
    what: 'audit rows, redacted',
    run: redactTrail,
  },
]
