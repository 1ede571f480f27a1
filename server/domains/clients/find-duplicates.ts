import { sql } from 'kysely'
import type { CallCtx } from '#server/trpc/init.ts'
import type { Duplicate } from './client.schema.ts'

/** More than this many look-alikes are no help to anyone. */
const SHOWN = 20
/** Names this alike (trigram similarity, 0–1) may be the same person misspelt: "Jon Smith" and "John Smith" have 0.62. */
const ALIKE = 0.55
/** Names are compared with at most this many of their neighbours in the trigram index: a common name stays cheap. */
const COMPARED = 300

interface Row {
  id: string
  ref: string
  name: string
  tags: string[]
  same_phone: boolean
  same_email: boolean
}

/** Who may be the same person as this client: same phone, same email, or a similar name; strongest first. */
export async function findDuplicates(ctx: CallCtx, id: string): Promise<Duplicate[]> {
  const { rows } = await sql<Row>`
    with me as (select id, lower(name) as name, email, phone from clients where id = ${id}::uuid),
    candidates as (
      (select c.id from clients c, me where c.phone = me.phone and c.merged_into_id is null and c.deleted_at is null limit ${SHOWN + 1})
      union
      (select c.id from clients c, me where c.email = me.email and c.merged_into_id is null and c.deleted_at is null limit ${SHOWN + 1})
      union
      (select c.id from (
        select c.id, c.name from clients c, me
        where lower(c.name) % me.name and c.merged_into_id is null and c.deleted_at is null limit ${COMPARED}) c, me
       where similarity(lower(c.name), me.name) >= ${ALIKE}::float4)
    )
    select c.id, c.ref, c.name, c.tags,
      coalesce(c.phone = me.phone, false) as same_phone, coalesce(c.email = me.email, false) as same_email
    from clients c join candidates using (id), me
    where c.id <> me.id and c.erased_at is null
    order by same_phone desc, same_email desc, similarity(lower(c.name), me.name) desc, c.id
    limit ${SHOWN}`.execute(ctx.db)
  return rows.map(({ same_phone, same_email, ...row }) => ({
    ...row,
    reasons: [
      ...(same_phone ? (['same_phone'] as const) : []),
      ...(same_email ? (['same_email'] as const) : []),
      ...(same_phone || same_email ? [] : (['similar_name'] as const)),
    ],
  }))
}
