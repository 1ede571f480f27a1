import { belongs } from './orders.ts'
import { type Item, itemKey, type Person, type Query, type WorkList } from './types.ts'

/** What was done here and is not in the server's list yet. */
interface Change {
  /** The item as it is to be shown; null when it is no longer this person's to see. */
  item: Item | null
  /** When the server had answered: a list asked for later has it. Undefined until then. */
  settled?: number
}

export interface Shown {
  items: readonly Item[]
  counts: WorkList['counts']
  seq: number
  at: string
  hasMore: boolean
  /** Still being carried out. */
  pending: ReadonlySet<string>
}

/**
 * The list of one screen: what the server last said, and over it what this person just did. A change stays until a list
 * that contains it has come, so nothing flickers back; a list older than the one shown is not taken.
 */
export class WorkStore {
  #list: WorkList
  #query: Query
  /** Counts readings and answers, so that one is known to be before the other. */
  #clock = 0
  readonly #me: Person
  readonly #changes = new Map<string, Change>()
  readonly #listeners = new Set<() => void>()
  #shown: Shown

  constructor(list: WorkList, query: Query, me: Person) {
    this.#list = list
    this.#query = query
    this.#me = me
    this.#shown = this.#compute()
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly shown = (): Shown => this.#shown

  /** Another view of the same work; what was done stays done. */
  open(list: WorkList, query: Query): void {
    this.#query = query
    this.#take(list)
  }

  /** Called before the list is asked for; the answer brings it back. */
  asks(): number {
    return ++this.#clock
  }

  refreshed(list: WorkList, asked: number): void {
    if (list.seq < this.#list.seq) return
    for (const [key, { settled }] of this.#changes) if (settled !== undefined && asked > settled) this.#changes.delete(key)
    this.#take(list)
  }

  /**
   * Shows `item` instead of what the list has. The answer settles it, until a list that was asked for later has come, or
   * takes it back; neither when something newer has been done to it meanwhile.
   */
  foresee(item: Item): { settle: (item: Item | null) => void; back: () => void } {
    const key = itemKey(item)
    const change: Change = { item }
    const end = (then?: Change) => {
      if (this.#changes.get(key) !== change) return
      if (then) this.#changes.set(key, then)
      else this.#changes.delete(key)
      this.#tell()
    }
    this.#changes.set(key, change)
    this.#tell()
    return { settle: (now) => end({ item: now, settled: ++this.#clock }), back: () => end() }
  }

  presence(key: string, people: Item['presence']): void {
    const items = this.#list.items.map((item) => (itemKey(item) === key ? { ...item, presence: people } : item))
    this.#list = { ...this.#list, items }
    this.#tell()
  }

  find(key: string): Item | undefined {
    return this.#shown.items.find((item) => itemKey(item) === key)
  }

  #take(list: WorkList): void {
    this.#list = list
    this.#tell()
  }

  #compute(): Shown {
    const items = this.#list.items.flatMap((item) => {
      const change = this.#changes.get(itemKey(item))
      if (!change) return [item]
      return change.item && belongs(change.item, this.#query, this.#me) ? [change.item] : []
    })
    const pending = new Set([...this.#changes].flatMap(([key, change]) => (change.settled === undefined ? [key] : [])))
    const { counts, seq, at, nextCursor } = this.#list
    return { items, counts, seq, at, hasMore: nextCursor !== null, pending }
  }

  #tell(): void {
    this.#shown = this.#compute()
    for (const listener of this.#listeners) listener()
  }
}
