import { createHash } from 'node:crypto'
import { type Bank, missing, Refused } from './bank.ts'
import { type FormValue, parseForm, textOf, textsOf } from './form.ts'
import { CARDS, type Charge, type Dispute, type Intent, type Refund, type StoredEvent } from './objects.ts'
import type { Kept, Store } from './store.ts'

export interface ApiRequest {
  method: string
  /** Below /v1, without the query. */
  path: string
  query: Record<string, FormValue>
  body: string
  idempotencyKey: string | null
  /** The secret key was shown; else only what a client secret opens. */
  isAgency: boolean
}
export interface ApiAnswer {
  status: number
  body: unknown
}

/** Answers a request as Stripe would; a key that was answered before is answered the same again and nothing is done. */
export function answer(store: Store, bank: Bank, request: ApiRequest): ApiAnswer {
  const { idempotencyKey: key } = request
  const hash = createHash('sha256').update(`${request.method} ${request.path} ${request.body}`).digest('hex')
  const known = key === null || request.method !== 'POST' ? undefined : store.answered(key)
  if (known) {
    if (known.hash === hash) return known
    return problem(
      new Refused(
        400,
        'idempotency_error',
        'idempotency_key_in_use',
        `Keys for idempotent requests can only be used with the same parameters they were first used with (${key}).`,
      ),
    )
  }
  const given = done(store, bank, request)
  if (key !== null && request.method === 'POST' && given.status < 500) store.answer(key, { hash, ...given })
  return given
}

function done(store: Store, bank: Bank, request: ApiRequest): ApiAnswer {
  try {
    return { status: 200, body: route(store, bank, request) }
  } catch (error) {
    if (error instanceof Refused) return problem(error)
    throw error
  }
}

export function problem(refused: Refused): ApiAnswer {
  const { status, type, code, message, declineCode, intent } = refused
  return {
    status,
    body: {
      error: {
        type,
        code,
        message,
        ...(declineCode ? { decline_code: declineCode } : {}),
        ...(intent ? { payment_intent: intent } : {}),
      },
    },
  }
}

function route(store: Store, bank: Bank, request: ApiRequest): unknown {
  const { method, path, query } = request
  const form = parseForm(request.body)
  const [, resource = '', id, act] = path.split('/')
  if (!request.isAgency && !(resource === 'payment_intents' && mayByClientSecret(bank, id, form, query))) {
    throw new Refused(401, 'invalid_request_error', 'api_key_invalid', 'Invalid API Key provided.')
  }
  if (method === 'GET') return read(store, resource, id, query)
  if (method === 'POST' && resource === 'payment_intents') return writeIntent(bank, id, act, form)
  if (method === 'POST' && resource === 'refunds' && id === undefined) {
    const amount = textOf(form, 'amount')
    return bank.refund({
      intentId: textOf(form, 'payment_intent') ?? '',
      amount: amount === undefined ? undefined : Number(amount),
      metadata: textsOf(form, 'metadata'),
    })
  }
  throw new Refused(404, 'invalid_request_error', 'url_invalid', `Unrecognized request URL (${method}: /v1${path}).`)
}

function mayByClientSecret(
  bank: Bank,
  id: string | undefined,
  form: Record<string, FormValue>,
  query: Record<string, FormValue>,
): boolean {
  const shown = textOf(form, 'client_secret') ?? textOf(query, 'client_secret')
  return id !== undefined && shown !== undefined && bank.requireIntent(id).client_secret === shown
}

function writeIntent(bank: Bank, id: string | undefined, act: string | undefined, form: Record<string, FormValue>): Intent {
  if (id === undefined) {
    return bank.create({
      amount: Number(textOf(form, 'amount')),
      currency: textOf(form, 'currency') ?? 'gbp',
      description: textOf(form, 'description') ?? null,
      metadata: textsOf(form, 'metadata'),
    })
  }
  switch (act) {
    case undefined:
      return bank.change(id, Number(textOf(form, 'amount')))
    case 'cancel':
      return bank.cancel(id)
    case 'confirm': {
      const number = (textOf(form, 'card_number') ?? '').replace(/\D/g, '')
      const card = CARDS[number]
      if (!card)
        throw new Refused(402, 'card_error', 'incorrect_number', 'Your card number is incorrect.', {
          declineCode: 'incorrect_number',
        })
      return bank.confirm(id, card)
    }
    case 'authenticate':
      return bank.authenticate(id, textOf(form, 'passed') === 'true')
    default:
      throw new Refused(404, 'invalid_request_error', 'url_invalid', 'Unrecognized request URL.')
  }
}

type Any = Intent | Charge | Refund | Dispute | StoredEvent
const KINDS: Readonly<Record<string, Any['object']>> = {
  payment_intents: 'payment_intent',
  charges: 'charge',
  refunds: 'refund',
  disputes: 'dispute',
  events: 'event',
}

function read(store: Store, resource: string, id: string | undefined, query: Record<string, FormValue>): unknown {
  const object = KINDS[resource]
  if (!object) throw new Refused(404, 'invalid_request_error', 'url_invalid', `Unrecognized request URL (GET: /v1/${resource}).`)
  if (id !== undefined) {
    const found = store.get<Kept>(id, object)
    if (!found) throw missing(object, id)
    return found
  }
  return list(store.list<Any>(object), resource, query)
}

function list(all: (Kept & { payment_intent?: string; type?: string })[], resource: string, query: Record<string, FormValue>) {
  const created = textsOf(query, 'created')
  const intent = textOf(query, 'payment_intent')
  const type = textOf(query, 'type')
  const chosen = all.filter(
    (one) =>
      (intent === undefined || one.payment_intent === intent) &&
      (type === undefined || one.type === type) &&
      one.created >= Number(created.gte ?? 0) &&
      one.created < Number(created.lt ?? Number.POSITIVE_INFINITY),
  )
  const after = textOf(query, 'starting_after')
  const from = after === undefined ? 0 : chosen.findIndex((one) => one.id === after) + 1
  const limit = Math.min(Number(textOf(query, 'limit') ?? 10), 100)
  return {
    object: 'list',
    url: `/v1/${resource}`,
    data: chosen.slice(from, from + limit),
    has_more: from + limit < chosen.length,
  }
}
