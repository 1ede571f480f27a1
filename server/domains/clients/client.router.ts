import { addNoteInput, noteOut } from '#server/domains/notes/index.ts'
import { mutation, query, router } from '#server/trpc/init.ts'
import { addClientNote } from './add-client-note.ts'
import { listClients, readClient, requireReadable } from './client.queries.ts'
import * as schema from './client.schema.ts'
import { findDuplicates } from './find-duplicates.ts'
import { insertClient } from './find-or-create-client.ts'
import { mergeClients } from './merge-clients.ts'
import { unmergeClient } from './unmerge-client.ts'
import { updateClient } from './update-client.ts'

const policy = 'readableClients: all clients; contact masked unless revealed; history by visibleInquiries and visibleBookings'

export const clientRouter = router({
  list: query({
    access: 'clients.read',
    policy,
    summary: 'Clients, newest first; q finds by ref, name, email and phone as far as the actor may see them',
    rest: { method: 'GET', path: '/clients' },
    input: schema.listClientsInput,
    output: schema.clientList,
    run: listClients,
  }),
  get: query({
    access: 'clients.read',
    policy,
    summary: 'One client with inquiries, bookings, notes, merges and possible duplicates',
    rest: { method: 'GET', path: '/clients/{id}' },
    input: schema.byId,
    output: schema.clientOut,
    run: (ctx, { id }) => readClient(ctx, id),
  }),
  duplicates: query({
    access: 'clients.read',
    policy,
    summary: 'Who may be the same person: same phone or email, or a similar name',
    rest: { method: 'GET', path: '/clients/{id}/duplicates' },
    input: schema.byId,
    output: schema.duplicatesOut,
    run: async (ctx, { id }) => {
      await requireReadable(ctx, id)
      return { items: await findDuplicates(ctx, id) }
    },
  }),
  create: mutation({
    access: 'clients.write',
    policy: 'none: makes a new one',
    summary: 'Make a client; possible duplicates are in the answer',
    rest: { method: 'POST', path: '/clients', status: 201 },
    input: schema.createClientInput,
    output: schema.clientOut,
    run: async (tx, input, ctx) => {
      const { id } = await insertClient(tx, input)
      return readClient(ctx, id)
    },
  }),
  update: mutation({
    access: 'clients.write',
    policy,
    summary: 'Edit a client; with version a stale write is refused',
    rest: { method: 'PATCH', path: '/clients/{id}' },
    input: schema.updateClientInput,
    output: schema.clientOut,
    run: async (tx, input, ctx) => {
      await updateClient(tx, input, ctx)
      return readClient(ctx, input.id)
    },
  }),
  addNote: mutation({
    access: 'clients.write',
    policy,
    summary: 'Add a note to a client',
    rest: { method: 'POST', path: '/clients/{id}/notes', status: 201 },
    input: addNoteInput,
    output: noteOut,
    run: addClientNote,
  }),
  merge: mutation({
    access: 'clients.merge',
    policy,
    summary: 'Merge clients into this one',
    rest: { method: 'POST', path: '/clients/{id}/merge' },
    input: schema.mergeClientsInput,
    output: schema.clientOut,
    run: async (tx, input, ctx) => {
      await mergeClients(tx, input)
      return readClient(ctx, input.id)
    },
  }),
  unmerge: mutation({
    access: 'clients.merge',
    policy,
    summary: 'Undo the merge of mergedId into this client',
    rest: { method: 'POST', path: '/clients/{id}/unmerge' },
    input: schema.unmergeClientInput,
    output: schema.clientOut,
    run: async (tx, input, ctx) => {
      await unmergeClient(tx, input)
      return readClient(ctx, input.id)
    },
  }),
})
