import { paths } from '../paths.ts'

/** Keys as data: one list that the listener obeys and the sheet shows. */
export interface Shortcut {
  /** Keys pressed one after another. */
  keys: readonly string[]
  label: string
  group: 'Go to' | 'Lists' | 'Everywhere'
  does: { go: string; needs?: string } | { act: 'search' | 'next' | 'previous' | 'open' | 'help' | 'close' }
}

export const SHORTCUTS: readonly Shortcut[] = [
  { keys: ['g', 'a'], label: 'Action Center', group: 'Go to', does: { go: paths.actionCenter(), needs: 'action_center.read' } },
  { keys: ['g', 'b'], label: 'Bookings', group: 'Go to', does: { go: paths.bookings.list(), needs: 'bookings.read' } },
  { keys: ['g', 'i'], label: 'Inquiries', group: 'Go to', does: { go: paths.inquiries.list(), needs: 'inquiries.read' } },
  { keys: ['g', 'c'], label: 'Clients', group: 'Go to', does: { go: paths.clients.list(), needs: 'clients.read' } },
  { keys: ['g', 'm'], label: 'Models', group: 'Go to', does: { go: paths.models.list(), needs: 'models.read' } },
  { keys: ['g', 't'], label: 'Tasks', group: 'Go to', does: { go: paths.tasks.list(), needs: 'tasks.read' } },
  { keys: ['g', 'x'], label: 'Exceptions', group: 'Go to', does: { go: paths.exceptions.list(), needs: 'exceptions.read' } },
  { keys: ['g', 'd'], label: 'Dashboard', group: 'Go to', does: { go: paths.admin() } },
  { keys: ['j'], label: 'Next row', group: 'Lists', does: { act: 'next' } },
  { keys: ['k'], label: 'Previous row', group: 'Lists', does: { act: 'previous' } },
  { keys: ['ArrowDown'], label: 'Next row, when one is marked', group: 'Lists', does: { act: 'next' } },
  { keys: ['ArrowUp'], label: 'Previous row, when one is marked', group: 'Lists', does: { act: 'previous' } },
  { keys: ['Enter'], label: 'Open the marked row', group: 'Lists', does: { act: 'open' } },
  { keys: ['/'], label: 'Search this list', group: 'Everywhere', does: { act: 'search' } },
  { keys: ['?'], label: 'Show these shortcuts', group: 'Everywhere', does: { act: 'help' } },
  { keys: ['Escape'], label: 'Close', group: 'Everywhere', does: { act: 'close' } },
]
