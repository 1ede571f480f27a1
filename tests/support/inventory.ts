import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { Hono } from 'hono'
import { z } from 'zod'
import { isPermission } from '#server/auth/permissions.ts'
import type { AppEnv } from '#server/http/app-env.ts'
import type { Operation } from '#server/http/rest.ts'

/** Everything that answers a request and is no procedure, with who may ask. What is not here fails the suite. */
export const OTHER_ROUTES: Readonly<Record<string, string>> = {
  'GET /health': 'public: up or down, nothing else',
  'GET /health/live': 'public: up or down, nothing else',
  'GET /health/ready': 'public: up or down, nothing else',
  'GET /api/v1/health': 'public: up or down, nothing else',
  'GET /api/v1/health/live': 'public: up or down, nothing else',
  'GET /api/v1/health/ready': 'public: up or down, nothing else',
  'GET /api/v1/openapi.json': 'public: describes, holds no data',
  'GET /api/docs': 'public: viewer of the OpenAPI document',
  'GET /api/docs/viewer.js': 'public: viewer of the OpenAPI document',
  'GET /api/docs/:file': 'public: two named files of the viewer',
  'GET /api/v1/events/stream': 'signed in: ids of what the viewer may see, by the policy of each kind',
  'GET /pay/:token/live': 'who holds the link of a payment: that it or its booking changed, nothing else',
  'GET /api/v1/system/metrics': 'system.read',
  'GET /ical/:file': 'who has its secret token: bookings of one model, nothing of clients',
  'POST /api/v1/payments/webhook/stripe': 'the payment provider: by its signature over the bytes that came',
  'ALL /api/trpc/*': 'the procedures themselves; POST only as JSON with x-trpc-source',
  'ALL /api/v1/*': 'not found, as a problem document',
  'ALL /assets/*': 'public: built client files',
  'ALL /favicon.ico': 'public: built client files',
  'ALL *': 'Remix: the screens, each by its procedures',
}

/** What a procedure's declaration lacks; empty when nothing. */
export function problemsOfOperations(operations: readonly Operation[]): string[] {
  const problems: string[] = []
  const routes = new Map<string, string>()
  for (const { name, meta } of operations) {
    const say = (what: string) => problems.push(`${name}: ${what}`)
    if (!['query', 'mutation', 'command'].includes(meta.kind)) say('declares no kind')
    if (meta.access !== 'public' && meta.access !== 'signed_in' && !isPermission(meta.access)) say('declares no access')
    if (typeof meta.policy !== 'string' || meta.policy.length < 10) say('declares no policy')
    if (typeof meta.summary !== 'string' || meta.summary.length === 0) say('declares no summary')
    if (meta.output === undefined) say('declares no output')
    if (meta.input === undefined) say('declares no input')
    else for (const path of looseObjects(meta.input)) say(`takes unknown fields at ${path}`)
    if (!meta.rest) continue
    if ((meta.kind === 'query') !== (meta.rest.method === 'GET')) say('reads are GET and only they')
    const route = `${meta.rest.method} ${meta.rest.path.replace(/\{\w+\}/g, '{}')}`
    const other = routes.get(route)
    if (other) say(`has the same route as ${other}`)
    routes.set(route, name)
    for (const [, field] of meta.rest.path.matchAll(/\{(\w+)\}/g)) {
      if (!Object.hasOwn(jsonSchemaOf(meta.input).properties ?? {}, field ?? '')) say(`takes no ${field} from its path`)
    }
  }
  return problems
}

export function jsonSchemaOf(schema: z.ZodType): z.core.JSONSchema.BaseSchema {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', reused: 'inline' })
}

/** Places of an input that would take a field nobody declared. */
function looseObjects(schema: z.ZodType): string[] {
  const found: string[] = []
  const walk = (node: unknown, path: string): void => {
    if (Array.isArray(node)) {
      node.forEach((item, index) => {
        walk(item, `${path}.${index}`)
      })
      return
    }
    if (typeof node !== 'object' || node === null) return
    if ('type' in node && node.type === 'object' && !('additionalProperties' in node && node.additionalProperties === false)) {
      found.push(path)
    }
    for (const [key, value] of Object.entries(node)) if (key !== 'required' && key !== 'enum') walk(value, `${path}.${key}`)
  }
  walk(jsonSchemaOf(schema), 'input')
  return found
}

