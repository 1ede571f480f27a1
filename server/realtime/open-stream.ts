import type { ServerResponse } from 'node:http'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import type { Viewer } from './frame.ts'
import type { Hub, SubscribeOptions, Subscription } from './hub.ts'

export interface StreamOptions extends Viewer {
  /** `Last-Event-ID` header or `?lastEventId=`, as it came; what is no number is ignored. */
  lastEventId?: string | null
  /** Of the request: a closed tab ends the stream. */
  signal?: AbortSignal
  /** Asked every 30 s; false closes the stream. Answer false too when permissions changed: the client comes back with the new ones. */
  stillValid?: () => Promise<boolean>
  /**
   * Node's own response, when there is one (Hono's `c.env.outgoing`): frames are then written to it directly, which
   * halves the heap a listener takes (7 KB instead of 13, 500 listeners) and saves a quarter of the processor's time.
   */
  outgoing?: ServerResponse
  /** Further headers of that direct response, which no middleware reaches. */
  headers?: Readonly<Record<string, string>>
}

const HIGH_WATER = 16_384

const STREAM_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store, no-transform',
  // nginx would collect frames otherwise.
  'x-accel-buffering': 'no',
} as const

/** The live feed as an SSE response. The caller has checked who asks. */
export function openStream(hub: Hub, options: StreamOptions): Response {
  const { permissions, userId, about, lastEventId, stillValid } = options
  const viewer: Viewer = { permissions, userId, about }
  const from = lastEventId && /^\d{1,15}$/.test(lastEventId) ? Number(lastEventId) : undefined
  const subscribe: SubscribeOptions = { lastEventId: from, stillValid }
  return options.outgoing
    ? writeDirectly(hub, viewer, subscribe, options.outgoing, options.headers)
    : new Response(bodyOf(hub, viewer, subscribe, options.signal), { headers: STREAM_HEADERS })
}

function writeDirectly(
  hub: Hub,
  viewer: Viewer,
  subscribe: SubscribeOptions,
  outgoing: ServerResponse,
  headers: StreamOptions['headers'],
): Response {
  outgoing.writeHead(200, { ...headers, ...STREAM_HEADERS })
  outgoing.flushHeaders()
  const subscription = hub.subscribe(
    viewer,
    {
      write: (chunk) => {
        if (!outgoing.destroyed) outgoing.write(chunk)
      },
      buffered: () => outgoing.writableLength,
      drained: () =>
        new Promise((resolve) => {
          if (outgoing.destroyed || !outgoing.writableNeedDrain) return resolve()
          outgoing.once('drain', resolve)
          outgoing.once('close', resolve)
        }),
      // One that does not read would never take the end either.
      close: () => (outgoing.writableNeedDrain ? outgoing.destroy() : outgoing.end()),
    },
    subscribe,
  )
  if (outgoing.destroyed) subscription.close()
  else outgoing.once('close', () => subscription.close())
  return RESPONSE_ALREADY_SENT
}

function bodyOf(hub: Hub, viewer: Viewer, subscribe: SubscribeOptions, signal?: AbortSignal): ReadableStream<Uint8Array> {
  let subscription: Subscription | undefined
  let onPull: (() => void) | undefined
  let over = false
  const end = () => {
    over = true
    onPull?.()
    signal?.removeEventListener('abort', close)
  }
  const close = () => subscription?.close()
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        subscription = hub.subscribe(
          viewer,
          {
            write: (chunk) => {
              if (!over) controller.enqueue(chunk)
            },
            buffered: () => (over ? 0 : HIGH_WATER - (controller.desiredSize ?? HIGH_WATER)),
            drained: () =>
              new Promise((resolve) => {
                if (over) resolve()
                else onPull = resolve
              }),
            close() {
              if (over) return
              end()
              controller.close()
            },
          },
          subscribe,
        )
        if (signal?.aborted) close()
        else signal?.addEventListener('abort', close)
      },
      // Called when the queue falls below the high-water mark.
      pull() {
        onPull?.()
        onPull = undefined
      },
      cancel() {
        end()
        close()
      },
    },
    { highWaterMark: HIGH_WATER, size: (chunk) => chunk?.byteLength ?? 0 },
  )
}
