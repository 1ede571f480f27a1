import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { Hono } from 'hono'
import { AppError } from '#server/errors.ts'
import type { AppEnv } from './app-env.ts'

const FILES: Record<string, string> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
}

const PAGE = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>API · Virel</title><link rel="stylesheet" href="/api/docs/swagger-ui.css"></head>
<body><main id="viewer"></main><script src="/api/docs/swagger-ui-bundle.js"></script><script src="/api/docs/viewer.js"></script></body></html>`

const VIEWER = `SwaggerUIBundle({ url: '/api/v1/openapi.json', dom_id: '#viewer', deepLinking: true, defaultModelsExpandDepth: 0, docExpansion: 'none', filter: true })`

/** The viewer of the OpenAPI document, served from here: nothing is loaded from elsewhere. */
export function docsRoutes(): Hono<AppEnv> {
  const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'))
  const app = new Hono<AppEnv>()
  app.get('/', (c) => c.html(PAGE))
  app.get('/viewer.js', (c) => c.body(VIEWER, 200, { 'content-type': 'text/javascript; charset=utf-8' }))
  app.get('/:file', async (c) => {
    const type = FILES[c.req.param('file')]
    if (!type) throw new AppError('not_found', 'There is nothing at this address.')
    const content = await readFile(join(folder, c.req.param('file')), 'utf8')
    return c.body(content, 200, { 'content-type': type, 'cache-control': 'public, max-age=86400' })
  })
  return app
}
