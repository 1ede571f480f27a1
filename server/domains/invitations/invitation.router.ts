import { command, mutation, query, router } from '#server/trpc/init.ts'
import { acceptInvitation, openInvitation } from './accept-invitation.ts'
import { createInvitation, resendInvitation, revokeInvitation } from './create-invitation.ts'
import { listInvitations, readInvitation } from './invitation.queries.ts'
import * as schema from './invitation.schema.ts'

const policy = 'requireManageable: whoever may make a user with these roles; people only'
const byLink = 'by the link alone: its token has 256 bits, of which the hash is kept; used, expired and unknown answer alike'

export const invitationRouter = router({
  list: query({
    access: 'users.read',
    policy: 'none: all invitations, without their links; addresses masked',
    summary: 'Invitations, newest first',
    rest: { method: 'GET', path: '/users/invitations' },
    input: schema.listInvitationsInput,
    output: schema.invitationList,
    run: listInvitations,
  }),
  create: mutation({
    access: 'users.write',
    policy,
    summary: 'Invite someone by email; they choose their password themselves',
    rest: { method: 'POST', path: '/users/invitations', status: 201 },
    input: schema.createInvitationInput,
    output: schema.invitationOut,
    run: async (tx, input, ctx) => readInvitation(ctx, await createInvitation(tx, input)),
  }),
  resend: mutation({
    access: 'users.write',
    policy,
    summary: 'Send an invitation again; the old link dies',
    rest: { method: 'POST', path: '/users/invitations/{id}/resend' },
    input: schema.oneInvitationInput,
    output: schema.invitationOut,
    run: async (tx, input, ctx) => {
      await resendInvitation(tx, input)
      return readInvitation(ctx, input.id)
    },
  }),
  revoke: mutation({
    access: 'users.write',
    policy,
    summary: 'Revoke an invitation; its link dies',
    rest: { method: 'DELETE', path: '/users/invitations/{id}' },
    input: schema.oneInvitationInput,
    output: schema.invitationOut,
    run: async (tx, input, ctx) => {
      await revokeInvitation(tx, input)
      return readInvitation(ctx, input.id)
    },
  }),
  open: command({
    access: 'public',
    policy: byLink,
    summary: 'Whom an invitation’s link is for',
    rest: { method: 'POST', path: '/auth/invitation' },
    input: schema.openInput,
    output: schema.openedOut,
    run: (ctx, { token }) => openInvitation(ctx, token),
  }),
  accept: command({
    access: 'public',
    policy: byLink,
    summary: 'Accept an invitation by choosing a password',
    rest: { method: 'POST', path: '/auth/invitation/accept', status: 201 },
    input: schema.acceptInput,
    output: schema.acceptedOut,
    run: acceptInvitation,
  }),
})
