import { paths } from '../paths.ts'

/** What a key is and says; shown on the `?` sheet. */
export interface ShownKey {
  /** Keys pressed one after another; `Mod` is Ctrl, or ⌘ on a Mac. */
  keys: readonly string[]
  label: string
}

/** Keys as data: one list that the listener obeys and the sheet shows. */
export interface Shortcut extends ShownKey {
  group: 'Go to' | 'Lists' | 'Everywhere'
  does:
    | { go: string; needs?: string }
    | { act: 'search' | 'filter' | 'palette' | 'next' | 'previous' | 'open' | 'help' | 'close' }
}

/** A key of one screen. Without `run` the screen listens itself and only the sheet shows it. */
export interface ScreenShortcut extends ShownKey {
  run?: () => void
}

export const SHORTCUTS: readonly Shortcut[] = [
  { keys: ['g', 'a'], label: 'Action Center', group: 'Go to', does: { go: paths.actionCenter(), needs: 'action_center.read' } },
  { keys: ['g', 'b'], label: 'Bookings', group: 'Go to', does: { go: paths.bookings.list(), needs: 'bookings.read' } },
  { keys: ['g', 'v'], label: 'Availability', group: 'Go to', does: { go: paths.availability(), needs: 'bookings.read' } },
  { keys: ['g', 'i'], label: 'Inquiries', group: 'Go to', does: { go: paths.inquiries.list(), needs: 'inquiries.read' } },
  { keys: ['g', 'c'], label: 'Clients', group: 'Go to', does: { go: paths.clients.list(), needs: 'clients.read' } },
  { keys: ['g', 'm'], label: 'Models', group: 'Go to', does: { go: paths.models.list(), needs: 'models.read' } },
  { keys: ['g', 't'], label: 'Tasks', group: 'Go to', does: { go: paths.tasks.list(), needs: 'tasks.read' } },
  { keys: ['g', 'x'], label: 'Exceptions', group: 'Go to', does: { go: paths.exceptions.list(), needs: 'exceptions.read' } },
  { keys: ['g', 'p'], label: 'Payments', group: 'Go to', does: { go: paths.payments(), needs: 'payments.read' } },
  { keys: ['g', 'd'], label: 'Dashboard', group: 'Go to', does: { go: paths.admin() } },
  { keys: ['j'], label: 'Next row', group: 'Lists', does: { act: 'next' } },
  { keys: ['k'], label: 'Previous row', group: 'Lists', does: { act: 'previous' } },
  { keys: ['ArrowDown'], label: 'Next row, when one is marked', group: 'Lists', does: { act: 'next' } },
  { keys: ['ArrowUp'], label: 'Previous row, when one is marked', group: 'Lists', does: { act: 'previous' } },
  { keys: ['Enter'], label: 'Open the marked row', group: 'Lists', does: { act: 'open' } },
  { keys: ['f'], label: 'Search in this list', group: 'Lists', does: { act: 'filter' } },
  { keys: ['/'], label: 'Search everything', group: 'Everywhere', does: { act: 'search' } },
  { keys: ['Mod', 'k'], label: 'Commands', group: 'Everywhere', does: { act: 'palette' } },
  { keys: ['?'], label: 'Show these shortcuts', group: 'Everywhere', does: { act: 'help' } },
  { keys: ['Escape'], label: 'Close', group: 'Everywhere', does: { act: 'close' } },
]

const SETTING = 'virel:shortcuts'

/** Whether single keys are commands in this browser; Ctrl/⌘ K and Escape always are. */
export function areShortcutsOn(): boolean {
  try {
    return localStorage.getItem(SETTING) !== 'off'
  } catch {
    return true
  }
}

export function setShortcutsOn(on: boolean): void {
  try {
    if (on) localStorage.removeItem(SETTING)
    else localStorage.setItem(SETTING, 'off')
  } catch {
    // A browser that keeps nothing keeps them on.
  }
}

/** Typing into a field is never a command, and what lies over the page has the keys for itself. */
export function isKeyTaken(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return true
  const { target } = event
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName)) return true
  return target.closest('[role=menu], [role=dialog], [role=alertdialog], [role=listbox]') !== null
}
