import { useVirtualizer } from '@tanstack/react-virtual'
import { type CSSProperties, type MouseEvent, useEffect, useMemo, useRef } from 'react'
import { useTicking } from '../../ui/clock.tsx'
import { isMovable, type May } from './carry-out.ts'
import { Ghost } from './ghost.tsx'
import { HOUR, type Scale, STEP } from './scale.ts'
import { TimelineAxis, TimelineGrid } from './timeline-axis.tsx'
import { TimelineRow } from './timeline-row.tsx'
import type { Entry, Model, Span, Stretch } from './types.ts'
import { type DragHost, pointOf, useDrag } from './use-drag.ts'
import { NAME_WIDTH, useSight } from './use-sight.ts'
import type { TimeWork } from './use-time-work.ts'
import { useTimelineKeys } from './use-timeline-keys.ts'

export const ROW_HEIGHT = 40
const AXIS_HEIGHT = 46
const OVERSCAN = 6
/** Rows the server draws, before anything is measured. */
const FIRST_SIGHT = { width: 1_200, height: 900 }

interface TimelineProps {
  work: TimeWork
  models: readonly Model[]
  scale: Scale
  span: Span
  may: May
  /** The entry whose card is open, and the stretch that is asked about. */
  open: Entry | null
  draft: Stretch | null
  onOpen: (entry: Entry | null) => void
  onDraft: (stretch: Stretch | null) => void
}

/** A row per model, fourteen days wide; only what is in sight is read and drawn. */
export function Timeline(props: TimelineProps) {
  const { work, models, scale, span, draft } = props
  const scroller = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLDivElement>(null)
  const now = useTicking((at) => Math.floor(at / 60_000) * 60_000)
  const rows = useVirtualizer({
    count: models.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: OVERSCAN,
    paddingStart: AXIS_HEIGHT,
    initialRect: FIRST_SIGHT,
    useFlushSync: false,
  })
  const { drawn, weeks, every } = useSight(scroller, scale, span, now)
  const shown = rows.getVirtualItems()
  const [first, last] = [shown[0]?.index ?? 0, shown.at(-1)?.index ?? 0]
  useEffect(() => {
    // A flick passes rows nobody looks at: what stays in sight is read.
    const timer = setTimeout(() => work.store.want(first, last, weeks.split(',').map(Number)), 40)
    return () => clearTimeout(timer)
  }, [work.store, first, last, weeks])

  const host: DragHost = {
    scroller,
    canvas,
    scale,
    rowHeight: ROW_HEIGHT,
    axisHeight: AXIS_HEIGHT,
    nameWidth: NAME_WIDTH,
    modelAt: (row) => models[row]?.id,
    entryOf: (modelId, id) => work.store.find(modelId, id),
    mayDrag: (entry) => (entry ? isMovable(entry, props.may) : props.may.book || props.may.mark),
    onDrop: (drag) => {
      if (!drag.entry) props.onDraft({ modelId: drag.modelId, from: drag.from, to: drag.to })
      else if (drag.modelId !== drag.entry.modelId || drag.from !== drag.entry.from || drag.to !== drag.entry.to) {
        void work.change(drag.entry, { modelId: drag.modelId, from: drag.from, to: drag.to })
      }
    },
  }
  const { drag, wasDrop, handlers } = useDrag(host)
  const keys = useTimelineKeys({ ...props, scroller, scrollToRow: (row) => rows.scrollToIndex(row, { align: 'auto' }) })
  const rowOf = useMemo(() => new Map(models.map((model, index) => [model.id, index])), [models])

  const onClick = (event: MouseEvent) => {
    if (wasDrop() || !(event.target instanceof HTMLElement)) return
    const track = event.target.closest<HTMLElement>('[data-track]')
    if (!track) return
    const modelId = track.dataset.track ?? ''
    const block = event.target.closest<HTMLElement>('[data-entry]')
    keys.activate(rowOf.get(modelId) ?? 0, block?.dataset.entry ?? null)
    if (block) return props.onOpen(work.store.find(modelId, block.dataset.entry ?? '') ?? null)
    const from = Math.floor(pointOf(host, event.clientX, event.clientY).at / STEP) * STEP
    props.onDraft({ modelId, from, to: from + HOUR })
  }

  const ghost = drag ?? keys.lifted ?? (draft ? { ...draft, entry: null } : null)
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: its keys are listened to by useTimelineKeys
    <section
      ref={scroller}
      aria-label="Timeline"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: without a tab stop a keyboard can not scroll it
      tabIndex={0}
      className="tl"
      data-span={span}
      data-dragging={drag ? drag.grip : undefined}
      style={
        {
          '--tl-span': span,
          '--tl-name': `${NAME_WIDTH}px`,
          '--tl-row': `${ROW_HEIGHT}px`,
          '--tl-axis': `${AXIS_HEIGHT}px`,
        } as CSSProperties
      }
      onClick={onClick}
      {...handlers}
    >
      <div ref={canvas} className="tl-canvas" style={{ height: rows.getTotalSize() }}>
        <TimelineAxis
          scale={scale}
          span={span}
          every={every}
          drawn={drawn}
          now={now}
          count={`${models.length} ${models.length === 1 ? 'model' : 'models'}`}
        />
        <TimelineGrid scale={scale} every={every} drawn={drawn} now={now} />
        <ul className="tl-rows">
          {shown.map(({ index, start }) => {
            const model = models[index]
            if (!model) return null
            return (
              <TimelineRow
                key={model.id}
                store={work.store}
                model={model}
                index={index}
                scale={scale}
                drawn={drawn}
                weeks={weeks}
                top={start}
                span={span}
                isActive={keys.active.row === index}
                isShown={keys.active.isShown}
                marked={keys.active.row === index ? keys.active.entry : null}
                lifted={ghost?.entry?.modelId === model.id ? ghost.entry.id : null}
              />
            )
          })}
        </ul>
        {ghost ? (
          <Ghost
            stretch={ghost}
            entry={ghost.entry}
            top={AXIS_HEIGHT + (rowOf.get(ghost.modelId) ?? 0) * ROW_HEIGHT}
            scale={scale}
            clash={clashOf(work.store.row(ghost.modelId), ghost, ghost.entry)}
          />
        ) : null}
      </div>
    </section>
  )
}

/** What can't be lain on. */
const HOLDS_TIME: readonly Entry['kind'][] = ['booking', 'hold', 'time_off', 'tour_duty', 'travel', 'unavailable']

/** What it would lie on: told while it is dragged, decided by the server. */
function clashOf(entries: readonly Entry[], stretch: Stretch, self: Entry | null): Entry | undefined {
  return entries.find(
    (entry) => entry.id !== self?.id && HOLDS_TIME.includes(entry.kind) && entry.from < stretch.to && entry.to > stretch.from,
  )
}
