import { useEffect, useState } from 'react'
import { Button, LinkButton } from '../ui/button.tsx'
import { Callout } from '../ui/callout.tsx'
import { Card } from '../ui/card.tsx'

/** A key just made: shown this once. Without scripts it is selected and copied by hand. */
export function KeyTold({ secret, name, to, note }: { secret: string; name: string; to: string; note?: string }) {
  const [copied, setCopied] = useState(false)
  const [scripted, setScripted] = useState(false)
  useEffect(() => setScripted(true), [])
  return (
    <Card title={`Key “${name}”`}>
      <Callout tone="warn" title="Copy it now: it is shown only this once." className="mb-3">
        Virel keeps only a hash. If it gets lost, rotate the key.
      </Callout>
      <div className="flex flex-wrap items-center gap-2">
        <code className="min-w-0 flex-1 rounded-md border border-line bg-subtle px-3 py-2 text-sm wrap-anywhere select-all">
          {secret}
        </code>
        {scripted ? (
          <Button onClick={() => navigator.clipboard.writeText(secret).then(() => setCopied(true))}>
            {copied ? 'Copied' : 'Copy'}
          </Button>
        ) : null}
      </div>
      <p aria-live="polite" className="sr-only">
        {copied ? 'The key was copied.' : ''}
      </p>
      <p className="mt-3 text-sm text-muted">
        Sent as <code>Authorization: Bearer {secret.slice(0, 12)}…</code>
        {note ? ` ${note}` : ''}
      </p>
      <LinkButton to={to} tone="primary" className="mt-3">
        I have it
      </LinkButton>
    </Card>
  )
}
