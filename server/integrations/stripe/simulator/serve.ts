import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import Stripe from 'stripe'
import type { StripeSettings } from '../settings.ts'
import { answer } from './api.ts'
import { createBank } from './bank.ts'
import { createCourier } from './deliver.ts'
import { createFaults } from './faults.ts'
import { parseForm } from './form.ts'
import { openStore } from './store.ts'

export interface SimulatorOptions {
  settings: Pick<StripeSettings, 'secretKey' | 'webhookSecrets'>
  /** The product's webhook. */
  webhookUrl: string
  /** Where it remembers; in memory only when null. */
  file: string | null
  port?: number
  /** Milliseconds. */
  clock?: () => number
  random?: () => number
}

export type Simulator = Awaited<ReturnType<typeof startSimulator>>

const MOST_BYTES = 1_048_576

/** The stand-in for Stripe: its HTTP API as far as payments call it, its webhooks, and a page to make things happen. */
export async function startSimulator({ settings, webhookUrl, file, port = 0, clock = Date.now, random }: SimulatorOptions) {
  const store = openStore(file)
  const target = { url: webhookUrl, secret: settings.webhookSecrets[0] }
  const courier = createCourier(target, random)
  const now = () => Math.floor(clock() / 1_000)
  const bank = createBank({ store, now, apiVersion: Stripe.API_VERSION, tell: (event) => courier.send(event) })
  const faults = createFaults(random)

  async function api(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const body = await textOf(request)
    const fault = faults.next(request.method ?? 'GET')
    if (fault.before) return void (await faults.act(fault.before, response))
    const given = answer(store, bank, {
      method: request.method ?? 'GET',
      path: url.pathname.slice('/v1'.length),
      query: parseForm(url.search.slice(1)),
      body,
      idempotencyKey: one(request.headers['idempotency-key']),
      isAgency: request.headers.authorization === `Bearer ${settings.secretKey}`,
    })
    if (fault.after) return void (await faults.act(fault.after, response))
    json(response, given.status, given.body)
  }

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost')
    const work = url.pathname.startsWith('/v1/') ? api(request, response, url) : page(request, response, url)
    work.catch((error: unknown) => {
      if (!response.headersSent) json(response, 500, { error: { type: 'api_error', message: String(error) } })
    })
  })
  async function page(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const { showPage } = await import('./page.ts')
    await showPage({ store, bank, courier, faults }, request, response, url, () => textOf(request))
  }
  const listening = await listen(server, port)
  return {
    url: `http://127.0.0.1:${listening}`,
    port: listening,
    store,
    bank,
    courier,
    faults,
    /** Where webhooks go. */
    target,
    async close() {
      courier.stop()
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
    },
  }
}

/** On this machine only: it believes whoever asks. */
function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address ? address.port : port)
    })
  })
}

function one(header: string | string[] | undefined): string | null {
  return typeof header === 'string' ? header : null
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of request) {
    size += part.length
    if (size > MOST_BYTES) throw new Error('too large')
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}

export function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'request-id': `req_sim${status}` })
  response.end(JSON.stringify(body))
}
