import type { Screen } from '../screen.server.ts'
import type { ServiceGroup } from './services-choice.tsx'

export interface Place {
  slug: string
  title: string
  zone: string
}

export const AGENCY_ZONE = 'Europe/London'

/** Places the agency works at. */
export async function placesOf(api: Screen['api']): Promise<Place[]> {
  const { items } = await api.catalogue.locations({})
  return items.map(({ slug, title, zone }) => ({ slug, title, zone }))
}

/** The zone times of a form are meant in: its place's, or the agency's when it names none. */
export async function zoneOf(api: Screen['api'], slug: string | undefined): Promise<string> {
  if (!slug) return AGENCY_ZONE
  return (await placesOf(api)).find((place) => place.slug === slug)?.zone ?? AGENCY_ZONE
}

/** The catalogue, grouped. */
export async function servicesOf(api: Screen['api']): Promise<ServiceGroup[]> {
  const { items } = await api.catalogue.services({})
  return items.map((group) => ({
    name: group.name,
    services: group.services.map(({ code, name }) => ({ code, name })),
  }))
}
