import { paths } from '../../paths.ts'

/** The page's own address with something changed; undefined takes it out. Pages of a list begin anew. */
export function addressWith(search: string, change: Record<string, string | undefined>): string {
  const query = new URLSearchParams(search)
  for (const name of ['cursor', 'index', '_data']) query.delete(name)
  // Which entry is edited belongs to the page it is on.
  if (!('edit' in change) && Object.keys(change).length > 0) query.delete('edit')
  for (const [name, value] of Object.entries(change)) {
    if (value === undefined) query.delete(name)
    else query.set(name, value)
  }
  const text = query.toString()
  return text ? `${paths.availability()}?${text}` : paths.availability()
}

/** A day some days later: "2026-11-30" and 2 make "2026-12-02". */
export function dayAfter(day: string, days: number): string {
  const at = new Date(`${day}T00:00:00Z`)
  at.setUTCDate(at.getUTCDate() + days)
  return at.toISOString().slice(0, 10)
}

/** The first of a month some months later. */
export function monthAfter(day: string, months: number): string {
  const at = new Date(`${day.slice(0, 7)}-01T00:00:00Z`)
  at.setUTCMonth(at.getUTCMonth() + months)
  return at.toISOString().slice(0, 10)
}
