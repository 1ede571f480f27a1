/** What the Action Center's keys do; listed on the `?` sheet, obeyed by useDeskKeys. */
export type DeskCommand =
  | 'next'
  | 'previous'
  | 'extendNext'
  | 'extendPrevious'
  | 'open'
  | 'close'
  | 'claim'
  | 'status'
  | 'note'
  | 'snooze'
  | 'select'
  | 'selectAll'
  | 'undo'
  | 'create'

export interface DeskKey {
  keys: readonly string[]
  label: string
  does: DeskCommand
}

export const DESK_KEYS: readonly DeskKey[] = [
  { keys: ['j'], label: 'Next item', does: 'next' },
  { keys: ['ArrowDown'], label: 'Next item', does: 'next' },
  { keys: ['k'], label: 'Previous item', does: 'previous' },
  { keys: ['ArrowUp'], label: 'Previous item', does: 'previous' },
  { keys: ['Enter'], label: 'Open the card', does: 'open' },
  { keys: ['e'], label: 'Open or close the card', does: 'open' },
  { keys: ['a'], label: 'Assign to me', does: 'claim' },
  { keys: ['s'], label: 'Change status', does: 'status' },
  { keys: ['n'], label: 'Write a note', does: 'note' },
  { keys: ['h'], label: 'Put aside', does: 'snooze' },
  { keys: ['x'], label: 'Select', does: 'select' },
  { keys: ['J'], label: 'Select on down', does: 'extendNext' },
  { keys: ['K'], label: 'Select on up', does: 'extendPrevious' },
  { keys: ['Mod+a'], label: 'Select all that is shown', does: 'selectAll' },
  { keys: ['z'], label: 'Undo', does: 'undo' },
  { keys: ['c'], label: 'New task or exception', does: 'create' },
  { keys: ['Escape'], label: 'Close, or drop the selection', does: 'close' },
]
