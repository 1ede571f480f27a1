import { sql } from 'kysely'
import { findOrCreateClient } from '#server/domains/clients/index.ts'
import { insertNote } from '#server/domains/notes/index.ts'
import { AppError, invalid } from '#server/errors.ts'
import type { Tx } from '#server/transact.ts'
import type { ReceiveInquiryInput } from './inquiry.schema.ts'

/** An inquiry unanswered this long becomes a task. Source: the shipped rules of the product description. */
const UNANSWERED_MINUTES = 48 * 60

/**
 * Takes in a lead. The same source and externalRef is the same inquiry: the first one is answered and nothing is
 * written. The client is found by phone or email, or made. Throws `invalid` naming a place or service that is unknown.
 */
export async function receiveInquiry(
  tx: Tx,
  input: ReceiveInquiryInput,
  { trusted = true } = {},
): Promise<{ id: string; ref: string; created: boolean }> {
  if (input.externalRef !== undefined) {
    // Two deliveries of one message at once: the second waits here and then finds the first.
    await sql`select pg_advisory_xact_lock(hashtextextended(${`inquiry:${input.source}:${input.externalRef}`}, 0))`.execute(tx.db)
    const known = await tx.db
      .selectFrom('inquiries')
      .select(['id', 'ref'])
      .where('source', '=', input.source)
      .where('external_ref', '=', input.externalRef)
      .executeTakeFirst()
    if (known) return { ...known, created: false }
  }
  const locationId = input.location === undefined ? null : await requireLocation(tx, input.location)
  const services = await requireServices(tx, input.services)
  const client = await findOrCreateClient(tx, input.client, { fill: trusted })
  const { ctx } = tx
  const id = ctx.ids.next()
  const row = await tx.db
    .insertInto('inquiries')
    .values({
      id,
      source: input.source,
      external_ref: input.externalRef ?? null,
      client_id: client.id,
      subject: input.subject,
      message: input.message,
      location_id: locationId,
      window_from: input.from ?? null,
      window_to: input.to ?? null,
      priority: input.priority,
      status: 'new',
      created_by: ctx.actor.kind === 'user' ? ctx.actor.id : null,
      created_at: tx.now,
      updated_at: tx.now,
    })
    .returning('ref')
    .executeTakeFirstOrThrow()
  if (services.length > 0) {
    tx.send(tx.db.insertInto('inquiry_services').values(services.map((service_id) => ({ inquiry_id: id, service_id }))))
  }
  if (!client.created) await noteOtherDetails(tx, id, client.id, input.client)
  tx.audit({
    action: 'inquiry.created',
    entityType: 'inquiry',
    entityId: id,
    entityRef: row.ref,
    after: {
      source: input.source,
      external_ref: input.externalRef ?? null,
      client_id: client.id,
      subject: input.subject,
      message: input.message,
      location_id: locationId,
      window_from: input.from ?? null,
      window_to: input.to ?? null,
      priority: input.priority,
      services: [...new Set(input.services)].sort(),
    },
  })
  tx.event({
    type: 'inquiry.created',
    entityType: 'inquiry',
    entityId: id,
    entityRef: row.ref,
    payload: { source: input.source, priority: input.priority, clientId: client.id },
    timers: [
      {
        key: `inquiry:${id}:unanswered`,
        task: 'inquiry-check-unanswered',
        runAt: new Date(tx.now.getTime() + UNANSWERED_MINUTES * 60_000).toISOString(),
        payload: { inquiryId: id },
      },
    ],
  })
  return { id, ref: row.ref, created: true }
}

/** A known client may write under another name or address: what was given is kept beside the inquiry. */
async function noteOtherDetails(
  tx: Tx,
  inquiryId: string,
  clientId: string,
  given: ReceiveInquiryInput['client'],
): Promise<void> {
  const known = await tx.db
    .selectFrom('clients')
    .select(['name', 'email', 'phone'])
    .where('id', '=', clientId)
    .executeTakeFirstOrThrow()
  const other = [
    given.name.toLowerCase() === known.name.toLowerCase() ? null : `name “${given.name}”`,
    given.email === undefined || given.email === known.email ? null : `email ${given.email}`,
    given.phone === undefined || given.phone === known.phone ? null : `phone ${given.phone}`,
  ].filter((part) => part !== null)
  if (other.length > 0) insertNote(tx, 'inquiry', inquiryId, `Found as a known client, but gave ${other.join(', ')}.`)
}

export async function requireLocation(tx: Tx, slug: string): Promise<string> {
  const row = await tx.db.selectFrom('locations').select('id').where('slug', '=', slug).executeTakeFirst()
  if (!row) throw invalid('location', `There is no location “${slug}”.`)
  return row.id
}

export async function requireServices(tx: Tx, codes: readonly string[]): Promise<string[]> {
  if (codes.length === 0) return []
  const rows = await tx.db
    .selectFrom('services')
    .select(['id', 'code'])
    .where('code', 'in', [...new Set(codes)])
    .execute()
  const unknown = codes.filter((code) => !rows.some((row) => row.code === code))
  if (unknown.length > 0) {
    throw new AppError('invalid', `There is no service “${unknown.join('”, “')}”.`, {
      errors: unknown.map((code) => ({ path: `services.${codes.indexOf(code)}`, message: `“${code}” is not a service` })),
    })
  }
  return rows.map((row) => row.id)
}
