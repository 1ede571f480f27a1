/**
 * Places a machine's states in columns and routes its transitions between them, from the definition alone. The steps
 * are Sugiyama's: turn back edges round, give each state the column of its longest way from the start, fill long edges
 * with way points, and order each column by the middle of its neighbours.
 */
export interface MachineState {
  name: string
  initial: boolean
  final: boolean
}
export interface MachineEdge {
  from: string
  to: string
}
export interface Box {
  name: string
  x: number
  y: number
}
export interface Route<E> {
  edge: E
  /** SVG path. */
  path: string
  /** Where a word about the edge has room. */
  label: { x: number; y: number }
}
export interface Layout<E> {
  width: number
  height: number
  boxes: Box[]
  routes: Route<E>[]
}

export const BOX = { width: 118, height: 40 }
const GAP = { x: 92, y: 26 }
const WAY_HEIGHT = 14
const MARGIN = 12
const SWEEPS = 8

interface Slot {
  id: string
  /** Null for a way point of a long edge. */
  state: string | null
  column: number
}

export function layoutMachine<E extends MachineEdge>(states: readonly MachineState[], edges: readonly E[]): Layout<E> {
  const back = backEdges(states, edges)
  const columnOf = columns(states, edges, back)
  const slots: Slot[] = states.map((state) => ({ id: state.name, state: state.name, column: columnOf.get(state.name) ?? 0 }))
  const chains = new Map<E, string[]>()
  const links: [string, string][] = []
  edges.forEach((edge, at) => {
    const [left, right] = back.has(edge) ? [edge.to, edge.from] : [edge.from, edge.to]
    const chain = [left]
    const end = columnOf.get(right) ?? 0
    for (let column = (columnOf.get(left) ?? 0) + 1; column < end; column += 1) {
      const id = `way ${at} ${column}`
      slots.push({ id, state: null, column })
      chain.push(id)
    }
    chain.push(right)
    chains.set(edge, chain)
    for (let step = 1; step < chain.length; step += 1) links.push([chain[step - 1] ?? '', chain[step] ?? ''])
  })
  const byColumn = order(slots, links)
  return draw(byColumn, edges, chains, back)
}

function backEdges<E extends MachineEdge>(states: readonly MachineState[], edges: readonly E[]): Set<E> {
  const back = new Set<E>()
  const state = new Map<string, 'open' | 'done'>()
  const visit = (name: string): void => {
    state.set(name, 'open')
    for (const edge of edges) {
      if (edge.from !== name) continue
      const seen = state.get(edge.to)
      if (seen === 'open') back.add(edge)
      else if (seen === undefined) visit(edge.to)
    }
    state.set(name, 'done')
  }
  for (const start of [...states].sort((a, b) => Number(b.initial) - Number(a.initial))) {
    if (!state.has(start.name)) visit(start.name)
  }
  return back
}

function columns<E extends MachineEdge>(states: readonly MachineState[], edges: readonly E[], back: Set<E>): Map<string, number> {
  const column = new Map(states.map((state) => [state.name, 0]))
  for (let round = 0; round < states.length; round += 1) {
    for (const edge of edges) {
      const [left, right] = back.has(edge) ? [edge.to, edge.from] : [edge.from, edge.to]
      column.set(right, Math.max(column.get(right) ?? 0, (column.get(left) ?? 0) + 1))
    }
  }
  return column
}

function order(slots: readonly Slot[], links: readonly [string, string][]): Slot[][] {
  const last = Math.max(...slots.map((slot) => slot.column))
  const byColumn = Array.from({ length: last + 1 }, (_, column) => slots.filter((slot) => slot.column === column))
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const position = new Map<string, number>()
    for (const column of byColumn) {
      column.forEach((slot, at) => {
        position.set(slot.id, at - (column.length - 1) / 2)
      })
    }
    const forward = sweep % 2 === 0
    for (const column of forward ? byColumn : [...byColumn].reverse()) {
      const weight = new Map(
        column.map((slot) => {
          const near = links.flatMap(([left, right]) =>
            forward ? (right === slot.id ? [left] : []) : left === slot.id ? [right] : [],
          )
          const own = position.get(slot.id) ?? 0
          const sum = near.reduce((total, id) => total + (position.get(id) ?? 0), 0)
          return [slot.id, near.length > 0 ? sum / near.length : own]
        }),
      )
      column.sort((a, b) => (weight.get(a.id) ?? 0) - (weight.get(b.id) ?? 0))
      column.forEach((slot, at) => {
        position.set(slot.id, at - (column.length - 1) / 2)
      })
    }
  }
  return byColumn
}

