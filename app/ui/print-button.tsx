import { Printer } from 'lucide-react'
import { Button } from './button.tsx'
import { useScripted } from './use-scripted.ts'

/** Opens the browser's own dialog; where there are no scripts, its menu does. */
export function PrintButton() {
  if (!useScripted()) return null
  return (
    <Button tone="primary" icon={<Printer aria-hidden="true" className="size-4" />} onClick={() => window.print()}>
      Print
    </Button>
  )
}
