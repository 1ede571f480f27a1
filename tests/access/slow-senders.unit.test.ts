import { connect, type Socket } from 'node:net'
import { Hono } from 'hono'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { AppEnv } from '#server/http/app-env.ts'
import { listen } from '#server/http/listen.ts'

/** Milliseconds here, seconds in the product. */
const PATIENCE = { headersTimeout: 200, requestTimeout: 400, connectionsCheckingInterval: 20 }
let port: number
let stop: () => void
beforeAll(async () => {
  const app = new Hono<AppEnv>()
  app.post('/', async (c) => c.text(`${(await c.req.text()).length} bytes`))
  app.onError((_error, c) => c.text('cut off', 400))
  const listening = await listen(app, 0, '127.0.0.1', PATIENCE)
  port = listening.port
  stop = () => listening.server.close()
})
afterAll(() => stop())

/** Sends the beginning, then a byte now and then; answers what came back once the connection is closed. */
function drip(beginning: string, piece: string): Promise<string> {
  const socket: Socket = connect(port, '127.0.0.1')
  onTestFinished(() => {
    socket.destroy()
  })
  socket.write(beginning)
  const timer = setInterval(() => socket.write(piece), 15)
  onTestFinished(() => clearInterval(timer))
  return new Promise((resolve) => {
    let heard = ''
    socket.on('data', (chunk) => {
      heard += chunk.toString()
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve(heard))
  })
}

describe('who sends slowly on purpose (S16)', () => {
  test('is cut off while the head of the request drips in', async () => {
    expect(await drip('POST / HTTP/1.1\r\nHost: a\r\n', 'X-A: b\r\n')).toContain('408 Request Timeout')
  })

  test('and while the body does', async () => {
    expect(await drip('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n', 'x')).toContain('408 Request Timeout')
  })

  test('a head of more than 16 KB is refused before anyone reads it', async () => {
    const answer = await drip(`POST / HTTP/1.1\r\nHost: a\r\nX-A: ${'x'.repeat(20_000)}\r\n\r\n`, '')
    expect(answer).toContain('431 Request Header Fields Too Large')
  })

  test('whoever sends in time is answered', async () => {
    const app = new Hono<AppEnv>().post('/', async (c) => c.text(`${(await c.req.text()).length} bytes`))
    const usual = await listen(app, 0, '127.0.0.1')
    onTestFinished(() => {
      usual.server.close()
    })
    const answer = await fetch(`http://127.0.0.1:${usual.port}/`, { method: 'POST', body: 'x'.repeat(900_000) })
    expect(await answer.text()).toBe('900000 bytes')
  })
})
