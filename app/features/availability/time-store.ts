import { shutOf } from './shut.ts'
import { type Entry, entryFrom, type Shut, type TimelineAnswer } from './types.ts'

/** Rows of one reading. */
export const TILE_ROWS = 30
/** Readings under way at once. */
const AT_ONCE = 2

interface Row {
  entries: readonly Entry[]
  shut: readonly Shut[]
}

interface Tile {
  rows: ReadonlyMap<string, Row>
  /** The rows as they came: the same again is no change. */
  texts: ReadonlyMap<string, string>
  stale: boolean
}

/** What was done here and is not in what was read yet. */
interface Change {
  id: string
  /** As it is to be shown; null when it is to be gone. */
  entry: Entry | null
  /** Rows it touches. */
  modelIds: readonly string[]
  /** When the server had answered: a reading asked for later has it. */
  settled?: number
}

export interface TileWish {
  modelIds: readonly string[]
  from: string
  to: string
}

const NOTHING: readonly never[] = []

/**
 * The part of the models' time this screen has read, in tiles of some rows and a week, and over it what this person just
 * did. Only wanted tiles are read, the ones in sight first; a row tells its listeners when what it shows has changed.
 */
export class TimeStore {
  readonly #ids: readonly string[]
  readonly #weeks: readonly { from: string; to: string }[]
  readonly #read: (wish: TileWish) => Promise<TimelineAnswer>
  readonly #tiles = new Map<string, Tile>()
  readonly #reading = new Set<string>()
  readonly #changes = new Map<string, Change>()
  readonly #shown = new Map<string, readonly Entry[]>()
  readonly #shut = new Map<string, readonly Shut[]>()
  readonly #listeners = new Map<string, Set<() => void>>()
  readonly #tileOf = new Map<string, number>()
  #wanted: readonly string[] = []
  #clock = 0

  constructor(
    ids: readonly string[],
    weeks: readonly { from: string; to: string }[],
    read: (wish: TileWish) => Promise<TimelineAnswer>,
  ) {
    this.#ids = ids
    this.#weeks = weeks
    this.#read = read
    for (const [index, id] of ids.entries()) this.#tileOf.set(id, Math.floor(index / TILE_ROWS))
  }

  /** What came with the page: the first rows of the first week. */
  seed(answer: TimelineAnswer): void {
    this.#take('0:0', answer)
  }

  subscribe(modelId: string, listener: () => void): () => void {
    const set = this.#listeners.get(modelId) ?? new Set()
    this.#listeners.set(modelId, set.add(listener))
    return () => set.delete(listener)
  }

  /** What a row shows; the same array until it changes. */
  row(modelId: string): readonly Entry[] {
    let shown = this.#shown.get(modelId)
    if (!shown) {
      shown = this.#compute(modelId)
      this.#shown.set(modelId, shown)
    }
    return shown
  }

  /** When the row's model is not offered; the same array until it changes. */
  shut(modelId: string): readonly Shut[] {
    let shut = this.#shut.get(modelId)
    if (!shut) {
      shut = this.#rowsOf(modelId).flatMap((row) => row.shut)
      this.#shut.set(modelId, shut)
    }
    return shut
  }

  /** Whether the row has been read for the week it is looked at in. */
  isRead(modelId: string, week: number): boolean {
    return this.#tiles.has(`${this.#tileOf.get(modelId) ?? 0}:${week}`)
  }

