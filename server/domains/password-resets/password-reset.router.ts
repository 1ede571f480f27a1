import { done } from '#server/domains/users/index.ts'
import { command, mutation, router } from '#server/trpc/init.ts'
import { completeReset, openReset } from './complete-reset.ts'
import * as schema from './password-reset.schema.ts'
import { requestReset, sendReset } from './request-reset.ts'

const byLink = 'by the link alone: its token has 256 bits, of which the hash is kept; used, expired and unknown answer alike'

export const passwordResetRouter = router({
  request: command({
    access: 'public',
    policy: 'none: known and unknown addresses cost and answer the same; throttled per account and address',
    summary: 'Ask for a link to a new password',
    rest: { method: 'POST', path: '/auth/password-reset' },
    input: schema.requestInput,
    output: done,
    run: async (ctx, input) => {
      await requestReset(ctx, input)
      return { ok: true }
    },
  }),
  open: command({
    access: 'public',
    policy: byLink,
    summary: 'Whose password a reset link changes',
    rest: { method: 'POST', path: '/auth/password-reset/open' },
    input: schema.openInput,
    output: schema.openedOut,
    run: (ctx, { token }) => openReset(ctx, token),
  }),
  complete: command({
    access: 'public',
    policy: byLink,
    summary: 'Choose a new password by a link; all sessions end',
    rest: { method: 'POST', path: '/auth/password-reset/complete' },
    input: schema.completeInput,
    output: schema.completedOut,
    run: completeReset,
  }),
  send: mutation({
    access: 'users.write',
    fresh: true,
    policy: 'requireManageable: as for editing the user',
    summary: 'Send someone a link to a new password',
    rest: { method: 'POST', path: '/users/{id}/password-reset' },
    input: schema.sendInput,
    output: done,
    run: async (tx, { id }) => {
      await sendReset(tx, id)
      return { ok: true }
    },
  }),
})
