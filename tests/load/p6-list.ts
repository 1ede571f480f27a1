import { Agent } from 'node:http'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import type { DB } from '#db/tables/index.ts'
import { listBookingsInput } from '#server/domains/bookings/booking.schema.ts'
import { listBookings } from '#server/domains/bookings/index.ts'
import { type Contest, closedLoop } from './measure.ts'
import { ask } from './p2-rest.ts'
import { startServer } from './servers.ts'
import type { Stage } from './stage.ts'

const AT_ONCE = 8

/** The SQL that the list runs, as it runs it. */
async function queryOfList(stage: Stage): Promise<{ text: string; values: readonly unknown[] }> {
  const seen: { text: string; values: readonly unknown[] }[] = []
  const pool = new pg.Pool({ connectionString: stage.url, max: 1 })
  const db = new Kysely<DB>({
    dialect: new PostgresDialect({ pool }),
    log: ({ query }) => {
      seen.push({ text: query.sql, values: query.parameters })
    },
  })
  await listBookings({ ...stage.ctx(), db }, listBookingsInput.parse({ limit: 50 }))
  await db.destroy()
  const [list] = seen
  if (!list || seen.length > 1) throw new Error(`the list runs ${seen.length} queries; its floor is one`)
  return list
}

/** GET /bookings?limit=50, signed in. */
export async function listOverRest(stage: Stage, ms: number): Promise<Contest> {
  const product = await startServer('product', { BENCH_URL: stage.url })
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE })
  const get = async (port: number, path: string, headers: Record<string, string>) => {
    const { status, text } = await ask(agent, port, 'GET', path, headers)
    if (status !== 200) throw new Error(`${status} ${text.slice(0, 300)}`)
    return text
  }
  const fromProduct = () => get(product.port, '/api/v1/bookings?limit=50', { authorization: `Bearer ${stage.token}` })
  const { items: _items, ...rest } = JSON.parse(await fromProduct())
  const list = JSON.stringify({ ...(await queryOfList(stage)), rest })
  const bare = await startServer('bare-hono', { BENCH_URL: stage.url, BENCH_LIST: list })
  const fromFloor = () => get(bare.port, '/list', {})
  return {
    id: 'P6',
    what: `GET /bookings of 50, ${AT_ONCE} at once`,
    floor: () => closedLoop(AT_ONCE, ms, fromFloor),
    product: () => closedLoop(AT_ONCE, ms, fromProduct),
    bars: [{ kind: 'rate', atLeast: 0.4 }],
    async oracle() {
      return (await fromProduct()) === (await fromFloor()) ? undefined : 'the two answer different bytes'
    },
    async close() {
      agent.destroy()
      await Promise.all([product.stop(), bare.stop()])
    },
  }
}