/** Routes of the app that are neither REST of a procedure nor named in OTHER_ROUTES, and names that no route has. */
export function problemsOfRoutes(app: Hono<AppEnv>, operations: readonly Operation[]): string[] {
  const known = new Set(Object.keys(OTHER_ROUTES))
  for (const { meta } of operations) {
    if (meta.rest) known.add(`${meta.rest.method} /api/v1${meta.rest.path.replace(/\{(\w+)\}/g, ':$1')}`)
  }
  // Middleware is of the method ALL on a wildcard and answers nothing by itself; so is what is named above.
  const middleware = new Set(['ALL /*', 'ALL /api/v1/*'])
  const present = new Set(app.routes.map((route) => `${route.method} ${route.path}`))
  const unlisted = [...present].filter((route) => !known.has(route) && !middleware.has(route))
  const absent = [...known].filter((route) => !present.has(route) && !(route === 'ALL *' && present.has('ALL /*')))
  return [...unlisted.map((route) => `${route}: not in the inventory`), ...absent.map((route) => `${route}: there is none`)]
}

/** A route module of the app with a loader or an action. */
export interface ScreenModule {
  file: string
  source: string
}

export function screenModules(folder = 'app'): ScreenModule[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => {
      const path = join(entry.parentPath, entry.name)
      return { file: relative(folder, path), source: readFileSync(path, 'utf8') }
    })
}

/** The two files that may touch the load context's caller. */
const DOORS = ['api.server.ts', 'screen.server.ts']
/** Loaders that need no caller: they redirect, or hand on what the request itself carries. */
const WITHOUT_CALLER = new Set(['root.tsx', 'routes/sign-out/route.tsx', 'routes/theme/route.tsx'])

/** What is wrong with the door of the app's modules; empty when nothing. `procedures` are the dotted names there are. */
export function problemsOfScreens(modules: readonly ScreenModule[], procedures: ReadonlySet<string>): string[] {
  const problems: string[] = []
  for (const { file, source } of modules) {
    const say = (what: string) => problems.push(`${file}: ${what}`)
    for (const [, clause, from] of source.matchAll(/^(?:import|export)\s([^'"]*?)\sfrom\s+'([^']+)'/gms)) {
      const outside = /^#(server|db|workers)\b|(^|\/)(server|db|workers)\//.test(from ?? '')
      if (outside && !clause?.startsWith('type ')) say(`imports more than types from ${from}`)
      if (from === 'pg' || from === 'kysely') say(`imports ${from}`)
    }
    if (/\bimport\(\s*['"]#?(?:\.\.\/)*(server|db|workers)\//.test(source)) say('imports the server while running')
    if (!DOORS.includes(file) && /\bcontext\.api\b|\bcreateCaller\b/.test(source)) say('goes around apiFrom')
    for (const [, exported, right] of source.matchAll(
      /^export (?:const (loader|action)\s*=|async function (?:loader|action))\s*(.*)$/gm,
    )) {
      if (WITHOUT_CALLER.has(file)) continue
      const wrappers = exported === 'action' ? ['actions('] : ['screen(', 'download(']
      if (!wrappers.some((wrapper) => right?.startsWith(wrapper)))
        say(`its ${exported ?? 'loader'} is not made by ${wrappers[0]}…)`)
    }
    for (const name of proceduresIn(source)) if (!procedures.has(name)) say(`calls ${name}, which there is not`)
  }
  return problems
}

/** Dotted names of the procedures a module calls. */
export function proceduresIn(source: string): string[] {
  const names = [...source.matchAll(/\bapi\.(\w+)\.(\w+)\(/g)].map(([, noun, verb]) => `${noun}.${verb}`)
  return [...new Set(names)].sort()
}
