import { useState } from 'react'
import { Button } from './button.tsx'
import { useScripted } from './use-scripted.ts'

/** A text to be taken elsewhere: copied by a button, selected whole by a click where there are no scripts. */
export function CopyField({ label, value }: { label: string; value: string }) {
  const [copied, setCopied] = useState('')
  const scripted = useScripted()
  return (
    <div className="flex flex-wrap items-center gap-2">
      <span className="sr-only">{label}:</span>
      <code className="min-w-0 flex-1 basis-40 rounded-md border border-line bg-subtle px-2 py-1 text-xs wrap-anywhere select-all">
        {value}
      </code>
      {scripted ? (
        <Button small onClick={() => navigator.clipboard.writeText(value).then(() => setCopied(value))}>
          {copied === value ? 'Copied' : 'Copy'}
        </Button>
      ) : null}
      <span aria-live="polite" className="sr-only">
        {copied === value ? `${label} copied.` : ''}
      </span>
    </div>
  )
}
