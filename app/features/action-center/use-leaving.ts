import { useEffect, useState } from 'react'
import { type Item, itemKey } from './types.ts'

/** As long as it takes to see that something goes; the same as --calm. */
const LEAVES_MS = 220

interface Ghost {
  item: Item
  /** Behind which one it stood. */
  behind: string | null
}

/** The items, and for a moment those that have just left, where they stood. */
export function useLeaving(items: readonly Item[]): { item: Item; leaving: boolean }[] {
  const [before, setBefore] = useState(items)
  const [ghosts, setGhosts] = useState<readonly Ghost[]>([])
  if (before !== items) {
    const here = new Set(items.map(itemKey))
    const gone = before.flatMap((item, at) => {
      const behind = before[at - 1]
      return here.has(itemKey(item)) ? [] : [{ item, behind: behind ? itemKey(behind) : null }]
    })
    setBefore(items)
    setGhosts((all) => [...all.filter((ghost) => !here.has(itemKey(ghost.item))), ...gone])
  }
  useEffect(() => {
    if (ghosts.length === 0) return
    const timer = setTimeout(() => setGhosts([]), LEAVES_MS)
    return () => clearTimeout(timer)
  }, [ghosts])
  const all = items.map((item) => ({ item, leaving: false }))
  for (const { item, behind } of ghosts) {
    const at = behind === null ? 0 : all.findIndex((one) => itemKey(one.item) === behind) + 1
    all.splice(at, 0, { item, leaving: true })
  }
  return all
}
