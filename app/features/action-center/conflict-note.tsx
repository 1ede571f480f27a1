import { words } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Callout } from '../../ui/callout.tsx'
import { useDesk } from './desk-context.ts'
import type { Conflict } from './use-work.ts'

/** Someone else was quicker: what they changed, and whether to leave it at that. */
export function ConflictNote({ conflict }: { conflict: Conflict }) {
  const { work } = useDesk()
  const { item, order, problem } = conflict
  const changed = Object.entries(problem.changed ?? {})
  return (
    <Callout
      tone="warn"
      role="alert"
      title={`${item.ref} was changed meanwhile${problem.changedBy ? ` by ${problem.changedBy}` : ''}`}
    >
      {changed.length > 0 ? (
        <ul className="mt-1 list-disc pl-4">
          {changed.map(([field, value]) => (
            <li key={field}>
              {NAMES[field] ?? words(field)} is now {shownValue(value)}
            </li>
          ))}
        </ul>
      ) : null}
      <p className="mt-1">You wanted: {order.label.toLowerCase()}.</p>
      <div className="mt-2 flex flex-wrap gap-2">
        <Button small autoFocus onClick={() => work.setConflict(null)}>
          Use theirs
        </Button>
        <Button
          small
          onClick={() => {
            work.setConflict(null)
            void work.act(item, order, problem.currentVersion)
          }}
        >
          Apply mine again
        </Button>
      </div>
    </Callout>
  )
}

const NAMES: Record<string, string> = {
  level: 'Priority',
  words: 'The text',
  assigneeId: 'Who has it',
  slaDeadlineAt: 'The deadline',
}

function shownValue(value: unknown): string {
  if (value === null || value === undefined || value === '') return 'empty'
  if (typeof value === 'object') return 'name' in value && typeof value.name === 'string' ? value.name : JSON.stringify(value)
  return `“${words(String(value))}”`
}
