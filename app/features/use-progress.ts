import { useRevalidator } from '@remix-run/react'
import { useEffect } from 'react'

/** Reads the page again while something on it is under way. */
export function useProgress(running: boolean): void {
  const { revalidate, state } = useRevalidator()
  useEffect(() => {
    if (!running || state !== 'idle') return
    const timer = setTimeout(revalidate, 1_000)
    return () => clearTimeout(timer)
  }, [running, state, revalidate])
}
