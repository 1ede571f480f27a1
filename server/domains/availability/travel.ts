/** A place on the map. Degrees. */
export interface Place {
  id: string
  latitude: number
  longitude: number
}

export interface TravelFacts {
  places: ReadonlyMap<string, Place>
  /** Minutes by `from>to`, as the agency's table says. */
  times: ReadonlyMap<string, number>
  /** How fast one gets from place to place by distance. */
  kmPerHour: number
}

/** Minutes of the way from one place to another. */
export type TravelEstimate = (travel: TravelFacts, fromId: string, toId: string) => number

const EARTH_KM = 6_371

/** Kilometres as the crow flies (haversine). */
export function distanceKm(from: Omit<Place, 'id'>, to: Omit<Place, 'id'>): number {
  const rad = Math.PI / 180
  const dLat = (to.latitude - from.latitude) * rad
  const dLon = (to.longitude - from.longitude) * rad
  const h = Math.sin(dLat / 2) ** 2 + Math.cos(from.latitude * rad) * Math.cos(to.latitude * rad) * Math.sin(dLon / 2) ** 2
  return 2 * EARTH_KM * Math.asin(Math.min(1, Math.sqrt(h)))
}

/** The longest way that is counted: what the ledger can keep free before a booking. */
const LONGEST = 1_440

/**
 * Whole minutes, rounded up: none within a place, what the table says for the pair, else distance by speed. An unknown
 * place takes no time.
 */
export const travelEstimate: TravelEstimate = (travel, fromId, toId) => {
  if (fromId === toId) return 0
  const said = travel.times.get(`${fromId}>${toId}`)
  if (said !== undefined) return said
  const [from, to] = [travel.places.get(fromId), travel.places.get(toId)]
  if (!from || !to) return 0
  return Math.min(LONGEST, Math.ceil((distanceKm(from, to) / travel.kmPerHour) * 60))
}
