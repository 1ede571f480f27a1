import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server'
import type { AppRouter } from '#server/trpc/router.ts'
import { paths } from '../paths.ts'
import { isProblem, type Problem } from '../problem.ts'

type Inputs = inferRouterInputs<AppRouter>
type Outputs = inferRouterOutputs<AppRouter>

/** What a value is after it travelled as JSON: times are text. */
export type Wire<T> = T extends Date
  ? string
  : T extends readonly (infer Item)[]
    ? Wire<Item>[]
    : T extends object
      ? { [Key in keyof T]: Wire<T[Key]> }
      : T

/** What a procedure answers, as a script of a page gets it. */
export type Answer<Noun extends keyof Outputs, Verb extends keyof Outputs[Noun]> = Wire<Outputs[Noun][Verb]>

/** A refusal in the server's words, or that it could not be reached. */
export class CallError extends Error {
  readonly problem: Problem
  constructor(problem: Problem) {
    super(problem.detail)
    this.problem = problem
  }
}

const AWAY: Problem = {
  status: 0,
  code: 'offline',
  title: 'No connection',
  detail: 'The server could not be reached. Nothing was changed.',
}

/** Reads. */
export function ask<Noun extends keyof Inputs & string, Verb extends keyof Inputs[Noun] & string>(
  noun: Noun,
  verb: Verb,
  input: Inputs[Noun][Verb],
): Promise<Answer<Noun, Verb>> {
  return fetchCall(`${path(noun, verb)}?input=${encodeURIComponent(JSON.stringify(input))}`, {})
}

/** Writes by a procedure of a noun's part, such as the slots of availability. */
export function sendPart<
  Noun extends keyof Inputs & string,
  Part extends keyof Inputs[Noun] & string,
  Verb extends keyof Inputs[Noun][Part] & string,
>(
  noun: Noun,
  part: Part,
  verb: Verb,
  input: Inputs[Noun][Part][Verb],
): Promise<
  Part extends keyof Outputs[Noun] ? (Verb extends keyof Outputs[Noun][Part] ? Wire<Outputs[Noun][Part][Verb]> : never) : never
> {
  return post(path(noun, `${part}.${verb}`), input)
}

/**
 * Writes, once: the same key is sent again when the answer did not arrive, so a broken line repeats nothing.
 */
export function send<Noun extends keyof Inputs & string, Verb extends keyof Inputs[Noun] & string>(
  noun: Noun,
  verb: Verb,
  input: Inputs[Noun][Verb],
): Promise<Answer<Noun, Verb>> {
  return post(path(noun, verb), input)
}

async function post<T>(url: string, input: unknown): Promise<T> {
  const request = {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-trpc-source': 'screen', 'idempotency-key': crypto.randomUUID() },
    body: JSON.stringify(input),
  }
  try {
    return await fetchCall(url, request)
  } catch (error) {
    if (!(error instanceof CallError) || error.problem.code !== 'offline') throw error
    return fetchCall(url, request)
  }
}

const path = (noun: string, verb: string) => `/api/trpc/${noun}.${verb}`

async function fetchCall<T>(url: string, init: RequestInit): Promise<T> {
  let response: Response
  try {
    response = await fetch(url, { ...init, signal: AbortSignal.timeout(15_000) })
  } catch {
    throw new CallError(AWAY)
  }
  const body: unknown = await response.json().catch(() => undefined)
  if (response.ok && isAnswer<T>(body)) return body.result.data
  if (response.status === 401) location.assign(paths.signIn(`${location.pathname}${location.search}`))
  throw new CallError(problemIn(body) ?? { ...AWAY, status: response.status })
}

function isAnswer<T>(body: unknown): body is { result: { data: T } } {
  return typeof body === 'object' && body !== null && 'result' in body
}

/** tRPC wraps the problem; what answers before tRPC is one itself. */
function problemIn(body: unknown): Problem | undefined {
  if (isProblem(body)) return body
  if (typeof body !== 'object' || body === null || !('error' in body)) return undefined
  const { error } = body
  if (typeof error !== 'object' || error === null || !('data' in error)) return undefined
  const { data } = error
  if (typeof data !== 'object' || data === null || !('problem' in data)) return undefined
  return isProblem(data.problem) ? data.problem : undefined
}
