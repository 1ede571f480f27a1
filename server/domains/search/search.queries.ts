import { type RawBuilder, sql } from 'kysely'
import { limit } from '#server/auth/rate-limits.ts'
import { searchReach } from '#server/domains/clients/index.ts'
import { AppError } from '#server/errors.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import { type Commonness, choicesAsJson, commonnessOf, isWalkSooner } from './commonness.ts'
import { correctWords } from './correct-words.ts'
import { type Found, rowsOf, type Wanted } from './find-rows.ts'
import { type Meant, readQuery } from './read-query.ts'
import { maySearch, readableLetters, type SearchKind, searchableKinds } from './search.policy.ts'
import type { Hit, SearchInput, SearchKindInput } from './search.schema.ts'
import type { HitRow } from './search-kinds.ts'
import { together } from './together.ts'
import { tsquery, type WordChoice } from './word-query.ts'

/** So many are counted of each kind; more is "100+". */
const COUNTED = 100
const MOST_WORDS = 8
const MOST_CLIENTS = 50

interface Asked {
  meant: Meant
  /** Words folded as the index has them. */
  words: string[]
  letters: string[]
  /** Whose contact was typed. */
  clientIds: string[]
  common: Commonness
}

/** What can be known before rows are looked for: the words, how common they are, and whose contact it is. */
async function readAsked(ctx: CallCtx, text: string): Promise<Asked> {
  const meant = readQuery(text)
  const letters = readableLetters(ctx)
  const folded = sql`(select string_to_array(nullif(search_fold(${text}), ''), ' '))`
  const [rows] = await together(ctx, [
    sql<{ words: string[]; common: Commonness; clients: string[] }>`
      select words, ${commonnessOf(sql`(select coalesce(jsonb_agg(jsonb_build_array(word)), '[]') from unnest(words) as word)`, letters)} as common,
        array(${clientsBy(ctx, meant)}) as clients
      from (select coalesce((${folded})[1:${sql.lit(MOST_WORDS)}], '{}') as words) w`,
  ])
  const row = rows?.[0]
  return {
    meant,
    letters,
    words: row?.words ?? [],
    common: row?.common ?? { words: [], rows: {} },
    clientIds: row?.clients ?? [],
  }
}

/** Clients by email and phone, as far as this actor may see them: whole for who sees some in full, by a part for who sees all. */
function clientsBy(ctx: CallCtx, { email, phone, digits }: Meant): RawBuilder<unknown> {
  const reach = searchReach(ctx)
  const ways: RawBuilder<unknown>[] = []
  const add = (from: RawBuilder<unknown>) => ways.push(sql`(select id from ${from} limit ${sql.lit(MOST_CLIENTS)})`)
  const live = sql`deleted_at is null and merged_into_id is null`
  if (maySearch(ctx, 'client')) {
    if (reach.wholeContact && email) add(sql`clients where email = ${email} and ${live}`)
    if (reach.wholeContact && phone) add(sql`clients where phone = ${phone} and ${live}`)
    if (reach.partOfContact && digits) {
      const number = `d${digits}:*|z${[...digits].reverse().join('')}:*`
      // Apart from its limit, which would make PostgreSQL read the table until it has met enough.
      add(sql`(with n as materialized (select id from search_client_words where words @@ ${number}::tsquery) select id from n) n`)
    }
  }
  return ways.length > 0 ? sql.join(ways, sql` union `) : sql`select null::uuid where false`
}

type Scope = Pick<Wanted, 'shown' | 'counted' | 'before' | 'assignedTo'>

interface Look {
  asked: Asked
  choices: readonly WordChoice[]
  common: Commonness
}

