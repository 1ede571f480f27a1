import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from 'react'
import type { ScreenShortcut } from './shortcuts.ts'

/** Something one can do here and now, offered by the palette. */
export interface Command {
  id: string
  label: string
  /** A word or two after it, such as the ref it is about. */
  hint?: string
  run: () => void
}

interface Offer {
  commands: readonly Command[]
  shortcuts: readonly ScreenShortcut[]
}

interface Registry {
  /** What the mounted screen and its parts offer. */
  offers: readonly Offer[]
  offer(given: Offer): () => void
}

const CommandsContext = createContext<Registry>({ offers: [], offer: () => () => undefined })

export function CommandsProvider({ children }: { children: ReactNode }) {
  const [offers, setOffers] = useState<readonly Offer[]>([])
  const registry = useMemo(
    () => ({
      offers,
      offer(given: Offer) {
        setOffers((before) => [...before, given])
        return () => setOffers((before) => before.filter((one) => one !== given))
      },
    }),
    [offers],
  )
  return <CommandsContext.Provider value={registry}>{children}</CommandsContext.Provider>
}

const NONE: readonly never[] = []

function useOffer(commands: readonly Command[], shortcuts: readonly ScreenShortcut[]): void {
  const { offer } = useContext(CommandsContext)
  const give = useRef(offer)
  give.current = offer
  const latest = useRef({ commands, shortcuts })
  latest.current = { commands, shortcuts }
  // Offered anew only when what is shown changes; what runs is always the latest.
  const shape = JSON.stringify([
    commands.map(({ id, label, hint }) => [id, label, hint]),
    shortcuts.map(({ keys, label, run }) => [keys, label, run !== undefined]),
  ])
  // biome-ignore lint/correctness/useExhaustiveDependencies: shape stands for both lists
  useEffect(() => {
    const now = latest.current
    return give.current({
      commands: now.commands.map((command, at) => ({ ...command, run: () => latest.current.commands[at]?.run() })),
      shortcuts: now.shortcuts.map((key, at) => ({
        ...key,
        ...(key.run ? { run: () => latest.current.shortcuts[at]?.run?.() } : {}),
      })),
    })
  }, [shape])
}

/** Offers what can be done on this screen to the palette, while it is mounted. */
export function useCommands(commands: readonly Command[]): void {
  useOffer(commands, NONE)
}

/** Keys of this screen, on the `?` sheet while it is mounted; those with `run` are listened for. They go before the keys of every screen. */
export function useShortcuts(shortcuts: readonly ScreenShortcut[]): void {
  useOffer(NONE, shortcuts)
}

export function useOffered(): { commands: Command[]; shortcuts: ScreenShortcut[] } {
  const { offers } = useContext(CommandsContext)
  return useMemo(
    () => ({ commands: offers.flatMap((one) => one.commands), shortcuts: offers.flatMap((one) => one.shortcuts) }),
    [offers],
  )
}
