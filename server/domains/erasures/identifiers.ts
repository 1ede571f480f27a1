import { sql } from 'kysely'
import parsePhoneNumber from 'libphonenumber-js/max'
import type { Tx } from '#server/transact.ts'

/** What a person can be found by in free text. */
export interface Identifiers {
  names: string[]
  emails: string[]
  phones: string[]
}

type Found = { names: string[] | null; emails: string[] | null; phones: string[] | null }

/**
 * Everything these client records are or ever were known by: their fields, what merging remembered, and what the audit log
 * says they were before. A name that another client has too is left out: elsewhere it may mean them.
 */
export async function findIdentifiers(tx: Tx, clientIds: readonly string[]): Promise<Identifiers> {
  const [row] = await tx.run(sql<Found>`
    with known as (
      select name, email, phone from clients where id = any(${clientIds}::uuid[])
      union all
      select null, survivor_before ->> 'email', survivor_before ->> 'phone' from client_merges
        where survivor_id = any(${clientIds}::uuid[]) or merged_id = any(${clientIds}::uuid[])
      union all
      select side ->> 'name', side ->> 'email', side ->> 'phone' from audit_log, unnest(array[before, after]) side
        where entity_type = 'client' and entity_id = any(${clientIds}::uuid[]) and jsonb_typeof(side) = 'object'
    )
    select array_agg(distinct name) filter (where name is not null and not exists (
        select 1 from clients c where lower(c.name) = lower(known.name) and c.id <> all(${clientIds}::uuid[]))) as names,
      array_agg(distinct email) filter (where email is not null) as emails,
      array_agg(distinct phone) filter (where phone is not null) as phones
    from known`)
  return { names: row?.names ?? [], emails: row?.emails ?? [], phones: row?.phones ?? [] }
}

/** A text that any regular expression of PostgreSQL takes literally. */
function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

/** Shorter names are words too: "May", "Rose Lee". */
const SHORTEST_NAME = 8

/** First and last name as they may be written, also in an address or in JSON. */
function nameParts(name: string): string | undefined {
  const words = name.trim().split(/\s+/)
  if (words.length < 2 || name.length < SHORTEST_NAME) return undefined
  const written = words.map((word) => literally(word).replaceAll('"', '\\\\?"'))
  return `(?<!\\w)${written.join('(?:\\s|\\+|%20)+')}(?!\\w)`
}

/** A number in any usual spelling: +44 7700 900123, 0044…, 07700-900123, %2B447700900123. */
function phoneParts(phone: string): string {
  const parsed = parsePhoneNumber(phone)
  const code = parsed?.countryCallingCode ?? ''
  const national = [...(parsed?.nationalNumber ?? phone.replace(/\D/g, ''))].join('[\\s().-]*')
  return `(?<!\\d)(?:(?:\\+|%2B|00)?[\\s(]*${code}[\\s().-]*(?:\\(?0\\)?)?|0)?[\\s().-]*${national}(?!\\d)`
}

/** One pattern that finds any of it, case-insensitively; undefined when there is nothing to look for. */
export function patternOf({ names, emails, phones }: Identifiers): string | undefined {
  const parts = [
    ...names.map(nameParts).filter((part) => part !== undefined),
    ...emails.map((email) => `(?<![\\w.+-])${literally(email).replace('@', '(?:@|%40)')}(?![\\w-])`),
    ...phones.map(phoneParts),
  ]
  return parts.length > 0 ? parts.map((part) => `(?:${part})`).join('|') : undefined
}
