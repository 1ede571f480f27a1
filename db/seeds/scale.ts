import { once } from 'node:events'
import type pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { MOST_PER_MODEL, type ScalePlan, type TableRows, tablesOf } from './scale-rows.ts'

export interface ScaleOptions {
  bookings: number
  now?: Date
  /** Told once a second and when a table is done. */
  progress?: (message: string) => void
}

/** So many rows go into one COPY: foreign keys are checked at its end, from a list in memory. */
const CHUNK = 50_000
const LEAST_MODELS = 1_000
/** A demonstration has a few hundred bookings; a database with more than this is somebody's. */
const DEMO_AT_MOST = 5_000
/** Tables whose user triggers are off while history is written: rows of the past don't begin at the beginning. */
const GUARDED = ['models', 'clients', 'inquiries', 'bookings', 'time_blocks', 'tasks', 'exceptions'] as const
const FILLED = [...GUARDED, 'booking_timeline', 'audit_log', 'model_locations', 'model_services'] as const

const SEARCHED = ['booking', 'inquiry', 'client', 'model', 'task', 'exception', 'payment'] as const

/** Why this database is not filled, in a sentence. */
export class ScaleRefused extends Error {}

/**
 * Fills a demonstration with history by COPY: bookings over three years back and 60 days ahead, their models, clients,
 * inquiries, blocks, timeline, audit, tasks and exceptions. One transaction; nothing stays when it fails. The client
 * must own the tables and not be pipelined (COPY and pipelining don't go together).
 */
