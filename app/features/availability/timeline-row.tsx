import { memo, useCallback, useSyncExternalStore } from 'react'
import { Avatar } from '../../ui/avatar.tsx'
import { wallClock } from '../../ui/time.tsx'
import { lookOf, sentenceOfEntry, timesOf, titleOf } from './entry-words.ts'
import { boxOf, type Drawn, HOUR, MINUTE, type Scale } from './scale.ts'
import type { TimeStore } from './time-store.ts'
import type { Entry, Model, Span } from './types.ts'

interface RowProps {
  store: TimeStore
  model: Model
  index: number
  scale: Scale
  drawn: Drawn
  /** Weeks of the scale in sight. */
  weeks: string
  /** Pixels from the first row. */
  top: number
  span: Span
  isActive: boolean
  /** Somebody works by keys or has clicked: the active row is marked. */
  isShown: boolean
  /** The entry that is marked on this row. */
  marked: string | null
  /** The entry that is being moved: it stands elsewhere meanwhile. */
  lifted: string | null
}

/** One model: her name, and what takes her time in the drawn part. */
export const TimelineRow = memo(function TimelineRow(props: RowProps) {
  const { store, model, scale, drawn } = props
  const subscribe = useCallback((listener: () => void) => store.subscribe(model.id, listener), [store, model.id])
  const read = () => store.row(model.id)
  const entries = useSyncExternalStore(subscribe, read, read)
  const shut = useSyncExternalStore(
    subscribe,
    () => store.shut(model.id),
    () => store.shut(model.id),
  )
  const isRead = () => props.weeks.split(',').every((week) => store.isRead(model.id, Number(week)))
  const known = useSyncExternalStore(subscribe, isRead, isRead)
  return (
    <li
      className="tl-row"
      style={{ top: props.top }}
      data-row-index={props.index}
      data-active={props.isActive && props.isShown ? '' : undefined}
    >
      <RowName model={model} scale={scale} isActive={props.isActive} />
      <div className="tl-track" data-track={model.id} data-reading={known ? undefined : ''}>
        {shut.map((span) =>
          span.to > drawn.from && span.from < drawn.to ? (
            <span
              key={`${span.from} ${span.title ?? ''}`}
              className="tl-shut"
              data-blackout={span.title === null ? undefined : ''}
              style={boxOf(scale, span.from, span.to)}
            >
              {span.title === null ? null : <span className="tl-shut-title">{span.title || 'Blackout'}</span>}
            </span>
          ) : null,
        )}
        {entries.map((entry) =>
          entry.to > drawn.from && entry.from < drawn.to ? (
            <EntryBlock
              key={entry.id}
              entry={entry}
              scale={scale}
              span={props.span}
              isMarked={props.marked === entry.id}
              isReachable={props.isActive}
              isLifted={props.lifted === entry.id}
              isPending={store.isPending(entry.id)}
            />
          ) : null,
        )}
      </div>
    </li>
  )
})

function RowName({ model, scale, isActive }: { model: Model; scale: Scale; isActive: boolean }) {
  return (
    <div className="tl-name">
      <Avatar name={model.name} />
      <div className="min-w-0 flex-1">
        <a href={`/admin/models/${model.id}`} tabIndex={isActive ? 0 : -1} className="tl-name-text" data-row-name>
          {model.name}
        </a>
        <p className="tl-name-place">
          {model.status === 'active' ? null : <span className="text-bad-ink">{model.status} · </span>}
          {model.place}
          {model.zone === scale.zone ? null : ` · ${zoneWord(model.zone, scale)}`}
        </p>
      </div>
    </div>
  )
}

/** How far her clock is from the one on the axis. */
function zoneWord(zone: string, scale: Scale): string {
  const [hers, ours] = [wallClock(scale.from, zone), wallClock(scale.from, scale.zone)]
  const hours =
    (Date.UTC(hers.year, hers.month - 1, hers.day, hers.hour) - Date.UTC(ours.year, ours.month - 1, ours.day, ours.hour)) /
    3_600_000
  return `${hours > 0 ? '+' : '−'}${Math.abs(hours)} h`
}

interface BlockProps {
  entry: Entry
  scale: Scale
  span: Span
  isMarked: boolean
  isReachable: boolean
  isLifted: boolean
  isPending: boolean
}

const EntryBlock = memo(function EntryBlock({ entry, scale, ...props }: BlockProps) {
  const hasMargin = props.span < 7 && (entry.before > 0 || entry.after > 0)
  const room = roomOf(entry, props.span)
  const sentence = sentenceOfEntry(entry, scale.zone)
  return (
    <>
      {hasMargin ? (
        <span
          aria-hidden="true"
          className="tl-margin"
          style={boxOf(scale, entry.from - entry.before * MINUTE, entry.to + entry.after * MINUTE)}
        />
      ) : null}
      {props.span < 7 && entry.travelBefore > 0 ? (
        <span
          aria-hidden="true"
          className="tl-travel"
          style={boxOf(scale, entry.from - entry.travelBefore * MINUTE, entry.from)}
        />
      ) : null}
      {props.span < 7 && entry.travelAfter > 0 ? (
        <span aria-hidden="true" className="tl-travel" style={boxOf(scale, entry.to, entry.to + entry.travelAfter * MINUTE)} />
      ) : null}
      <button
        type="button"
        className="tl-entry"
        style={boxOf(scale, entry.from, entry.to)}
        data-entry={entry.id}
        data-look={lookOf(entry)}
        data-marked={props.isMarked ? '' : undefined}
        data-lifted={props.isLifted ? '' : undefined}
        data-pending={props.isPending ? '' : undefined}
        tabIndex={props.isReachable ? 0 : -1}
        title={sentence}
      >
        <span className="sr-only">{sentence}</span>
        {room === 'none' ? null : (
          <span aria-hidden="true" className="tl-entry-text" data-room={room}>
            <span className="tl-entry-title">{room === 'initials' ? initialsOf(titleOf(entry)) : titleOf(entry)}</span>
            {room === 'all' ? <span className="tl-entry-time">{timesOf(entry, scale.zone)}</span> : null}
          </span>
        )}
      </button>
    </>
  )
})

/** A track of an ordinary screen; what is written on a block goes by its length on that. */
const TRACK_PX = 1_050

type Room = 'none' | 'initials' | 'title' | 'all'

function roomOf(entry: Entry, span: Span): Room {
  const px = ((entry.to - entry.from) / (24 * HOUR * span)) * TRACK_PX
  if (px < 18) return 'none'
  if (px < 44) return 'initials'
  return px < 72 ? 'title' : 'all'
}

function initialsOf(title: string): string {
  const initials = title.split(/\s+/).map((word) => [...word][0]?.toUpperCase() ?? '')
  return initials.slice(0, 2).join('')
}
