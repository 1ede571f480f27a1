import { Agent } from 'node:http'
import { sql } from 'kysely'
import pg from 'pg'
import { type Contest, closedLoop } from './measure.ts'
import { ask } from './p2-rest.ts'
import { startServer } from './servers.ts'
import type { Stage } from './stage.ts'

/** Searchers: each may ask 300 times a minute. */
const PEOPLE = 40
const FIRST = ['Ava', 'Noah', 'Isla', 'Leo', 'Freya', 'Arthur', 'Grace', 'Oscar']
const LAST = ['Okoro', 'Lindley', 'Quigley', 'Thorne', 'Whitlock', 'Bellamy', 'Patel', 'Reyes']
const COMMON = ['dinner', 'ava', 'confirm', 'mayfair', 'call back', 'web']

interface Question {
  what: string
  /** The `n`th thing somebody types. */
  q(n: number): string
  /** The best single index query for it. */
  floor(q: string): { text: string; values: unknown[] }
}

function words(q: string): string {
  return q
    .toLowerCase()
    .split(' ')
    .map((word) => `'n${word}':*`)
    .join('&')
}

function questions(documents: { bookings: number; firstBooking: number; phones: readonly string[] }): Question[] {
  const byWords = (q: string) => ({
    text: 'select id from search_client_words where words @@ $1::tsquery limit 6',
    values: [words(q)],
  })
  return [
    {
      what: 'ref',
      q: (n) => `b${documents.firstBooking + ((n * 7_919) % documents.bookings)}`,
      floor: (q) => ({ text: 'select id from bookings where ref = $1', values: [`B-${q.slice(1)}`] }),
    },
    { what: 'two words', q: (n) => `${FIRST[n % 8]} ${LAST[(n * 3 + Math.floor(n / 8)) % 8]}`, floor: byWords },
    {
      what: 'phone',
      q: (n) =>
        `0${documents.phones[n % documents.phones.length]?.slice(3, 7)} ${documents.phones[n % documents.phones.length]?.slice(7)}`,
      floor: (q) => ({
        text: 'select id from clients where phone = $1 and merged_into_id is null and deleted_at is null',
        values: [`+44${q.replace(' ', '').slice(1)}`],
      }),
    },
    {
      what: 'typo',
      // One letter is missing.
      q: (n) => {
        const name = LAST[n % 8] ?? ''
        const at = 1 + (n % (name.length - 2))
        return name.slice(0, at) + name.slice(at + 1)
      },
      floor: (q) => ({ text: 'select term from search_terms order by term <-> $1 limit 1', values: [q.toLowerCase()] }),
    },
    {
      what: 'common word',
      q: (n) => COMMON[n % COMMON.length] ?? '',
      floor: () => ({ text: 'select id from search_inquiry_words order by id desc limit 6', values: [] }),
    },
  ]
}

async function tokensOf({ database, sessions }: Stage): Promise<string[]> {
  const ids = await sql<{ id: string }>`
    insert into users (id, email, name, password_hash, created_at, updated_at)
    select gen_random_uuid(), 'searcher' || n || '@bench.test', 'Searcher ' || n, 'none', now(), now() from generate_series(1, ${PEOPLE}::int) n
    on conflict (email) do update set name = excluded.name returning id`.execute(database.db)
  const tokens: string[] = []
  for (const { id } of ids.rows) {
    await sql`insert into user_roles (user_id, role_code, granted_at) values (${id}::uuid, 'OWNER', now()) on conflict do nothing`.execute(
      database.db,
    )
    tokens.push((await sessions.start(id, { ip: null, agent: 'bench' })).token)
  }
  return tokens
}

/** Search as one person sees it, over HTTP and signed in: every kind at once, with counts. Large: `--scale 450000` has a million documents. */
export async function search(stage: Stage, ms: number): Promise<Contest[]> {
  const server = await startServer('product', { BENCH_URL: stage.url })
  const plain = new pg.Pool({ connectionString: stage.url, max: 1 })
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const tokens = await tokensOf(stage)
  const { rows } = await sql<{ documents: number; bookings: number; phones: string[]; first: number }>`select
    (select sum(reltuples)::int from pg_class where relname like 'search!_%!_words' escape '!' and relkind = 'r') as documents,
    (select count(*)::int from bookings where id::text like '%-7004-8000-%') as bookings,
    array(select phone from clients tablesample bernoulli (10) where phone like '+44%' and merged_into_id is null limit 2000) as phones,
    (select min(substr(ref, 3)::int) from bookings where id::text like '%-7004-8000-%') as first`.execute(stage.database.db)
  const facts = rows[0]
  if (!facts) throw new Error('nothing to search in')
  let asked = 0
  const closing = { left: 5 }
  return questions({ bookings: facts.bookings, phones: facts.phones, firstBooking: facts.first }).map(({ what, q, floor }) => {
    const product = async () => {
      asked += 1
      const path = `/api/v1/search?q=${encodeURIComponent(q(asked))}`
      const { status, text } = await ask(agent, server.port, 'GET', path, { authorization: `Bearer ${tokens[asked % PEOPLE]}` })
      if (status !== 200) throw new Error(`${status} ${text.slice(0, 300)}`)
      return text
    }
    return {
      id: 'P8',
      what: `search by ${what} in ${facts.documents.toLocaleString('en-GB')} documents`,
      floor: () =>
        closedLoop(1, ms, () => {
          asked += 1
          return plain.query({ name: `bench_${what}`, ...floor(q(asked)) })
        }),
      product: () => closedLoop(1, ms, product),
      bars: [{ kind: 'p99 ms', atMost: 60 }],
      async oracle() {
        for (let n = 0; n < 50; n++) {
          const answer = await product()
          if (!answer.includes('"items":[{')) return `nothing was found for ${q(asked)}`
        }
      },
      async close() {
        closing.left -= 1
        if (closing.left > 0) return
        agent.destroy()
        await Promise.all([server.stop(), plain.end()])
      },
    }
  })
}
