import { command, query, router } from '#server/trpc/init.ts'
import { listMessages, openMessage } from './message.queries.ts'
import * as schema from './message.schema.ts'

export const messageRouter = router({
  list: query({
    access: 'messages.read',
    policy: 'none: all messages, without their text',
    summary: 'Messages waiting to be handed to people of the agency',
    rest: { method: 'GET', path: '/messages' },
    input: schema.listMessagesInput,
    output: schema.messageList,
    run: listMessages,
  }),
  open: command({
    access: 'messages.read',
    policy: 'none: all messages; each opening is audited, because a link lets its reader in',
    summary: 'One message with its text',
    rest: { method: 'POST', path: '/messages/{id}/open' },
    fresh: true,
    input: schema.byId,
    output: schema.messageOut,
    run: (ctx, { id }) => openMessage(ctx, id),
  }),
})
