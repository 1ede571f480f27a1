import { expect, test } from 'vitest'
import { type ImportLine, importsOf, sourcesIn } from '#tests/support/imports.ts'

const TREES = ['app', 'server', 'db', 'workers'] as const

function treeOf(path: string): string {
  return path.split('/')[0] ?? ''
}

function domainOf(path: string): string | undefined {
  return /^server\/domains\/([^/]+)\//.exec(path)?.[1]
}

/** Server code may know which jobs there are and how to ask for one; neither file imports a handler. */
const WORKERS_FOR_SERVER = ['workers/catalogue.ts', 'workers/enqueue.ts']

/** Where `db` may know other trees, and why. */
const DB_KNOWS: { where: RegExp; trees: string[]; why: string }[] = [
  {
    where: /^db\/seed(s\/|\.ts)/,
    trees: ['server', 'workers'],
    why: 'demo data is made by the product’s own operations and jobs',
  },
  { where: /^db\/migrator\.ts$/, trees: ['server'], why: 'writes the lifecycles and permissions that code defines' },
  { where: /^db\/migrate\.ts$/, trees: ['server'], why: 'a command: reads its settings' },
]

/** Why the line breaks the layout, or undefined. */
function breaks({ from, to, typeOnly, inside }: ImportLine): string | undefined {
  if (!inside) return undefined
  const [source, target] = [treeOf(from), treeOf(to)]
  if (target === 'tests') return 'the product knows no test'
  if (target === 'app' && source !== 'app') return 'nothing knows app'
  if (source === 'app' && target !== 'app') {
    if (target !== 'server') return 'app knows server only'
    if (!typeOnly) return 'app imports server code as types only'
  }
  if (source === 'server') {
    if (target === 'workers' && !WORKERS_FOR_SERVER.includes(to)) return 'of workers, server knows catalogue and enqueue only'
    if (to.startsWith('db/seed') && from !== 'server/start.ts') return 'seeds are known by the start command only'
  }
  if (source === 'db' && target !== 'db' && !DB_KNOWS.some(({ where, trees }) => where.test(from) && trees.includes(target))) {
    return 'db knows nothing but itself'
  }
  const [own, other] = [domainOf(from), domainOf(to)]
  if (own && other && own !== other && !to.endsWith(`/${other}/index.ts`)) {
    return 'a domain imports another only through its index.ts'
  }
  return undefined
}

test('every import follows the layout', () => {
  const lines = TREES.flatMap((tree) => sourcesIn(tree)).flatMap(importsOf)
  expect(lines.length).toBeGreaterThan(500)
  const broken = lines.flatMap((line) => {
    const why = breaks(line)
    return why ? [`${line.from} → ${line.to}: ${why}`] : []
  })
  expect(broken).toEqual([])
})

test('catalogue and enqueue of workers import no handler', () => {
  const lines = WORKERS_FOR_SERVER.flatMap(importsOf).filter((line) => line.inside && treeOf(line.to) === 'workers')
  expect(lines.map((line) => line.to).filter((to) => !WORKERS_FOR_SERVER.includes(to))).toEqual([])
})

test('machines are pure: they know no database and no clock of the system', () => {
  const machines = sourcesIn('server').filter((file) => file.endsWith('.machine.ts'))
  expect(machines.length).toBeGreaterThanOrEqual(5)
  const impure = machines.flatMap(importsOf).filter((line) => !line.typeOnly && /^(node:|pg$|kysely|db\/)/.test(line.to))
  expect(impure).toEqual([])
})

test('a line that breaks a rule is found', () => {
  const line = (from: string, to: string, typeOnly = false): ImportLine => ({ from, to, typeOnly, inside: true })
  expect(breaks(line('app/root.tsx', 'server/env.ts'))).toBeDefined()
  expect(breaks(line('app/root.tsx', 'server/env.ts', true))).toBeUndefined()
  expect(breaks(line('app/root.tsx', 'db/client.ts', true))).toBeDefined()
  expect(breaks(line('server/main.ts', 'app/root.tsx', true))).toBeDefined()
  expect(breaks(line('server/main.ts', 'workers/runner.ts'))).toBeDefined()
  expect(breaks(line('server/main.ts', 'workers/enqueue.ts'))).toBeUndefined()
  expect(breaks(line('db/client.ts', 'server/env.ts'))).toBeDefined()
  expect(breaks(line('server/domains/tasks/a.ts', 'server/domains/bookings/b.ts'))).toBeDefined()
  expect(breaks(line('server/domains/tasks/a.ts', 'server/domains/bookings/index.ts'))).toBeUndefined()
})
