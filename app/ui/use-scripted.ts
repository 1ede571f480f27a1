import { useSyncExternalStore } from 'react'

const never = () => () => undefined

/** False on the server and in the first paint, true once scripts run: what needs them is not offered before. */
export function useScripted(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  )
}