export async function seedScale(
  client: pg.Client,
  { bookings, now = new Date(), progress = () => {} }: ScaleOptions,
): Promise<void> {
  const started = performance.now()
  await client.query("set statement_timeout = 0; set idle_in_transaction_session_timeout = 0; set maintenance_work_mem = '256MB'")
  await client.query('begin')
  try {
    const plan = await planFor(client, bookings, now)
    for (const table of GUARDED) await client.query(`alter table ${table} disable trigger user`)
    const indexes = await dropIndexes(client)
    for (const rows of tablesOf(plan)) await copyTable(client, plan, rows, progress)
    await makeIndexes(client, indexes, progress)
    for (const table of GUARDED) await client.query(`alter table ${table} enable trigger user`)
    await advanceRefs(client, plan)
    await rebuildSearch(client, progress)
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    throw error
  }
  // Sets the visibility map too, without which index-only scans visit the table.
  const analysed = performance.now()
  await client.query(`vacuum (analyze) ${[...FILLED, ...SEARCHED.map((kind) => `search_${kind}_words`)].join(', ')}`)
  progress(`vacuum and analyze: ${seconds(analysed)}`)
  progress(`${bookings.toLocaleString('en-GB')} bookings and what belongs to them: ${seconds(started)}`)
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1_000).toFixed(1)} s`
}

async function planFor(client: pg.Client, bookings: number, now: Date): Promise<ScalePlan> {
  const { rows } = await client.query<{ known: number; places: string[]; services: string[]; staff: ScalePlan['staff'] }>(`select
    (select count(*)::int from (select 1 from bookings limit ${DEMO_AT_MOST + 1}) b) as known,
    (select coalesce(array_agg(id order by slug), '{}') from locations) as places,
    (select coalesce(array_agg(id order by code), '{}') from services) as services,
    (select coalesce(json_agg(json_build_object('id', u.id, 'name', u.name) order by u.email), '[]') from users u
      where exists (select 1 from user_roles r where r.user_id = u.id and r.role_code in ('OPERATOR', 'OPS_MANAGER'))) as staff`)
  const [facts] = rows
  if (!facts || facts.places.length === 0 || facts.staff.length === 0)
    throw new ScaleRefused('This database has no demo data to scale up.')
  if (facts.known > DEMO_AT_MOST) {
    throw new ScaleRefused(
      `This database has more than ${DEMO_AT_MOST} bookings already. Scale up an empty one or a demonstration.`,
    )
  }
  const models = Math.max(LEAST_MODELS, Math.ceil(bookings / MOST_PER_MODEL))
  return {
    bookings,
    models,
    clients: Math.max(1, Math.ceil(bookings / 4)),
    inquiries: Math.floor(bookings / 2),
    now: now.getTime(),
    placeIds: facts.places,
    serviceIds: facts.services,
    staff: facts.staff,
    refs: {
      booking: await nextOf(client, 'booking_ref_seq'),
      inquiry: await nextOf(client, 'inquiry_ref_seq'),
      client: await nextOf(client, 'client_ref_seq'),
      task: await nextOf(client, 'task_ref_seq'),
      exception: await nextOf(client, 'exception_ref_seq'),
    },
  }
}

/**
 * Takes away what only speeds up reading, and returns how to make it again: an index is built over all rows in a
 * fraction of the time it takes to keep it while they come. Keys and constraints stay.
 */
async function dropIndexes(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string; definition: string }>(
    `select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition from pg_index i
     where i.indrelid = any($1::regclass[]) and not i.indisunique
       and not exists (select 1 from pg_constraint c where c.conindid = i.indexrelid) order by 1`,
    [FILLED],
  )
  for (const { name } of rows) await client.query(`drop index ${name}`)
  return rows.map(({ definition }) => definition)
}

async function makeIndexes(
  client: pg.Client,
  definitions: readonly string[],
  progress: (message: string) => void,
): Promise<void> {
  const started = performance.now()
  for (const definition of definitions) await client.query(definition)
  progress(`${definitions.length} indexes: ${seconds(started)}`)
}

/** The triggers that keep the search index were off. */
async function rebuildSearch(client: pg.Client, progress: (message: string) => void): Promise<void> {
  for (const kind of SEARCHED) {
    const started = performance.now()
    await client.query(`select search_${kind}_rebuild()`)
    progress(`search for ${kind}: ${seconds(started)}`)
  }
  await client.query(`analyze ${SEARCHED.map((kind) => `search_${kind}_words`).join(', ')}`)
  await client.query('select search_tidy()')
}

async function nextOf(client: pg.Client, sequence: string): Promise<number> {
  const { rows } = await client.query<{ next: string }>('select nextval($1) as next', [sequence])
  return Number(rows[0]?.next)
}

async function advanceRefs(client: pg.Client, plan: ScalePlan): Promise<void> {
  const counts = {
    booking: plan.bookings,
    inquiry: plan.inquiries,
    client: plan.clients,
    task: plan.bookings,
    exception: plan.bookings,
  }
  for (const [noun, count] of Object.entries(counts)) {
    const first = plan.refs[noun as keyof typeof counts]
    await client.query('select setval($1, $2)', [`${noun}_ref_seq`, first + count])
  }
}

async function copyTable(
  client: pg.Client,
  plan: ScalePlan,
  table: TableRows,
  progress: (message: string) => void,
): Promise<void> {
  const started = performance.now()
  let told = started
  for (let first = 0; first < table.rows; first += CHUNK) {
    const last = Math.min(table.rows, first + CHUNK)
    await copyChunk(client, plan, table, first, last)
    const isDone = last === table.rows
    if (isDone || performance.now() - told > 1_000) {
      told = performance.now()
      const rate = Math.round(last / ((told - started) / 1_000))
      const share = isDone ? '' : ` ${Math.floor((last / table.rows) * 100)} %`
      progress(`${table.table}:${share} ${last.toLocaleString('en-GB')} rows, ${rate.toLocaleString('en-GB')}/s`)
    }
  }
}

const BUFFER_CHARS = 256 * 1024

async function copyChunk(
  client: pg.Client,
  plan: ScalePlan,
  { table, columns, row }: TableRows,
  first: number,
  last: number,
): Promise<void> {
  const stream = client.query(copyFrom(`copy ${table} (${columns}) from stdin`))
  const failed = new Promise<never>((_, reject) => stream.once('error', reject))
  failed.catch(() => {})
  const done = once(stream, 'finish')
  done.catch(() => {})
  let text = ''
  for (let n = first; n < last; n++) {
    const cells = row(plan, n)
    if (!cells) continue
    text += `${cells.map((cell) => (cell === null ? '\\N' : cell)).join('\t')}\n`
    if (text.length < BUFFER_CHARS) continue
    const hasRoom = stream.write(text)
    text = ''
    if (!hasRoom) await Promise.race([once(stream, 'drain'), failed])
  }
  stream.end(text)
  await Promise.race([done, failed])
}
