import { createServer } from 'node:http'
import type { ServerType } from '@hono/node-server'
import type { ServerBuild } from '@remix-run/node'
import { createServer as createVite } from 'vite'

/** Development: Vite stands before the same Hono listener, serves the screens' sources and brings changes to the open page. */
export interface DevPages {
  /** The screens as their sources say now. */
  build: () => Promise<ServerBuild>
  standBefore(server: ServerType): void
  close(): Promise<void>
}

export async function startDevPages(root: string): Promise<DevPages> {
  // Vite wants the server for its socket before there is one; this one never listens and is handed the upgrades.
  const hmr = createServer()
  const vite = await createVite({ root, server: { middlewareMode: true, hmr: { server: hmr } }, logLevel: 'warn' })
  return {
    build: () => vite.ssrLoadModule('virtual:remix/server-build') as Promise<ServerBuild>,
    standBefore(server) {
      const [answer] = server.listeners('request')
      if (!answer) throw new Error('the server answers nothing yet')
      server.removeAllListeners('request')
      server.on('request', (request, response) =>
        vite.middlewares(request, response, () => Reflect.apply(answer, server, [request, response])),
      )
      server.on('upgrade', (request, socket, head) => hmr.emit('upgrade', request, socket, head))
    },
    close: () => vite.close(),
  }
}
