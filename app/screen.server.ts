import { setTimeout as delay } from 'node:timers/promises'
import type { ActionFunctionArgs, AppLoadContext, LoaderFunctionArgs, TypedResponse } from '@remix-run/node'
import { json, redirect } from '@remix-run/node'
import { apiFrom } from './api.server.ts'
import { flashCookie } from './flash.server.ts'
import { FormReader } from './form.server.ts'
import { keepForm } from './kept-form.server.ts'
import { paths } from './paths.ts'
import { problemFrom } from './problem.server.ts'
import type { Problem, Refused, Told } from './problem.ts'

/** What every loader and action works with. */
export interface Screen {
  api: AppLoadContext['api']
  user: AppLoadContext['user']
  params: LoaderFunctionArgs['params']
  url: URL
  request: Request
  context: AppLoadContext
  may(permission: string): boolean
  /** For screens that read nothing a procedure guards, such as empty forms. */
  need(permission: string): void
}

function screenOf({ request, params, context }: LoaderFunctionArgs): Screen {
  const may = (permission: string) => context.user?.permissions.includes(permission) ?? false
  return {
    api: apiFrom(context),
    user: context.user,
    params,
    url: new URL(request.url),
    request,
    context,
    may,
    need(permission) {
      if (!context.user) throw signInFor(new URL(request.url))
      if (!may(permission)) {
        const problem = { status: 403, code: 'forbidden', title: 'Not allowed', detail: 'Your role may not do this.' }
        throw json(problem, { status: 403, statusText: problem.title })
      }
    },
  }
}

function signInFor(url: URL): Response {
  return redirect(paths.signIn(hereOf(url)))
}

/** Without what Remix adds to its own requests. */
function hereOf(url: URL): string {
  const search = new URLSearchParams(url.search)
  search.delete('_data')
  return search.size > 0 ? `${url.pathname}?${search}` : url.pathname
}

/** Where a person goes who has to prove more first: to confirm who they are, or to set up a second factor. */
function wayToProve(code: string, url: URL): string | undefined {
  if (code === 'reauthenticate') return paths.confirm(hereOf(url))
  return code === 'enrol_second_factor' ? paths.secondFactor() : undefined
}

/** A loader: its data as JSON; refusals become the page's error screen, strangers are sent to sign in. */
export function screen<T>(run: (screen: Screen) => Promise<T>): (args: LoaderFunctionArgs) => Promise<TypedResponse<T>> {
  return async (args) => {
    const here = screenOf(args)
    try {
      return json(await run(here))
    } catch (error) {
      if (error instanceof Response) throw error
      const problem = readProblem(error)
      if (!problem) throw error
      if (problem.code === 'unauthenticated') throw signInFor(here.url)
      const way = wayToProve(problem.code, here.url)
      if (way) throw redirect(way)
      throw json(problem, { status: problem.status, statusText: problem.title })
    }
  }
}

export interface File {
  name: string
  type: string
  base64: string
}

/** A loader whose answer is a file to keep; refusals are those of any screen. */
export function download(run: (screen: Screen) => Promise<File>): (args: LoaderFunctionArgs) => Promise<Response> {
  return async (args) => {
    const answer = await screen(run)(args)
    const { name, type, base64 } = await answer.json()
    return new Response(Buffer.from(base64, 'base64'), {
      headers: { 'Content-Type': type, 'Content-Disposition': `attachment; filename="${name}"`, 'Cache-Control': 'no-store' },
    })
  }
}

/** The input of a read is the address: what is wrong with it is a wrong address, an id that is none a page that is not. */
function readProblem(error: unknown): Problem | undefined {
  const problem = problemFrom(error)
  if (problem?.code !== 'invalid' && problem?.code !== 'malformed') return problem
  if (problem.errors?.some((one) => one.path === 'id')) {
    return { status: 404, code: 'not_found', title: 'Not found', detail: 'There is no such page, or it is not yours to see.' }
  }
  return { ...problem, status: 400, code: 'malformed', title: 'That address could not be read' }
}

export interface Done {
  to: string
  /** What was done, in words, shown on the next page. */
  say?: string
  tone?: 'good' | 'bad' | 'info'
  cookies?: string[]
}

type Handler = (form: FormReader, screen: Screen) => Promise<Done | Told>

/**
 * An action: the form's `intent` picks the handler, which does one thing and says where to go and what it did, or tells
 * the same page what is told only once. A refusal comes back to that page with what had been typed.
 */
export function actions(handlers: Record<string, Handler>): (args: ActionFunctionArgs) => Promise<TypedResponse<Refused | Told>> {
  return async (args) => {
    const here = screenOf(args)
    const form = new FormReader(await readForm(args.request))
    const intent = form.text('intent') || 'default'
    try {
      const handler = Object.hasOwn(handlers, intent) ? handlers[intent] : undefined
      if (!handler) throw json({ status: 400, code: 'malformed', title: 'Unknown form', detail: 'This form is not known.' }, 400)
      const done = await afterTheFirst(() => handler(form, here))
      if ('told' in done) return json(done, { headers: { 'Cache-Control': 'no-store' } })
      const headers = new Headers()
      if (done.say) headers.append('Set-Cookie', flashCookie(done.say, args.context.isSecure, done.tone))
      for (const cookie of done.cookies ?? []) headers.append('Set-Cookie', cookie)
      return redirect(done.to, { status: 303, headers })
    } catch (error) {
      if (error instanceof Response) throw error
      const problem = problemFrom(error)
      if (!problem) throw error
      if (problem.code === 'unauthenticated' && here.user === null && here.url.pathname.startsWith(paths.admin()))
        throw signInFor(here.url)
      const way = wayToProve(problem.code, here.url)
      if (way) {
        const kept = keepForm(args.context, { path: here.url.pathname, intent, values: form.values() })
        throw redirect(way, { status: 303, headers: kept ? { 'Set-Cookie': kept } : {} })
      }
      return json({ intent, problem, values: form.values() }, { status: problem.status })
    }
  }
}

/** The second click of a double click waits for what the first is answered: one submission, one answer. */
async function afterTheFirst<T>(work: () => Promise<T>): Promise<T> {
  for (let waits = 6; ; waits--) {
    try {
      return await work()
    } catch (error) {
      if (waits === 0 || problemFrom(error)?.code !== 'idempotency_key_running') throw error
      await delay(500)
    }
  }
}

async function readForm(request: Request): Promise<FormData> {
  try {
    return await request.formData()
  } catch {
    throw json({ status: 400, code: 'malformed', title: 'Unreadable form', detail: 'The form could not be read.' }, 400)
  }
}

/**
 * The query of a list from the address: only what the list knows, empty fields left out, repeated ones joined by commas.
 * Values are still text a stranger may have typed; the procedure parses and refuses them.
 */
export function listQuery<Input extends object>(url: URL, known: readonly (keyof Input & string)[]): Input {
  const query: Record<string, string> = {}
  for (const name of [...known, 'cursor', 'sort', 'limit']) {
    const values = url.searchParams.getAll(name).filter((value) => value !== '')
    if (values.length > 0) query[name] = values.join(',')
  }
  return query as Input
}

/** The id in the address. */
export function idParam(params: LoaderFunctionArgs['params'], name = 'id'): string {
  return params[name] ?? ''
}
