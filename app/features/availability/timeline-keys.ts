/** What the timeline's keys do; listed on the `?` sheet, obeyed by useTimelineKeys. */
export type TimelineCommand =
  | 'down'
  | 'up'
  | 'next'
  | 'previous'
  | 'earlier'
  | 'later'
  | 'shorter'
  | 'longer'
  | 'open'
  | 'create'
  | 'undo'
  | 'close'

export interface TimelineKey {
  keys: readonly string[]
  label: string
  does: TimelineCommand
}

export const TIMELINE_KEYS: readonly TimelineKey[] = [
  { keys: ['j'], label: 'Next model', does: 'down' },
  { keys: ['ArrowDown'], label: 'Next model', does: 'down' },
  { keys: ['k'], label: 'Previous model', does: 'up' },
  { keys: ['ArrowUp'], label: 'Previous model', does: 'up' },
  { keys: ['l'], label: 'Next block of the row', does: 'next' },
  { keys: ['h'], label: 'Previous block of the row', does: 'previous' },
  { keys: ['ArrowRight'], label: 'Move the block later; Enter keeps it, Esc takes it back', does: 'later' },
  { keys: ['ArrowLeft'], label: 'Move the block earlier', does: 'earlier' },
  { keys: ['Shift+ArrowRight'], label: 'Make it longer', does: 'longer' },
  { keys: ['Shift+ArrowLeft'], label: 'Make it shorter', does: 'shorter' },
  { keys: ['Enter'], label: 'Open the block, or keep it where it was moved to', does: 'open' },
  { keys: ['c'], label: 'New on this row, and why a time is not offered', does: 'create' },
  { keys: ['z'], label: 'Undo', does: 'undo' },
  { keys: ['Escape'], label: 'Take back, or close', does: 'close' },
]
