import { StatusBadge, words } from '../ui/badge.tsx'
import { Callout } from '../ui/callout.tsx'

export const MESSAGE_KINDS = ['invitation', 'password_reset', 'new_device', 'security_notice'] as const

export function MessageState({ state }: { state: 'waiting' | 'withdrawn' | 'expired' }) {
  return <StatusBadge tone={state === 'waiting' ? 'info' : 'neutral'} label={words(state)} />
}

/** Said wherever messages are shown: nobody else gets them yet. */
export function OutboxNote() {
  return (
    <Callout tone="warn" title="Nothing is sent yet" className="mb-3">
      This page stands in until a mail provider is set up: open a message and hand it to its recipient yourself, by a way only
      they can read. Whoever has the link gets in.
    </Callout>
  )
}
