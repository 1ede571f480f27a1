import { useEffect, useState } from 'react'
import { send } from '../../live/call.ts'
import type { Kind } from './types.ts'

const EVERY_MS = 15_000

/** Tells the others that this person looks at an item, or writes on it. Lapses by itself when the page is gone. */
export function usePresence(item: { kind: Kind; id: string } | null): (editing: boolean) => void {
  const [editing, setEditing] = useState(false)
  const kind = item?.kind
  const id = item?.id
  useEffect(() => {
    if (!kind || !id) return
    // Others see it late or not at all when this fails; nothing of one's own depends on it.
    const tell = (mode: 'viewing' | 'editing' | 'gone') =>
      void send('actionCenter', 'presence', { kind, id, mode }).catch(() => undefined)
    const here = () => {
      if (document.visibilityState === 'visible') tell(editing ? 'editing' : 'viewing')
    }
    here()
    const timer = setInterval(here, EVERY_MS)
    return () => {
      clearInterval(timer)
      tell('gone')
    }
  }, [kind, id, editing])
  return setEditing
}
