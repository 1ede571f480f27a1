import type { Screen } from '../screen.server.ts'

/** What an Export button carries: the list's filters without its page; null for whom there is no button. */
export function exportFilters(may: Screen['may'], query: object): string | null {
  if (!may('exports.make')) return null
  const filters = Object.entries(query).filter(([name]) => name !== 'cursor' && name !== 'limit')
  return JSON.stringify(Object.fromEntries(filters))
}
