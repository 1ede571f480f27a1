import type { AppLoadContext } from '@remix-run/node'
import { clearCookie, cookieOf, plainCookie } from './cookies.server.ts'
import type { Refused } from './problem.ts'

const NAME = 'kept'
const SECONDS = 600
/** Browsers take about 4 KB a cookie; what is longer has to be typed again. */
const MOST = 3_500

interface Kept {
  path: string
  intent: string
  values: Record<string, string[]>
}

/** A form that waits while its person confirms who they are; sealed, for them alone. Undefined when it is too long to keep. */
export function keepForm(context: AppLoadContext, kept: Kept): string | undefined {
  const sealed = context.keep(kept)
  return sealed.length > MOST ? undefined : plainCookie(NAME, sealed, SECONDS, context.isSecure)
}

/** What had been typed on this page before its person confirmed, as its form shows it again; with the cookie that clears it. */
export function readKept(request: Request, context: AppLoadContext): { refused: Refused; clear: string } | undefined {
  const sealed = cookieOf(request, NAME)
  const kept = sealed === undefined ? undefined : context.kept(sealed)
  if (!isKept(kept) || kept.path !== new URL(request.url).pathname) return undefined
  const problem = {
    status: 200,
    code: 'confirmed',
    title: 'You have confirmed that it is you',
    detail: 'Look over what you had entered and send it once more. Passwords are not kept.',
  }
  return {
    refused: { intent: kept.intent, problem, values: kept.values },
    clear: clearCookie(NAME, context.isSecure),
  }
}

function isKept(value: unknown): value is Kept {
  return typeof value === 'object' && value !== null && 'path' in value && 'intent' in value && 'values' in value
}
