import type { AppLoadContext } from '@remix-run/node'
import type { LoadContext } from '#server/http/load-context.ts'

declare module '@remix-run/server-runtime' {
  interface AppLoadContext extends LoadContext {}
}

/** The only door to the agency: procedures called in this process, as the person of this request. */
export function apiFrom(context: AppLoadContext): LoadContext['api'] {
  return context.api
}