  /** Names what is in sight: rows by their place in the list, weeks by theirs. What is not read yet, or no longer true, is read. */
  want(firstRow: number, lastRow: number, weeks: readonly number[]): void {
    const wanted: string[] = []
    for (let tile = Math.floor(firstRow / TILE_ROWS); tile <= Math.floor(lastRow / TILE_ROWS); tile++) {
      if (tile * TILE_ROWS >= this.#ids.length) break
      for (const week of weeks) if (this.#weeks[week]) wanted.push(`${tile}:${week}`)
    }
    this.#wanted = wanted
    this.#pump()
  }

  /** Something changed somewhere: what is in sight is read again, the rest when it comes into sight. */
  async refresh(): Promise<void> {
    for (const tile of this.#tiles.values()) tile.stale = true
    await Promise.all(this.#wanted.map((key) => this.#load(key)))
  }

  find(modelId: string, id: string): Entry | undefined {
    return this.row(modelId).find((entry) => entry.id === id)
  }

  isPending(id: string): boolean {
    const change = this.#changes.get(id)
    return change !== undefined && change.settled === undefined
  }

  /** Shows an entry as it will be. The answer settles it until a later reading has come, or takes it back. */
  foresee(before: Entry | null, after: Entry | null): { settle: (entry?: Entry | null) => void; back: () => void } {
    const id = (after ?? before)?.id ?? ''
    const modelIds = [...new Set([before?.modelId, after?.modelId].filter((one) => one !== undefined))]
    const change: Change = { id, entry: after, modelIds }
    this.#changes.set(id, change)
    this.#tell(modelIds)
    const end = (then?: Change) => {
      if (this.#changes.get(id) !== change) return
      if (then) this.#changes.set(id, then)
      else this.#changes.delete(id)
      this.#tell(modelIds)
    }
    return {
      settle: (entry = after) => {
        end({ ...change, entry, settled: ++this.#clock })
        // An entry the server has named itself is no longer known by the name it had here.
        if (entry && entry.id !== id) {
          this.#changes.delete(id)
          this.#changes.set(entry.id, { id: entry.id, entry, modelIds, settled: this.#clock })
          this.#tell(modelIds)
        }
      },
      back: () => end(),
    }
  }

  #pump(): void {
    for (const key of this.#wanted) {
      if (this.#reading.size >= AT_ONCE) return
      const tile = this.#tiles.get(key)
      if ((tile && !tile.stale) || this.#reading.has(key)) continue
      void this.#load(key).catch(() => undefined)
    }
  }

  async #load(key: string): Promise<void> {
    const [block = 0, week = 0] = key.split(':').map(Number)
    const window = this.#weeks[week]
    if (!window) return
    const asked = ++this.#clock
    this.#reading.add(key)
    try {
      const answer = await this.#read({
        modelIds: this.#ids.slice(block * TILE_ROWS, (block + 1) * TILE_ROWS),
        ...window,
      })
      for (const [id, { settled }] of this.#changes) if (settled !== undefined && asked > settled) this.#changes.delete(id)
      this.#take(key, answer)
    } finally {
      this.#reading.delete(key)
      this.#pump()
    }
  }

  #take(key: string, answer: TimelineAnswer): void {
    const before = this.#tiles.get(key)
    const rows = new Map<string, Row>()
    const texts = new Map<string, string>()
    const changed: string[] = []
    const window = { from: Date.parse(answer.from), to: Date.parse(answer.to) }
    for (const row of answer.rows) {
      const { modelId, entries } = row
      const text = JSON.stringify(row)
      const same = before?.texts.get(modelId) === text
      texts.set(modelId, text)
      const known = same ? before.rows.get(modelId) : undefined
      rows.set(modelId, known ?? { entries: entries.map((told) => entryFrom(modelId, told)), shut: shutOf(row, window) })
      if (!same) changed.push(modelId)
    }
    this.#tiles.set(key, { rows, texts, stale: false })
    this.#tell(changed)
  }

  #compute(modelId: string): readonly Entry[] {
    const found = new Map<string, Entry>()
    for (const row of this.#rowsOf(modelId)) for (const entry of row.entries) found.set(entry.id, entry)
    for (const { id, entry, modelIds } of this.#changes.values()) {
      if (!modelIds.includes(modelId)) continue
      found.delete(id)
      if (entry?.modelId === modelId) found.set(id, entry)
    }
    return found.size === 0 ? NOTHING : [...found.values()].sort((one, other) => one.from - other.from)
  }

  #rowsOf(modelId: string): Row[] {
    const block = this.#tileOf.get(modelId) ?? 0
    return [...this.#weeks.keys()].flatMap((week) => this.#tiles.get(`${block}:${week}`)?.rows.get(modelId) ?? [])
  }

  #tell(modelIds: readonly string[]): void {
    for (const id of modelIds) {
      this.#shown.delete(id)
      this.#shut.delete(id)
      for (const listener of this.#listeners.get(id) ?? []) listener()
    }
  }
}
