import { initTRPC } from '@trpc/server'
import { ZodError, z } from 'zod'
import { maskChanged, maskerOf, viewOf } from '#server/auth/mask-pii.ts'
import type { Permission } from '#server/auth/permissions.ts'
import { requireAccess } from '#server/auth/require-access.ts'
import { requireEnrolled } from '#server/auth/require-enrolled.ts'
import { requireFresh } from '#server/auth/require-fresh.ts'
import type { Sessions } from '#server/auth/sessions.ts'
import type { Ctx } from '#server/context.ts'
import { AppError, problemOf } from '#server/errors.ts'
import { asAppError, type Tx, transact } from '#server/transact.ts'
import { toAppError } from '#server/trpc/errors.ts'
import { runOnce } from './idempotency.ts'

/** What a call tells the layer that answers it. */
export interface Answer {
  /** HTTP status other than the procedure's own, e.g. 200 for an inquiry that was already there. */
  status?: number
  /** The stored answer of an earlier request with the same Idempotency-Key. */
  replayed?: boolean
  /** Contact data of this answer's own subject may be shown in full; set by revealContact, which audits. */
  revealed?: boolean
  /** What the browser is to keep from now on; null: to forget. See sign-in-cookies. */
  cookies?: SignInCookies
}

/** `session`: its new token. `device`: by which it is known from then on. `step`: a password was right, a code is to follow. */
export interface SignInCookies {
  session?: string | null
  device?: string
  step?: string | null
}

export interface CallCtx extends Ctx {
  answer: Answer
  /** Keyed signature of a text for one purpose; proves later that this agency's server made it. */
  sign: (purpose: string, text: string) => string
  sessions: Sessions
  /** The session token this request came with; null for keys and strangers. */
  token: string | null
  /** What the browser kept of earlier sign-ins, as it came: nothing of it is proven. */
  browser: { device: string | null; step: string | null }
}

/** `signed_in`: any user or key. `public`: strangers too. */
export type Access = Permission | 'signed_in' | 'public'

export interface RestRoute {
  method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  /** Below /api/v1, with {name} for input fields taken from the path. */
  path: `/${string}`
  /** 200 unless named. */
  status?: 200 | 201
  /** The answer is a file ({ name, type, base64 }) and sent as one. */
  file?: boolean
}

/** What every procedure declares; the inventory, the access matrix, REST and OpenAPI are read from it. */
export interface ProcedureMeta {
  kind: 'query' | 'mutation' | 'command'
  access: Access
  summary: string
  /** Which rows: the name of the policy its queries apply, or why none is needed. */
  policy: string
  rest?: RestRoute
  /** Asks for a sign-in of the last minutes: see requireFresh. */
  fresh?: boolean
  /** Open to a session that may only set up its second factor: see requireEnrolled. */
  enrolling?: boolean
  input: z.ZodType
  output: z.ZodType
}

const t = initTRPC
  .context<CallCtx>()
  .meta<ProcedureMeta>()
  .create({
    // Else the answer carries the stack wherever NODE_ENV was forgotten.
    isDev: false,
    errorFormatter({ shape, error, ctx, type }) {
      const appError = toAppError(error, type)
      return { ...shape, message: appError.message, data: { ...shape.data, problem: problemOf(appError, ctx?.requestId ?? '-') } }
    },
  })

export const router = t.router
export const createCallerFactory = t.createCallerFactory

interface Definition<I extends z.ZodType, O extends z.ZodType> {
  access: Access
  summary: string
  policy: string
  rest?: RestRoute
  fresh?: boolean
  enrolling?: boolean
  input: I
  output: O
}

function base(meta: ProcedureMeta) {
  return t.procedure.meta(meta).use(async ({ ctx, next }) => {
    if (meta.access !== 'public' && !meta.enrolling) requireEnrolled(ctx)
    requireAccess(ctx, meta.access)
    if (meta.fresh) requireFresh(ctx)
    // Each call of a batch or of a page has its own answer: what one may reveal says nothing about the next.
    const answer: Answer = {}
    const result = await next({ ctx: { ...ctx, answer } })
    if (answer.status !== undefined) ctx.answer.status = answer.status
    if (answer.replayed) ctx.answer.replayed = true
    // Of a refused call only that a password was right and its code is to follow: a session it began is not there.
    const { cookies } = answer
    if (cookies) ctx.answer.cookies = { ...ctx.answer.cookies, ...(result.ok ? cookies : { step: cookies.step }) }
    return result
  })
}

/** Parses what an operation returned, so only declared fields leave, and masks what this person may not see. */
function present<O extends z.ZodType>(ctx: CallCtx, output: O, result: z.input<O>): z.output<O> {
  const parsed = output.safeParse(result)
  if (!parsed.success) throw new Error(`output does not fit its schema: ${parsed.error.message}`)
  const mask = maskerOf(output)
  return mask ? mask(parsed.data, viewOf(ctx)) : parsed.data
}

/** Reads. May not write business tables. */
export function query<I extends z.ZodType, O extends z.ZodType>(
  def: Definition<I, O> & { run: (ctx: CallCtx, input: z.output<I>) => Promise<z.input<O>> },
) {
  return base({ ...def, kind: 'query' })
    .input<I>(def.input)
    .query(async ({ ctx, input }): Promise<z.output<O>> => present(ctx, def.output, await def.run(ctx, input as z.output<I>)))
}

/**
 * Writes, in one transaction that also stores the answer under the request's Idempotency-Key: either all of it
 * happened and a repeated request gets the same answer, or nothing did.
 */
export function mutation<I extends z.ZodType, O extends z.ZodType>(
  def: Definition<I, O> & {
    run: (tx: Tx, input: z.output<I>, ctx: CallCtx) => Promise<z.input<O>>
    /**
     * Looks before a transaction is opened: may refuse cheaply what would be refused anyway, decides nothing else.
     * What it returns is called when the transaction is over, however it ended.
     */
    refuse?: (ctx: CallCtx, input: z.output<I>) => Promise<(() => void) | undefined>
  },
) {
  return base({ ...def, kind: 'mutation' })
    .input<I>(def.input)
    .mutation(async ({ ctx, input, path }): Promise<z.output<O>> => {
      return runOnce(ctx, path, input, async (claim) => {
        const over = await def.refuse?.(ctx, input as z.output<I>)
        let answer: z.output<O> | undefined
        await transact(
          ctx,
          async (tx) => {
            answer = present(ctx, def.output, await def.run(tx, input as z.output<I>, { ...ctx, db: tx.db }))
            return answer
          },
          claim,
        )
          .catch((error: unknown) => {
            if (error instanceof AppError && error.facts.changed)
              error.facts.changed = maskChanged(error.facts.changed, viewOf(ctx))
            throw error
          })
          .finally(over)
        return answer as z.output<O>
      })
    })
}

/** Acts outside one transaction of its own: sign-in, sign-out, retrying a job. No Idempotency-Key. */
export function command<I extends z.ZodType, O extends z.ZodType>(
  def: Definition<I, O> & { run: (ctx: CallCtx, input: z.output<I>) => Promise<z.input<O>> },
) {
  return base({ ...def, kind: 'command' })
    .input<I>(def.input)
    .mutation(async ({ ctx, input }): Promise<z.output<O>> => {
      try {
        return present(ctx, def.output, await def.run(ctx, input as z.output<I>))
      } catch (error) {
        throw asAppError(error, ctx)
      }
    })
}

export const nothing = z.strictObject({})
export { ZodError }
