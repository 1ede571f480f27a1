import { z } from 'zod'
import { limit } from '#server/auth/rate-limits.ts'
import { mutation, nothing, query, router } from '#server/trpc/init.ts'
import { listLooks } from './looks.queries.ts'
import { listLooksInput, lookList } from './looks.schema.ts'
import * as reveal from './reveal.schema.ts'
import { endReveal, revealClient } from './reveal-client.ts'
import { exportClient, exportOwn } from './subject-export.ts'

const policy = 'readableClients; an item it is for by visibleInquiries or visibleBookings'

const jsonFile = z.object({ name: z.string(), type: z.string(), base64: z.string() })

export const personalDataRouter = router({
  looks: query({
    access: 'audit.read',
    policy: 'none: who may read the audit log reads all of it; names and reasons masked',
    summary: 'Who looked at which client, when, why and where, newest first',
    rest: { method: 'GET', path: '/personal-data/looks' },
    input: listLooksInput,
    output: lookList,
    run: listLooks,
  }),
  reveal: mutation({
    access: 'pii.reveal',
    policy,
    summary: 'Show a client’s masked contact for 15 minutes, with a reason',
    rest: { method: 'POST', path: '/clients/{id}/reveal' },
    input: reveal.revealInput,
    output: reveal.revealOut,
    refuse: async (ctx) => {
      await limit(ctx, 'contact-reveal', `${ctx.actor.id}`)
      return undefined
    },
    run: revealClient,
  }),
  endReveal: mutation({
    access: 'pii.reveal',
    policy,
    summary: 'Hide a revealed contact before its time is up',
    rest: { method: 'POST', path: '/clients/{id}/reveal/end' },
    input: reveal.byId,
    output: reveal.revealOut,
    run: endReveal,
  }),
  exportClient: query({
    access: 'clients.export',
    fresh: true,
    policy: 'readableClients: all clients, for who may see contacts in full',
    summary: 'Everything known about a client as JSON, for the person’s own request',
    rest: { method: 'GET', path: '/clients/{id}/export', file: true },
    input: reveal.byId,
    output: jsonFile,
    run: exportClient,
  }),
  exportOwn: query({
    access: 'signed_in',
    fresh: true,
    policy: 'one’s own data only',
    summary: 'What the agency keeps about the person who asks, as JSON',
    rest: { method: 'GET', path: '/me/export', file: true },
    input: nothing,
    output: jsonFile,
    run: exportOwn,
  }),
})