function heightOf(column: readonly Slot[]): number {
  return column.reduce((sum, slot) => sum + (slot.state ? BOX.height : WAY_HEIGHT), 0) + GAP.y * (column.length - 1)
}

function draw<E extends MachineEdge>(
  byColumn: readonly Slot[][],
  edges: readonly E[],
  chains: Map<E, string[]>,
  back: Set<E>,
): Layout<E> {
  const height = Math.max(...byColumn.map(heightOf)) + 2 * MARGIN
  const centre = new Map<string, Point>()
  const boxes: Box[] = []
  byColumn.forEach((column, at) => {
    const x = MARGIN + at * (BOX.width + GAP.x)
    let y = (height - heightOf(column)) / 2
    for (const slot of column) {
      const tall = slot.state ? BOX.height : WAY_HEIGHT
      if (slot.state) boxes.push({ name: slot.state, x, y })
      centre.set(slot.id, { x: x + BOX.width / 2, y: y + tall / 2 })
      y += tall + GAP.y
    }
  })
  const ports = portsOf(chains, centre)
  const routes = edges.map((edge) => route(edge, chains.get(edge) ?? [], centre, ports, back.has(edge)))
  return { width: 2 * MARGIN + byColumn.length * BOX.width + (byColumn.length - 1) * GAP.x, height, boxes, routes }
}

interface Point {
  x: number
  y: number
}
type Ports<E> = Map<E, { leave: number; arrive: number }>

/** How far from the middle of its box each edge leaves and arrives, so that edges of one box don't cover each other. */
function portsOf<E>(chains: Map<E, string[]>, centre: Map<string, Point>): Ports<E> {
  const ports: Ports<E> = new Map([...chains.keys()].map((edge) => [edge, { leave: 0, arrive: 0 }]))
  const sides = new Map<string, { edge: E; end: 'leave' | 'arrive'; towards: number }[]>()
  const add = (key: string, edge: E, end: 'leave' | 'arrive', neighbour: string | undefined) => {
    const list = sides.get(key) ?? []
    list.push({ edge, end, towards: centre.get(neighbour ?? '')?.y ?? 0 })
    sides.set(key, list)
  }
  for (const [edge, chain] of chains) {
    add(`${chain[0]} right`, edge, 'leave', chain[1])
    add(`${chain.at(-1)} left`, edge, 'arrive', chain.at(-2))
  }
  for (const list of sides.values()) {
    list.sort((a, b) => a.towards - b.towards)
    const apart = Math.min(14, (BOX.height - 12) / Math.max(1, list.length - 1))
    list.forEach(({ edge, end }, at) => {
      const port = ports.get(edge)
      if (port) port[end] = (at - (list.length - 1) / 2) * apart
    })
  }
  return ports
}

/** One smooth line through the way points; its word stands where it leaves its state. */
function route<E extends MachineEdge>(
  edge: E,
  chain: readonly string[],
  centre: Map<string, Point>,
  ports: Ports<E>,
  isBack: boolean,
): Route<E> {
  const port = ports.get(edge) ?? { leave: 0, arrive: 0 }
  const half = BOX.width / 2
  const points = chain.map((id) => centre.get(id) ?? { x: 0, y: 0 })
  const stops: Point[] = []
  points.forEach((point, at) => {
    if (at > 0) stops.push({ x: point.x - half, y: point.y + (at === points.length - 1 ? port.arrive : 0) })
    if (at < points.length - 1) stops.push({ x: point.x + half, y: point.y + (at === 0 ? port.leave : 0) })
  })
  const [start, second] = stops
  const label = { x: ((start?.x ?? 0) + (second?.x ?? 0)) / 2, y: ((start?.y ?? 0) + (second?.y ?? 0)) / 2 + 3.5 }
  if (isBack) stops.reverse()
  const [first, ...rest] = stops
  let path = `M ${first?.x ?? 0} ${first?.y ?? 0}`
  let before = first ?? { x: 0, y: 0 }
  for (const stop of rest) {
    const bend = (stop.x - before.x) / 2
    path += ` C ${before.x + bend} ${before.y}, ${stop.x - bend} ${stop.y}, ${stop.x} ${stop.y}`
    before = stop
  }
  return { edge, path, label }
}
