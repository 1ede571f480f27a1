import { Period, TimeText } from '../../ui/time.tsx'

/** From, to, or both, in the zone of the place. */
export function When({ when }: { when: { start: string | null; end: string | null; zone: string } }) {
  if (when.start && when.end) return <Period from={when.start} to={when.end} zone={when.zone} />
  const at = when.start ?? when.end
  return at ? <TimeText at={at} zone={when.zone} /> : null
}
