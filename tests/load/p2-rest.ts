import { Agent, request } from 'node:http'
import { type Contest, closedLoop } from './measure.ts'
import { countConfirmed } from './p1-confirm.ts'
import { startServer } from './servers.ts'
import type { Stage } from './stage.ts'

export interface Answer {
  status: number
  text: string
}

/** One request over a kept connection. */
export function ask(
  agent: Agent,
  port: number,
  method: string,
  path: string,
  headers: Record<string, string>,
  body?: string,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ agent, host: '127.0.0.1', port, method, path, headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }))
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

/** POST /bookings with confirm and waiver: signed in, permitted, validated, presented. */
export async function confirmOverRest(stage: Stage, ms: number, atOnce: number): Promise<Contest> {
  const reason = `bench P2 ${atOnce}`
  const [product, bare] = await Promise.all([
    startServer('product', { BENCH_URL: stage.url }),
    startServer('bare-http', { BENCH_URL: stage.url }),
  ])
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce })
  const json = { 'content-type': 'application/json' }
  let made = 0
  const post = async (port: number, path: string, headers: Record<string, string>, body: object) => {
    const text = JSON.stringify(body)
    const answer = await ask(
      agent,
      port,
      'POST',
      path,
      { ...json, ...headers, 'content-length': String(Buffer.byteLength(text)) },
      text,
    )
    if (answer.status !== 201) throw new Error(`${answer.status} ${answer.text.slice(0, 300)}`)
  }
  return {
    id: 'P2',
    what: `create and confirm over REST, ${atOnce} at once`,
    floor: () =>
      closedLoop(atOnce, ms, () =>
        post(bare.port, '/', {}, { ...stage.freeHour(), clientId: stage.clientId, actorId: stage.owner.id }),
      ),
    product: () =>
      closedLoop(atOnce, ms, async () => {
        const { modelId, location, start, end } = stage.freeHour()
        const booking = { clientId: stage.clientId, modelId, location, start, end, confirm: true, waiver: { reason } }
        await post(product.port, '/api/v1/bookings', { authorization: `Bearer ${stage.token}` }, booking)
        made += 1
      }),
    bars: [
      { kind: 'rate', atLeast: 0.3 },
      { kind: 'p99 ms', atMost: 100 },
    ],
    oracle: () => countConfirmed(stage, reason, made),
    async close() {
      agent.destroy()
      await Promise.all([product.stop(), bare.stop()])
    },
  }
}
