import { words } from '../ui/badge.tsx'

const AREAS: Record<string, string> = {
  pii: 'Personal data',
  api_keys: 'API keys',
  action_center: 'Action Center',
}

/** The area of a permission, `bookings.read` → Bookings. */
export function areaOf(code: string): string {
  const area = code.split('.')[0] ?? code
  return AREAS[area] ?? words(area)
}

/** Permissions by area, in the order in which they are listed. */
export function byArea<P extends { code: string }>(permissions: readonly P[]): { area: string; permissions: P[] }[] {
  const areas = new Map<string, P[]>()
  for (const permission of permissions) {
    const area = areaOf(permission.code)
    areas.set(area, [...(areas.get(area) ?? []), permission])
  }
  return [...areas].map(([area, list]) => ({ area, permissions: list }))
}
