import { words } from '../ui/badge.tsx'

const AREAS: Record<string, string> = { pii: 'Personal data', api_keys: 'API keys' }

/** `bookings.read` belongs to “Bookings”. */
export function areaOf(permission: string): string {
  const area = permission.split('.')[0] ?? ''
  return AREAS[area] ?? words(area)
}

/** Permissions under their areas, both in the order given. */
export function byArea<T extends { code: string }>(permissions: readonly T[]): { area: string; permissions: T[] }[] {
  const areas = new Map<string, T[]>()
  for (const permission of permissions) {
    const area = areaOf(permission.code)
    areas.set(area, [...(areas.get(area) ?? []), permission])
  }
  return [...areas].map(([area, list]) => ({ area, permissions: list }))
}
