import { Check, Copy } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { useScripted } from '../../ui/use-scripted.ts'

/** A payment link to hand over: copied by a button, and by hand where there are no scripts. */
export function CopyLink({ url, label = 'Copy the link' }: { url: string; label?: string }) {
  const [copied, setCopied] = useState(false)
  const scripted = useScripted()
  const Sign = copied ? Check : Copy
  return (
    <div className="flex min-w-0 items-center gap-2">
      <input
        readOnly
        value={url}
        aria-label="Payment link"
        className="field min-w-0 flex-1 font-mono text-xs!"
        onFocus={(event) => event.currentTarget.select()}
      />
      {scripted ? (
        <Button
          tone="primary"
          icon={<Sign aria-hidden="true" className="size-3.5" />}
          onClick={() => void navigator.clipboard.writeText(url).then(() => setCopied(true))}
        >
          {copied ? 'Copied' : label}
        </Button>
      ) : null}
      <span aria-live="polite" className="sr-only">
        {copied ? 'The link was copied.' : ''}
      </span>
    </div>
  )
}
