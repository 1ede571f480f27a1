import { belongs } from './orders.ts'
import { type Item, itemKey, type Person, type Query, type WorkList } from './types.ts'

/** What was done here and is not in the server's list yet. */
interface Change {
  /** The item as it is to be shown; null when it is no longer this person's to see. */
  item: Item | null
  /** The list that is at least this new has it. Undefined while the server has not answered. */
  seq?: number
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

  refreshed(list: WorkList): void {
    if (list.seq >= this.#list.seq) this.#take(list)
  }

  /** Shows `item` instead of what the list has. The answer takes it back. */
  foresee(item: Item): () => void {
    const key = itemKey(item)
    const change: Change = { item }
    this.#changes.set(key, change)
    this.#tell()
    return () => {
      if (this.#changes.get(key) !== change) return
      this.#changes.delete(key)
      this.#tell()
    }
  }

  /** The server's word on it, shown until a list as new as `seq` comes. */
  settle(key: string, item: Item | null, seq: number): void {
    if (this.#list.seq >= seq) this.#changes.delete(key)
    else this.#changes.set(key, { item, seq })
    this.#tell()
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
    for (const [key, change] of this.#changes) {
      if (change.seq !== undefined && list.seq >= change.seq) this.#changes.delete(key)
    }
    this.#tell()
  }

  #compute(): Shown {
    const items = this.#list.items.flatMap((item) => {
      const change = this.#changes.get(itemKey(item))
      if (!change) return [item]
      return change.item && belongs(change.item, this.#query, this.#me) ? [change.item] : []
    })
    const pending = new Set([...this.#changes].flatMap(([key, change]) => (change.seq === undefined ? [key] : [])))
    const { counts, seq, at, nextCursor } = this.#list
    return { items, counts, seq, at, hasMore: nextCursor !== null, pending }
  }

  #tell(): void {
    this.#shown = this.#compute()
    for (const listener of this.#listeners) listener()
  }
}