async function findIn(
  ctx: CallCtx,
  kinds: readonly SearchKind[],
  { asked, choices, common }: Look,
  scope: Scope,
): Promise<Found[]> {
  const words = choices.some(([word]) => (word?.length ?? 0) > 1) ? tsquery(choices, asked.letters) : undefined
  const { refs, text } = asked.meant
  const wants = kinds.map(
    (kind): Wanted => ({
      kind,
      words,
      isCommon: words !== undefined && isWalkSooner(common, kind, scope.counted),
      refs: scope.before ? [] : kind === 'model' ? [text.replace(/^#/, '').toUpperCase()] : refs,
      clientIds: asked.clientIds,
      ...scope,
    }),
  )
  const found = await run(ctx, wants)
  // Words that are each common and seldom together: the walk met too few, so their index is asked after all.
  const again = wants.filter(({ isCommon, shown }, at) => isCommon && (found[at]?.total ?? 0) < shown)
  if (again.length === 0) return found
  const deeper = await run(
    ctx,
    again.map((wanted) => ({ ...wanted, isCommon: false })),
  )
  return wants.map((wanted, at) => deeper[again.indexOf(wanted)] ?? found[at] ?? { rows: [], total: 0 })
}

async function run(ctx: CallCtx, wants: readonly Wanted[]): Promise<Found[]> {
  const asks = wants.filter(({ words, refs, clientIds }) => words || refs.length > 0 || clientIds.length > 0)
  const answers =
    asks.length > 0
      ? await together(
          ctx,
          asks.map((wanted) => rowsOf(ctx, wanted)),
        )
      : []
  return wants.map((wanted) => {
    const rows = answers[asks.indexOf(wanted)] ?? []
    return { rows, total: rows[0]?.total ?? 0 }
  })
}

interface Searched {
  found: Found[]
  corrected: string[] | null
}

const isEmpty = (found: readonly Found[]) => found.every(({ total }) => total === 0)

async function search(ctx: CallCtx, text: string, kinds: readonly SearchKind[], scope: Scope): Promise<Searched> {
  if (text === '' || kinds.length === 0) return { found: [], corrected: null }
  const asked = await readAsked(ctx, text)
  const typed = asked.words.map((word): WordChoice => [word])
  const { common } = asked
  if (asked.meant.isNumber) {
    const found = await findIn(ctx, kinds, { asked, choices: [], common }, scope)
    if (!isEmpty(found)) return { found, corrected: null }
  }
  const found = await findIn(ctx, kinds, { asked, choices: typed, common }, scope)
  if (scope.before || !isEmpty(found)) return { found, corrected: null }
  return corrected(ctx, kinds, asked, scope)
}

/** Nothing has what was typed: what may have been meant. */
async function corrected(ctx: CallCtx, kinds: readonly SearchKind[], asked: Asked, scope: Scope): Promise<Searched> {
  const nothing = { found: [], corrected: null }
  const choices = await correctWords(ctx, asked.words, asked.letters)
  if (!choices) return nothing
  const [rows] = await together(ctx, [
    sql<{ common: Commonness }>`select ${commonnessOf(choicesAsJson(choices), asked.letters)} as common`,
  ])
  const common = rows?.[0]?.common ?? { words: [], rows: {} }
  const found = await findIn(ctx, kinds, { asked: { ...asked, clientIds: [] }, choices, common }, scope)
  // Said only of what was found: that a word exists somewhere is not for everyone.
  return isEmpty(found) ? nothing : { found, corrected: choices.flat() }
}

function hitOf(kind: SearchKind, row: HitRow): Hit {
  return {
    id: row.id,
    ref: row.ref,
    kind,
    status: row.status,
    createdAt: row.created_at,
    client: row.client_id ? { id: row.client_id, ref: row.client_ref ?? '', name: row.client_name ?? '' } : null,
    email: row.email ?? null,
    phone: row.phone ?? null,
    tags: row.tags ?? [],
    model: row.model_id ? { id: row.model_id, name: row.model_name ?? '', publicCode: row.model_code ?? '' } : null,
    place: row.place ? { title: row.place, zone: row.zone ?? 'UTC' } : null,
    start: row.starts_at ?? null,
    subject: row.subject ?? null,
    type: row.type ?? null,
    urgency: row.urgency ?? null,
    about: row.about_type && row.about_id ? { type: row.about_type, id: row.about_id, ref: row.about_ref ?? null } : null,
    reference: row.reference ?? null,
    amount: row.amount == null ? null : { amount: row.amount, currency: row.currency ?? 'GBP' },
    assignee: row.assignee_id ? { id: row.assignee_id, name: row.assignee_name ?? '' } : null,
  }
}

/** Everything this actor may see that was meant by `q`, by kind, exact refs first and then the newest. Throws `rate_limited`. */
export async function searchEverything(ctx: CallCtx, input: SearchInput) {
  await limit(ctx, 'search', ctx.actor.id ?? '')
  const kinds = searchableKinds(ctx).filter((kind) => input.kinds === undefined || input.kinds.includes(kind))
  const { found, corrected } = await search(ctx, input.q, kinds, { shown: input.limit, counted: COUNTED })
  const groups = kinds.flatMap((kind, at) => {
    const { rows, total } = found[at] ?? { rows: [], total: 0 }
    if (rows.length === 0) return []
    const isCapped = total > COUNTED
    return [
      { kind, items: rows.map((row) => hitOf(kind, row)), total: Math.min(total, COUNTED), isCapped, more: total > rows.length },
    ]
  })
  return { corrected, groups }
}

/** One kind, page by page. Throws `forbidden` for a kind this actor may not read, `rate_limited`. */
export async function searchKind(ctx: CallCtx, { q, kind, limit: size, cursor, assignedTo }: SearchKindInput) {
  await limit(ctx, 'search', ctx.actor.id ?? '')
  if (!maySearch(ctx, kind)) throw new AppError('forbidden', 'Your role does not include what you search for.')
  const kinds = searchableKinds(ctx).filter((one) => one === kind)
  const { found, corrected } = await search(ctx, q, kinds, { shown: size + 1, counted: size, before: cursor, assignedTo })
  const rows = found[0]?.rows ?? []
  const items = rows.slice(0, size).map((row) => hitOf(kind, row))
  return { corrected, items, nextCursor: rows.length > size ? (items.at(-1)?.id ?? null) : null }
}
