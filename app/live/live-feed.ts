export type LiveState = 'waiting' | 'live' | 'offline'

/** Something was committed; what it is now is asked for by whoever may see it. */
export interface Change {
  seq: number
  type: string
  entityType: string
  entityId: string
  at: string
}

export interface Presence {
  kind: string
  id: string
  people: { id: string; name: string; mode: string }[]
}

export type LiveEvent =
  | { is: 'change'; change: Change }
  /** Too much was missed to be told one by one. */
  | { is: 'reset' }
  | { is: 'presence'; presence: Presence }
  /** The connection is back after a break; what was missed while it was away comes before this. */
  | { is: 'back' }

/** Shorter breaks are mended within the resume and not worth a word. */
const OFFLINE_AFTER_MS = 3_000
const RETRY_MS = { first: 500, most: 8_000 }
/** The server beats every 15 s; without it that long the line is dead though nobody said so. */
const SILENT_MS = 40_000
const LOOK_MS = 5_000
/** A timer that comes this late means that the machine slept. */
const SLEPT_MS = 20_000

/**
 * The live feed of one page. Each event is told once, in order: after a break it resumes behind the last one it saw, at
 * a server that may have been restarted meanwhile. Notices by itself when the network is gone, the line is dead or the
 * machine slept.
 */
export class LiveFeed {
  readonly #url: string
  readonly #tell: (event: LiveEvent) => void
  readonly #stateIs: (state: LiveState, freshAt: number) => void
  #source: EventSource | undefined
  #cursor: number | undefined
  #state: LiveState = 'waiting'
  #heard = 0
  /** Until when the line was known to be good. */
  #freshAt = 0
  #beats = false
  #looked = 0
  #wait = RETRY_MS.first
  #retry: ReturnType<typeof setTimeout> | undefined
  #giveUp: ReturnType<typeof setTimeout> | undefined
  #look: ReturnType<typeof setInterval> | undefined

  constructor(url: string, tell: (event: LiveEvent) => void, stateIs: (state: LiveState, freshAt: number) => void) {
    this.#url = url
    this.#tell = tell
    this.#stateIs = stateIs
  }

  start(): void {
    this.#looked = Date.now()
    this.#look = setInterval(this.#watch, LOOK_MS)
    window.addEventListener('offline', this.#gone)
    window.addEventListener('online', this.#again)
    this.#connect()
  }

  stop(): void {
    window.removeEventListener('offline', this.#gone)
    window.removeEventListener('online', this.#again)
    clearInterval(this.#look)
    clearTimeout(this.#retry)
    clearTimeout(this.#giveUp)
    this.#source?.close()
    this.#source = undefined
  }

  #connect(): void {
    clearTimeout(this.#retry)
    this.#source?.close()
    const source = new EventSource(this.#cursor === undefined ? this.#url : `${this.#url}?lastEventId=${this.#cursor}`)
    this.#source = source
    this.#heard = Date.now()
    const mine = (handle: (event: MessageEvent<string>) => void) => (event: Event) => {
      // What an earlier connection still had in its pocket is not told twice.
      if (this.#source !== source || !(event instanceof MessageEvent)) return
      this.#heard = Date.now()
      this.#freshAt = this.#heard
      handle(event)
    }
    source.addEventListener(
      'ready',
      mine((event) => this.#ready(Number(event.lastEventId))),
    )
    source.addEventListener('change', mine(this.#change))
    source.addEventListener(
      'reset',
      mine((event) => {
        this.#cursor = Number(event.lastEventId)
        this.#tell({ is: 'reset' })
      }),
    )
    source.addEventListener(
      'presence',
      mine((event) => {
        const presence = parsed<Presence>(event.data)
        if (presence) this.#tell({ is: 'presence', presence })
      }),
    )
    source.addEventListener(
      'beat',
      mine(() => {
        this.#beats = true
      }),
    )
    source.onerror = () => this.#broken(source)
  }

  #ready(seq: number): void {
    const back = this.#state === 'offline'
    this.#cursor = Math.max(this.#cursor ?? 0, seq)
    this.#wait = RETRY_MS.first
    clearTimeout(this.#giveUp)
    this.#giveUp = undefined
    this.#become('live')
    if (back) this.#tell({ is: 'back' })
  }

  readonly #change = (event: MessageEvent<string>): void => {
    const seq = Number(event.lastEventId)
    const change = parsed<Omit<Change, 'seq'>>(event.data)
    if (!change || (this.#cursor !== undefined && seq <= this.#cursor)) return
    this.#cursor = seq
    this.#tell({ is: 'change', change: { ...change, seq } })
  }

  /** The browser's own retry stops for good at an answer that is no stream, such as 503: so it is never relied on. */
  #broken(source: EventSource): void {
    if (this.#source !== source) return
    source.close()
    if (this.#giveUp === undefined && this.#state === 'live') this.#freshAt = Date.now()
    this.#giveUp ??= setTimeout(() => this.#become('offline'), OFFLINE_AFTER_MS)
    clearTimeout(this.#retry)
    // Not all screens at the same moment.
    this.#retry = setTimeout(() => this.#connect(), this.#wait * (0.5 + Math.random()))
    this.#wait = Math.min(this.#wait * 2, RETRY_MS.most)
  }

  readonly #gone = (): void => {
    this.#source?.close()
    if (this.#state === 'live') this.#freshAt = Date.now()
    this.#become('offline')
  }

  readonly #again = (): void => {
    this.#wait = RETRY_MS.first
    this.#connect()
  }

  readonly #watch = (): void => {
    const now = Date.now()
    const slept = now - this.#looked > LOOK_MS + SLEPT_MS
    this.#looked = now
    const silent = this.#beats && now - this.#heard > SILENT_MS
    if (slept || (silent && this.#state === 'live')) this.#again()
  }

  #become(state: LiveState): void {
    if (this.#state === state) return
    this.#state = state
    this.#stateIs(state, this.#freshAt)
  }
}

function parsed<T extends object>(text: string): T | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as T) : undefined
  } catch {
    return undefined
  }
}
