import type { Viewer } from './frame.ts'
import type { Hub, Sink, Subscription } from './hub.ts'

export interface StreamOptions extends Viewer {
  /** `Last-Event-ID` header or `?lastEventId=`, as it came; what is no number is ignored. */
  lastEventId?: string | null
  /** Of the request: a closed tab ends the stream. */
  signal?: AbortSignal
  /** Asked every 30 s; false closes the stream. Answer false too when permissions changed: the client comes back with the new ones. */
  stillValid?: () => Promise<boolean>
}

const HIGH_WATER = 16_384

export const STREAM_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store, no-transform',
  // nginx would collect frames otherwise.
  'x-accel-buffering': 'no',
} as const

function resumePoint(text: string | null | undefined): number | undefined {
  return text && /^\d{1,15}$/.test(text) ? Number(text) : undefined
}

/** The live feed as an SSE response. The caller has checked who asks. */
export function openStream(hub: Hub, { permissions, userId, lastEventId, signal, stillValid }: StreamOptions): Response {
  let subscription: Subscription | undefined
  let onPull: (() => void) | undefined
  let over = false
  const end = () => {
    over = true
    onPull?.()
    signal?.removeEventListener('abort', close)
  }
  const close = () => subscription?.close()
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const sink: Sink = {
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
        }
        subscription = hub.subscribe({ permissions, userId }, sink, { lastEventId: resumePoint(lastEventId), stillValid })
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
  return new Response(body, { headers: STREAM_HEADERS })
}
