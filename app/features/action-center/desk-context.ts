import { createContext, useContext } from 'react'
import type { View } from './use-view.ts'
import type { Work } from './use-work.ts'

export interface Desk {
  work: Work
  view: View
  may: { clients: boolean; create: { task: boolean; exception: boolean } }
  /** Moments to put something aside until, in the agency's zone. */
  later: { tomorrow: string; nextWeek: string }
  /** The address with other parameters; undefined takes one away. */
  to: (change: Record<string, string | undefined>) => string
}

export const DeskContext = createContext<Desk | null>(null)

export function useDesk(): Desk {
  const desk = useContext(DeskContext)
  if (!desk) throw new Error('outside the Action Center')
  return desk
}
