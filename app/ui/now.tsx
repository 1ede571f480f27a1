import { createContext, useContext } from 'react'

/** The server's time when the page's data was read, in milliseconds, so that server and browser write the same words. */
export const NowContext = createContext(0)

export function useNow(): number {
  return useContext(NowContext)
}
