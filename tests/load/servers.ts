import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'

/** A server in a process of its own, so that who asks and who answers don't share a thread. */
export interface LoadServer {
  port: number
  /** Kilobytes resident. */
  memory(): Promise<number>
  stop(): Promise<void>
}

export type ServerKind = 'product' | 'bare-http' | 'bare-hono' | 'bare-feed' | 'relay'

type Told = { port: number } | { memory: number }

function next<K extends 'port' | 'memory'>(child: ChildProcess, key: K): Promise<number> {
  return new Promise((resolve, reject) => {
    const onMessage = (message: Told) => {
      if (!(key in message)) return
      child.off('message', onMessage)
      child.off('exit', onExit)
      resolve((message as Record<K, number>)[key])
    }
    const onExit = (code: number | null) => reject(new Error(`the server ended (${code})`))
    child.on('message', onMessage)
    child.once('exit', onExit)
  })
}

export async function startServer(kind: ServerKind, settings: Record<string, string>): Promise<LoadServer> {
  const child = fork(join(import.meta.dirname, 'server.ts'), [kind], {
    execArgv: ['--expose-gc'],
    env: { ...process.env, NODE_ENV: 'production', ...settings },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const port = await next(child, 'port')
  return {
    port,
    memory() {
      const told = next(child, 'memory')
      child.send('memory')
      return told
    },
    async stop() {
      if (child.exitCode !== null) return
      const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
      child.kill('SIGTERM')
      const force = setTimeout(() => child.kill('SIGKILL'), 5_000)
      await gone
      clearTimeout(force)
    },
  }
}
