import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { MessageState, OutboxNote } from '../../features/outgoing-message.tsx'
import { paths } from '../../paths.ts'
import { idParam, screen } from '../../screen.server.ts'
import { words } from '../../ui/badge.tsx'
import { Card, KeyValues, Split } from '../../ui/card.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { TimeText } from '../../ui/time.tsx'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction = () => [{ title: 'Message · Virel' }]
export const handle = { crumbs: () => [{ label: 'Outbox', to: paths.outbox.list() }, { label: 'Message' }] }

// Opening is what is asked for, and it is audited: the page has no other use.
export const loader = screen(async ({ api, params }) => ({ message: await api.messages.open({ id: idParam(params) }) }))

export default function Message() {
  const { message } = useLoaderData<typeof loader>()
  return (
    <>
      <PageHeader title={message.subject} badges={<MessageState state={message.state} />} />
      <OutboxNote />
      <Split
        main={
          <Card title="Text" note="That you opened it is in the audit log.">
            {message.body === null ? (
              <p className="text-sm text-muted">
                Its link opens nothing any more, so its text is not shown. Send a new one where the old one came from.
              </p>
            ) : (
              <p className="text-sm wrap-anywhere whitespace-pre-wrap">{message.body}</p>
            )}
          </Card>
        }
        side={
          <Card title="Message">
            <KeyValues
              items={[
                ['To', message.recipient],
                ['About', words(message.kind)],
                ['Written', <TimeText key="made" at={message.createdAt} />],
                ['Works until', <TimeText key="until" at={message.expiresAt} />],
              ]}
            />
          </Card>
        }
      />
    </>
  )
}
