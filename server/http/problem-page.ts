import { type AppError, ERROR_TITLE } from '#server/errors.ts'

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`)
}

/** A page for when no screen can be rendered: the database is away, a request from another site. */
export function problemPage(error: AppError, requestId: string): Response {
  const headers = new Headers({ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' })
  if (error.facts.retryAfterSeconds !== undefined) headers.set('retry-after', String(error.facts.retryAfterSeconds))
  const body = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(ERROR_TITLE[error.code])} · Virel</title>
<style>:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:20vh auto 0;padding:0 1rem}
code{font-size:.85em;opacity:.75}</style></head><body><main><h1>${escapeHtml(ERROR_TITLE[error.code])}</h1>
<p>${escapeHtml(error.message)}</p><p><a href="">Try again</a> · <a href="/">Home</a></p><p><code>${escapeHtml(requestId)}</code></p></main></body></html>`
  return new Response(body, { status: error.status, headers })
}
