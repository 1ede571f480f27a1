import { words } from '../ui/badge.tsx'
import { Money } from '../ui/money.tsx'
import { TimeText } from '../ui/time.tsx'
import { text } from './audit-diff.tsx'

const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|\+00:00)$/

/** A value of a field as people read it: moments in the agency's zone, ids by what they stand for. */
export function AuditValue({
  field,
  value,
  labels = {},
  currency,
}: {
  field: string
  value: unknown
  labels?: Record<string, string>
  currency?: unknown
}) {
  if (field.endsWith('_amount') && typeof value === 'number' && typeof currency === 'string')
    return <Money value={{ amount: value, currency }} />
  if (field.endsWith('status') && typeof value === 'string') return <>{words(value)}</>
  if (typeof value === 'string' && MOMENT.test(value)) return <TimeText at={value} />
  if (typeof value === 'string' && labels[value]) return <>{labels[value]}</>
  if (typeof value === 'boolean') return <>{value ? 'yes' : 'no'}</>
  return <>{text(value)}</>
}
