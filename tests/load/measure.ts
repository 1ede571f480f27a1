/** One stretch of load: how much was done and how long each took, in milliseconds. */
export interface Sample {
  count: number
  /** Per second. */
  rate: number
  p50: number
  p99: number
}

export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

export function sampleOf(times: number[], elapsedMs: number): Sample {
  times.sort((a, b) => a - b)
  return {
    count: times.length,
    rate: (times.length / elapsedMs) * 1_000,
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
  }
}

/** `atOnce` workers, each starting the next as soon as the last is done: measures what can be done, not how soon. */
export async function closedLoop(atOnce: number, ms: number, work: () => Promise<unknown>): Promise<Sample> {
  const times: number[] = []
  const started = performance.now()
  const until = started + ms
  const worker = async () => {
    while (performance.now() < until) {
      const from = performance.now()
      await work()
      times.push(performance.now() - from)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return sampleOf(times, performance.now() - started)
}

/** So many a second, whatever becomes of the earlier ones: a slow answer doesn't slow down who asks. `work` says how long it took. */
export async function openLoop(perSecond: number, ms: number, work: () => Promise<number[]>): Promise<Sample> {
  const started = performance.now()
  const running: Promise<number[]>[] = []
  for (let n = 0; n < (ms / 1_000) * perSecond; n++) {
    const wait = started + (n / perSecond) * 1_000 - performance.now()
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
    running.push(work())
  }
  const times = (await Promise.all(running)).flat()
  return sampleOf(times, performance.now() - started)
}

/** The middle one: a disturbed round decides nothing. */
export function median(values: readonly number[]): number {
  return percentile(
    [...values].sort((a, b) => a - b),
    0.5,
  )
}

/** What a benchmark is judged by. Ratios compare the middle rounds of product and floor. */
export type Bar =
  | { kind: 'rate'; atLeast: number }
  | { kind: 'p50'; atMostTimes: number }
  | { kind: 'p99'; atMostTimes: number }
  | { kind: 'p99 ms'; atMost: number }
  | { kind: 'figure'; name: string; atMost: number; value: () => number }

/** A floor and the product doing the same, to be measured side by side. */
export interface Contest {
  id: string
  what: string
  floor: () => Promise<Sample>
  product: () => Promise<Sample>
  bars: readonly Bar[]
  /** After the rounds: what is wrong with what was done, or undefined. */
  oracle: () => Promise<string | undefined>
  close?: () => Promise<void>
}

export interface Line {
  id: string
  what: string
  floor: string
  product: string
  ratio: string
  bar: string
  verdict: 'ok' | 'close' | 'miss' | 'broken'
}

/** Differences under this are noise. */
const NOISE = 1.3

function verdictOf(times: number): Line['verdict'] {
  return times <= 1 ? 'ok' : times <= NOISE ? 'close' : 'miss'
}

/** Rounds of floor and product by turns, the order changing each time; then the oracle, then each bar. */
export async function hold(contest: Contest, rounds: number, tell: (text: string) => void): Promise<Line[]> {
  const floors: Sample[] = []
  const products: Sample[] = []
  await contest.floor()
  await contest.product()
  for (let round = 0; round < rounds; round++) {
    tell(`${contest.id} round ${round + 1} of ${rounds}`)
    const isSwapped = round % 2 === 1
    if (isSwapped) products.push(await contest.product())
    floors.push(await contest.floor())
    if (!isSwapped) products.push(await contest.product())
  }
  const wrong = await contest.oracle()
  return contest.bars.map((bar) => lineOf(contest, bar, floors, products, wrong))
}

function lineOf(contest: Contest, bar: Bar, floors: readonly Sample[], products: readonly Sample[], wrong?: string): Line {
  const line = judge(bar, floors, products)
  const what = `${contest.what}, ${bar.kind === 'figure' ? bar.name : bar.kind}`
  return wrong === undefined
    ? { id: contest.id, what, ...line }
    : { id: contest.id, what: `${what}: ${wrong}`, ...line, verdict: 'broken' }
}

function judge(bar: Bar, floors: readonly Sample[], products: readonly Sample[]): Omit<Line, 'id' | 'what'> {
  const of = (samples: readonly Sample[], key: 'rate' | 'p50' | 'p99') => median(samples.map((sample) => sample[key]))
  switch (bar.kind) {
    case 'rate': {
      const [floor, product] = [of(floors, 'rate'), of(products, 'rate')]
      const verdict = verdictOf(bar.atLeast / (product / floor))
      return {
        floor: `${round(floor)}/s`,
        product: `${round(product)}/s`,
        ratio: (product / floor).toFixed(2),
        bar: `≥ ${bar.atLeast}`,
        verdict,
      }
    }
    case 'p50':
    case 'p99': {
      const [floor, product] = [of(floors, bar.kind), of(products, bar.kind)]
      const verdict = verdictOf(product / floor / bar.atMostTimes)
      return {
        floor: `${round(floor)} ms`,
        product: `${round(product)} ms`,
        ratio: (product / floor).toFixed(2),
        bar: `≤ ${bar.atMostTimes} ×`,
        verdict,
      }
    }
    case 'p99 ms': {
      const [floor, product] = [of(floors, 'p99'), of(products, 'p99')]
      return {
        floor: `${round(floor)} ms`,
        product: `${round(product)} ms`,
        ratio: '',
        bar: `≤ ${bar.atMost} ms`,
        verdict: verdictOf(product / bar.atMost),
      }
    }
    case 'figure': {
      const value = bar.value()
      return { floor: '', product: round(value), ratio: '', bar: `≤ ${bar.atMost}`, verdict: verdictOf(value / bar.atMost) }
    }
  }
}

function round(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en-GB') : value.toPrecision(3)
}
