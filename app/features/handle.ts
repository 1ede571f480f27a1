import type { Crumb } from '../ui/page-header.tsx'

/** What a screen tells the frame around it. */
export interface ScreenHandle {
  /** Where the screen stands, from its data; the last one is the screen itself. */
  crumbs?: (data: unknown) => Crumb[]
  /** Kinds of entities whose live events make the screen read its data again; `*` for any. */
  live?: readonly string[]
}

/** The ref of the entity a screen shows, from its data. */
export function refOf(data: unknown, key: string): string {
  if (typeof data !== 'object' || data === null || !(key in data)) return '…'
  const entity = (data as Record<string, unknown>)[key]
  if (typeof entity !== 'object' || entity === null) return '…'
  const { ref, name } = entity as Record<string, unknown>
  return typeof ref === 'string' ? ref : typeof name === 'string' ? name : '…'
}
