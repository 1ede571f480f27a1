import { type Kysely, sql } from 'kysely'

/** Messages to clients: whose, and which payment's link is in them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
alter table outgoing_messages
  add column client_id uuid references clients (id),
  add column payment_id uuid references payments (id);
create index outgoing_messages_client_idx on outgoing_messages (client_id) where client_id is not null;
create index outgoing_messages_payment_idx on outgoing_messages (payment_id, created_at) where payment_id is not null;
`)
    .execute(db)
}
